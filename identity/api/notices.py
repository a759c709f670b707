"""What the caller was told about their own account."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.pagination import numbered_page
from common.views import View
from identity.api.documentation import documented
from identity.models import AccountNotice
from identity.queries.notices import in_words, notices_of


class NoticeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=AccountNotice.Kind.choices)
    about = serializers.CharField(help_text="id of the recovery, credential or receipt that it is about")
    subject = serializers.CharField()
    text = serializers.CharField(help_text="for the person, plain text")
    at = serializers.DateTimeField()


class NoticesSerializer(serializers.Serializer[Any]):
    notices = NoticeSerializer(many=True, help_text="newest first")
    next_cursor = serializers.CharField(allow_null=True, help_text="send it as `cursor` for the next page")


class NoticesView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(
        answers={200: NoticesSerializer},
        refusals=(403, 422),
        summary="What you were told about your own account",
        description="The same goes to your e-mail address, where there is one.",
    )
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(notices_of(account_id=caller(request)), request.query_params)
        return Response({"notices": [_shown(row) for row in rows], "next_cursor": cursor})


def _shown(row: AccountNotice) -> dict[str, Any]:
    words = in_words(row)
    shown = {"id": str(row.pk), "kind": row.kind, "about": str(row.subject_id), "at": row.at}
    return dict(NoticeSerializer(shown | {"subject": words.subject, "text": words.text}).data)
