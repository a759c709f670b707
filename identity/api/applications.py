"""A person sees which applications use their account, and takes it back from them: a page, and an endpoint."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.problems import NotFound
from common.views import View
from identity.api.documentation import documented
from identity.operations.applications import revoke_application
from identity.queries.applications import applications_of
from identity.queries.scopes import describe

PLACE = "/oauth/authorized_applications"


class AllowedApplicationSerializer(serializers.Serializer[Any]):
    client_id = serializers.CharField()
    name = serializers.CharField()
    website = serializers.CharField(help_text="empty where the application gave none")
    scopes = serializers.ListField(child=serializers.CharField())
    logins = serializers.IntegerField(help_text="tokens that it holds of this account")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()


class ApplicationsSerializer(serializers.Serializer[Any]):
    applications = AllowedApplicationSerializer(many=True)


class ApplicationsView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(answers={200: ApplicationsSerializer}, summary="Applications that hold a token of the account")
    def get(self, request: Request) -> Response:
        return Response(ApplicationsSerializer({"applications": applications_of(caller(request))}).data)


class ApplicationView(View):
    scopes: ClassVar = {"DELETE": "write:accounts"}

    @documented(answers={204: None}, refusals=(404,), summary="Take back every token that an application holds")
    def delete(self, request: Request, client_id: str) -> Response:
        revoke_application(account_id=caller(request), client_id=client_id)
        return Response(status=204)


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The applications, each with what it may do."""
    if not request.user.is_authenticated:
        return _to_login()
    rows = [(one, [describe(scope) for scope in one.scopes]) for one in applications_of(request.user.pk)]
    context = {"applications": rows, "revoked": request.GET.get("done") == "revoked"}
    return render(request, "oauth/applications.html", context)


@require_POST
def revoke(request: HttpRequest, client_id: str) -> HttpResponse:
    """One of them is let in no more."""
    if not request.user.is_authenticated:
        return _to_login()
    try:
        revoke_application(account_id=request.user.pk, client_id=client_id)
    except NotFound:
        # Revoked in another window, or by the application itself: what was wanted holds.
        return redirect(PLACE)
    return redirect(f"{PLACE}?{urlencode({'done': 'revoked'})}")


def _to_login() -> HttpResponse:
    return redirect(f"/oauth/login?{urlencode({'next': PLACE})}")
