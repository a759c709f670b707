"""GET accounts and reports; act on an account. A token needs its admin scope, and its account the moderators' role."""

from typing import Any

from django.conf import settings
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import LARGEST_ID, Page
from common.problems import NotFound
from common.views import View
from moderation.api.mastodon_admin.entities import admin_accounts_json, admin_reports_json
from moderation.models.decision import LONGEST_FACTS
from moderation.operations.account_actions import act_on_account, lift_from_account
from moderation.operations.roles import require_permission
from moderation.queries import reported


class AdminView(View):
    """What only moderators reach."""

    speaks_mastodon = True
    permission_needed = "view_case"
    parser_classes = [JSONParser, FormParser, MultiPartParser]

    def initial(self, request: Request, *arguments: Any, **options: Any) -> None:
        super().initial(request, *arguments, **options)
        require_permission(account_id=caller(request), permission=self.permission_needed)


class AccountsView(AdminView):
    """GET /api/v1/admin/accounts and /api/v2/admin/accounts"""

    scopes = {"GET": "admin:read:accounts"}

    def get(self, request: Request) -> Response:
        """Accounts, newest first."""
        page = Page.of(request.query_params, default=100, most=200)
        profiles = page.of_rows(reported.accounts(request.query_params))
        response = Response(admin_accounts_json(profiles))
        if link := page.link_header(f"{settings.PUBLIC_URL}{request.path}", [one.pk for one in profiles]):
            response["Link"] = link
        return response


class AccountView(AdminView):
    """GET /api/v1/admin/accounts/:id"""

    scopes = {"GET": "admin:read:accounts"}

    def get(self, request: Request, id: str) -> Response:
        """One account."""
        return Response(admin_accounts_json([reported.account_of(_number(id))])[0])


class ActionView(AdminView):
    """POST /api/v1/admin/accounts/:id/action"""

    scopes = {"POST": "admin:write:accounts"}

    def post(self, request: Request, id: str) -> Response:
        """Decide on an account; `text` is the statement of reasons."""
        given = _given(request)
        act_on_account(
            account_id=_number(id),
            moderator_id=caller(request),
            action=str(given.get("type") or "none"),
            facts=str(given.get("text") or "")[: LONGEST_FACTS + 1],
        )
        return Response({})


class LiftView(AdminView):
    """POST /api/v1/admin/accounts/:id/unsilence and unsuspend"""

    scopes = {"POST": "admin:write:accounts"}

    def post(self, request: Request, id: str, lift: str) -> Response:
        """Undo the decision."""
        reason = str(_given(request).get("text") or "")
        lift_from_account(account_id=_number(id), moderator_id=caller(request), lift=lift, reason=reason)
        return Response(admin_accounts_json([reported.account_of(_number(id))])[0])


class ReportsView(AdminView):
    """GET /api/v1/admin/reports"""

    scopes = {"GET": "admin:read:reports"}

    def get(self, request: Request) -> Response:
        """Reports, newest first."""
        page = Page.of(request.query_params, default=100, most=200)
        rows = page.of_rows(reported.reports(request.query_params))
        response = Response(admin_reports_json(rows))
        if link := page.link_header(f"{settings.PUBLIC_URL}{request.path}", [one.pk for one in rows]):
            response["Link"] = link
        return response


class ReportView(AdminView):
    """GET /api/v1/admin/reports/:id"""

    scopes = {"GET": "admin:read:reports"}

    def get(self, request: Request, id: str) -> Response:
        """One report."""
        return Response(admin_reports_json([reported.report_of(_number(id))])[0])


def _number(id: str) -> int:
    if int(id) > LARGEST_ID:
        raise NotFound("Record not found")
    return int(id)


def _given(request: Request) -> dict[str, Any]:
    return request.data if isinstance(request.data, dict) else {}
