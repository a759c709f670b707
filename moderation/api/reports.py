"""`POST /api/v1/reports`, as Mastodon's clients send it."""

from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.idempotency import Answer, answer_once
from common.pagination import LARGEST_ID
from common.views import View
from moderation.api.account_card import account_card
from moderation.models import Report
from moderation.models.case import LONGEST_COMMENT
from moderation.operations.reports import MOST_RULES, MOST_STATUSES, file_report


class ReportRequest(serializers.Serializer[object]):
    """What a client sends, bounded."""

    account_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    status_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), max_length=MOST_STATUSES, default=list
    )
    comment = serializers.CharField(max_length=LONGEST_COMMENT, allow_blank=True, default="")
    category = serializers.ChoiceField(Report.Category.choices, default=Report.Category.OTHER)
    rule_ids = serializers.ListField(child=serializers.CharField(max_length=20), max_length=MOST_RULES, default=list)
    forward = serializers.BooleanField(default=False)


class Reports(View):
    """Report an account, with statuses that show why."""

    speaks_mastodon = True
    scopes = {"POST": "write:reports"}
    parser_classes = [JSONParser, FormParser, MultiPartParser]

    def post(self, request: Request) -> Response:
        wanted = ReportRequest(data=_plain(request))
        wanted.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(wanted.validated_data)
        target_id = values.pop("account_id")

        def act() -> Answer:
            report = file_report(account_id=int(request.user.pk or 0), target_id=target_id, **values)
            return Answer(200, report_entity(report))

        answer = answer_once(
            account_id=int(request.user.pk or 0),
            endpoint="reports",
            key=request.headers.get("Idempotency-Key"),
            parameters=wanted.validated_data,
            act=act,
        )
        return Response(answer.body, status=answer.status)


def _plain(request: Request) -> dict[str, Any]:
    """JSON as it is; of a form or a query, `status_ids[]` under the name without brackets."""
    sent: Any = request.data if request.data else request.query_params
    if not isinstance(sent, QueryDict):
        return sent if isinstance(sent, dict) else {}
    plain: dict[str, Any] = {}
    for name in sent:
        bare = name.removesuffix("[]")
        plain[bare] = sent.getlist(name) if bare in {"status_ids", "rule_ids"} else sent.get(name)
    return plain


def report_entity(report: Report) -> dict[str, Any]:
    """Mastodon's Report."""
    return {
        "id": str(report.pk),
        "action_taken": False,
        "action_taken_at": None,
        "category": report.category,
        "comment": report.comment,
        # There is no other server to pass it on to.
        "forwarded": False,
        "created_at": report.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "status_ids": [str(status_id) for status_id in report.status_ids] or None,
        "rule_ids": report.rule_ids or None,
        "target_account": account_card(report.target_id),
    }
