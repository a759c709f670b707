"""Post, read and delete statuses."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.idempotency import Answer, answer_once
from feed.api.parameters import flag, identifier, identifiers, parameters, path_id, text
from feed.api.views import MastodonPublicView, MastodonView, caller_id, viewer_id
from feed.operations.statuses import delete_status, post_status
from feed.queries.rendering.statuses import status_json, statuses_json
from feed.queries.statuses import status_for, statuses_among, thread_of


class StatusesView(MastodonView):
    """POST /api/v1/statuses"""

    scopes = {"POST": "write:statuses"}

    def post(self, request: Request) -> Response:
        """Post; repeated with the same `Idempotency-Key`, the first answer is given again."""
        account_id = caller_id(request)
        given = parameters(request)

        def act() -> Answer:
            status = post_status(account_id=account_id, **_wanted(given))
            return Answer(200, _shown(status.pk, account_id))

        answer = answer_once(
            account_id=account_id,
            endpoint="POST /api/v1/statuses",
            key=request.headers.get("Idempotency-Key"),
            parameters=given,
            act=act,
        )
        headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
        return Response(answer.body, status=answer.status, headers=headers)


class SeveralView(MastodonPublicView):
    """GET /api/v1/statuses?id[]="""

    def get(self, request: Request) -> Response:
        """Those of the statuses that the caller may see, in the order asked."""
        viewer = viewer_id(request)
        found = statuses_among(status_ids=identifiers(parameters(request), "id"), viewer_id=viewer)
        return Response(statuses_json(found, viewer_id=viewer))


class StatusView(MastodonPublicView):
    """GET and DELETE /api/v1/statuses/:id"""

    def get(self, request: Request, id: str) -> Response:
        """One status."""
        return Response(_shown(path_id(id), viewer_id(request)))


class OwnStatusView(MastodonView):
    """DELETE /api/v1/statuses/:id"""

    scopes = {"DELETE": "write:statuses"}

    def delete(self, request: Request, id: str) -> Response:
        """Delete one's own status; its text comes back, for those who want to write it anew."""
        account_id = caller_id(request)
        body = _shown(path_id(id), account_id)
        deleted = delete_status(account_id=account_id, status_id=path_id(id))
        return Response({**body, "text": deleted.text})


class ContextView(MastodonPublicView):
    """GET /api/v1/statuses/:id/context"""

    def get(self, request: Request, id: str) -> Response:
        """What a status answers and what answers it."""
        viewer = viewer_id(request)
        thread = thread_of(status_id=path_id(id), viewer_id=viewer)
        shown = statuses_json([*thread.ancestors, *thread.descendants], viewer_id=viewer)
        above = len(thread.ancestors)
        return Response({"ancestors": shown[:above], "descendants": shown[above:]})


def _shown(status_id: int, viewer: int | None) -> dict[str, Any]:
    return status_json(status_for(status_id=status_id, viewer_id=viewer), viewer_id=viewer)


def _wanted(given: dict[str, Any]) -> dict[str, Any]:
    ours = given.get("humankind")
    ours = ours if isinstance(ours, dict) else {}
    reply_to = given.get("in_reply_to_id")
    for_training = flag(ours, "for_training")
    return {
        "text": text(given, "status"),
        "visibility": text(given, "visibility") or "public",
        "in_reply_to_id": identifier(reply_to, "in_reply_to_id") if reply_to not in (None, "") else None,
        "media_ids": identifiers(given, "media_ids"),
        "spoiler_text": text(given, "spoiler_text"),
        "sensitive": bool(flag(given, "sensitive")),
        "language": text(given, "language"),
        "made_by": text(ours, "made_by") or "human",
        "for_training": True if for_training is None else for_training,
    }
