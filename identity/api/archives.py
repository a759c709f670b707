"""The archive of all that is held on a person."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.idempotency import Answer, answer_once
from common.pagination import numbered_page
from common.views import View
from identity.api.documentation import documented
from identity.api.enrolments import KEY
from identity.api.passkey_serializers import ProofSerializer
from identity.models import Archive
from identity.operations.archives import ask_for_archive, open_archive
from identity.queries.archives import archives_of, own_archive


class AskForArchiveSerializer(ProofSerializer):
    face_codes = serializers.BooleanField(
        default=False, help_text="put the codes of your face in; needs the password or an assertion"
    )


class ArchiveSerializer(serializers.ModelSerializer[Archive]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = Archive
        fields = [
            "id",
            "state",
            "step",
            "progress",
            "face_codes",
            "size",
            "sha256",
            "asked_at",
            "built_at",
            "expires_at",
        ]


class ArchivesSerializer(serializers.Serializer[Any]):
    archives = ArchiveSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ArchivesView(View):
    scopes: ClassVar = {"GET": "read:accounts", "POST": "write:accounts"}

    @documented(answers={200: ArchivesSerializer}, refusals=(403, 422), summary="Archives that you have asked for")
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(archives_of(account_id=caller(request)), request.query_params)
        return Response({"archives": ArchiveSerializer(rows, many=True).data, "next_cursor": cursor})

    @documented(
        answers={202: ArchiveSerializer},
        refusals=(403, 409, 422),
        request=AskForArchiveSerializer,
        parameters=[KEY],
        summary="Ask for an archive of all that is held on you",
        description="Built by a worker: poll it until `state` is `ready`. One zip of JSON files with a signed manifest, kept"
        " sealed for seven days; three in a day.",
    )
    def post(self, request: Request) -> Response:
        given = AskForArchiveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        face_codes: bool = given.validated_data["face_codes"]

        def act() -> Answer:
            asked = ask_for_archive(account_id=caller(request), face_codes=face_codes, proof=given.proof())
            return Answer(202, dict(ArchiveSerializer(asked).data))

        if face_codes:
            # An assertion is proved outside of any transaction, and serves once.
            return Response(act().body, status=202)
        key = request.headers.get("Idempotency-Key")
        answer = answer_once(account_id=caller(request), endpoint="archives", key=key, parameters={}, act=act)
        headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
        return Response(answer.body, status=answer.status, headers=headers)


class ArchiveView(View):
    scopes: ClassVar = {"GET": "read:accounts"}

    @documented(answers={200: ArchiveSerializer}, refusals=(403, 404), summary="How far an archive of yours is")
    def get(self, request: Request, archive_id: int) -> Response:
        return Response(ArchiveSerializer(own_archive(account_id=caller(request), archive_id=archive_id)).data)


class ArchiveDownloadView(View):
    scopes: ClassVar = {"GET": "read"}

    @documented(
        answers={(200, "application/zip"): OpenApiTypes.BINARY},
        refusals=(403, 404, 409),
        summary="Fetch an archive of yours",
    )
    def get(self, request: Request, archive_id: int) -> HttpResponse:
        archive, content = open_archive(account_id=caller(request), archive_id=archive_id)
        name = f'attachment; filename="humankind-archive-{archive.pk}.zip"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return HttpResponse(content, content_type="application/zip", headers=headers)
