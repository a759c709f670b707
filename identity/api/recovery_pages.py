"""The page behind the link in a letter: it stops a recovery without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.problems import Problem
from identity.operations.recovery import recovery_of_link, stop_by_link

LONGEST_TOKEN = 200


# The address itself is what allows it, so there is no session that another site could ride on.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """GET asks, POST stops: a mail program that opens every link beforehand stops nothing."""
    token = request.GET.get("token", "")[:LONGEST_TOKEN]
    try:
        recovery = stop_by_link(token=token) if request.method == "POST" else recovery_of_link(token=token)
    except Problem as problem:
        return render(request, "recovery/stop.html", {"problem": problem.sentence}, status=problem.status)
    return render(request, "recovery/stop.html", {"recovery": recovery})
