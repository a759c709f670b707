"""What every view of ours has: a bearer token, scopes, a rate limit with its headers, one error shape."""

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import rate_limits
from common.authentication import HasScope
from common.problems import TooMany


class View(APIView):
    """Signed-in callers whose token covers `scopes`: {"GET": "read:statuses"}, or "*" for every method."""

    scopes: ClassVar[dict[str, str]] = {}
    permission_classes: Any = [IsAuthenticated, HasScope]
    speaks_mastodon = False
    _allowance: rate_limits.Allowance | None = None

    def perform_authentication(self, request: Request) -> None:
        """Every answer tells what is left of the limit, a refusal of the token too."""
        try:
            super().perform_authentication(request)
        except APIException:
            self._spend(None, request)
            raise
        self._spend(request.user.pk, request)

    def _spend(self, account_id: int | None, request: Request) -> None:
        self._allowance = rate_limits.spend_in(rate_limits.api_window(account_id, address_of(request)))
        if self._allowance.exceeded:
            raise TooMany(
                f"Too many requests: {self._allowance.limit} are allowed in five minutes.", limit=self._allowance.limit
            )

    def finalize_response(self, request: Request, response: Response, *arguments: Any, **options: Any) -> Response:
        finished: Response = super().finalize_response(request, response, *arguments, **options)
        if self._allowance:
            for name, value in self._allowance.headers().items():
                finished[name] = value
        return finished


class PublicView(View):
    """Anybody may call; a token, where one is given, still tells who."""

    permission_classes: Any = [AllowAny]


def address_of(request: Request | HttpRequest) -> str:
    """The caller's network address; behind a reverse proxy, where HUMANKIND_TRUSTED_PROXIES names it, what the proxy saw."""
    return str(request.META.get("REMOTE_ADDR") or "unknown")
