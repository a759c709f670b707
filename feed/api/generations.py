"""/api/humankind/v1/generations: ask for images and follow their making."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.authentication import caller
from common.idempotency import Answer, answer_once
from common.pagination import numbered_page
from common.views import View
from feed.api.documentation import GENERATION, GENERATIONS, documented
from feed.operations.images import request_generation
from feed.queries.images import UNFINISHED, generations_of, own_generation, render_generation

POLL_SECONDS = 1


class GenerationRequest(serializers.Serializer[Any]):
    """What to make. `width` and `height` in pixels, 256 to 1024."""

    prompt = serializers.CharField(trim_whitespace=False, max_length=10_000, allow_blank=True)
    width = serializers.IntegerField(default=768)
    height = serializers.IntegerField(default=768)


class Generations(View):
    """Ask for an image, or list one's own."""

    scopes = {"GET": "read:media", "POST": "write:media"}

    @documented(summary="List one's own generations, newest first (cursor, limit)", status=200, example=GENERATIONS)
    def get(self, request: Request) -> Response:
        rows, cursor = numbered_page(generations_of(caller(request)), request.query_params)
        return Response({"generations": [render_generation(row) for row in rows], "next_cursor": cursor})

    @documented(
        summary="Ask for an image (Idempotency-Key honoured), then poll its address",
        status=202,
        example=GENERATION,
        request=GenerationRequest,
    )
    def post(self, request: Request) -> Response:
        asked = GenerationRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        account_id = caller(request)

        def act() -> Answer:
            generation = request_generation(account_id=account_id, **asked.validated_data)
            return Answer(202, render_generation(generation))

        answer = answer_once(
            account_id=account_id,
            endpoint="generations",
            key=request.headers.get("Idempotency-Key"),
            parameters=asked.validated_data,
            act=act,
        )
        headers = {"Location": f"/api/humankind/v1/generations/{answer.body['id']}", "Retry-After": str(POLL_SECONDS)}
        if answer.replayed:
            headers["Idempotency-Replayed"] = "true"
        return Response(answer.body, status=answer.status, headers=headers)


class GenerationDetail(View):
    """One of one's own generations."""

    scopes = {"GET": "read:media"}

    @documented(summary="State, progress and result of a generation", status=200, example=GENERATION)
    def get(self, request: Request, generation_id: int) -> Response:
        generation = own_generation(account_id=caller(request), generation_id=generation_id)
        headers = {"Retry-After": str(POLL_SECONDS)} if generation.state in UNFINISHED else {}
        return Response(render_generation(generation), headers=headers)
