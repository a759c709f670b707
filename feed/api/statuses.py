"""Post, read and delete statuses."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common.idempotency import Answer, answer_once
from feed.api.parameters import flag, identifiers, parameters, path_id
from feed.api.views import MastodonPublicView, MastodonView, caller_id, viewer_id
from feed.api.wishes import edit_wish, moment_given, status_wish
from feed.operations.edits import edit_status
from feed.operations.scheduled import schedule_status
from feed.operations.statuses import delete_status, post_status
from feed.queries.drafts import Wish
from feed.queries.rendering.statuses import status_json, statuses_json
from feed.queries.scheduled import scheduled_json
from feed.queries.statuses import status_for, statuses_among, thread_of


class StatusesView(MastodonView):
    """POST /api/v1/statuses"""

    scopes = {"POST": "write:statuses"}

    def post(self, request: Request) -> Response:
        """Post, or keep until `scheduled_at`; repeated with the same `Idempotency-Key`, the first answer is given again."""
        account_id = caller_id(request)
        given = parameters(request)

        def act() -> Answer:
            at = moment_given(given, "scheduled_at")
            wish = status_wish(given, request)
            if at is not None and at > timezone.now():
                scheduled = schedule_status(at=at, wish=Wish(account_id=account_id, **wish))
                return Answer(200, scheduled_json([scheduled])[0])
            status = post_status(account_id=account_id, **wish)
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
    """GET /api/v1/statuses/:id"""

    def get(self, request: Request, id: str) -> Response:
        """One status."""
        return Response(_shown(path_id(id), viewer_id(request)))


class OwnStatusView(MastodonView):
    """PUT and DELETE /api/v1/statuses/:id"""

    scopes = {"*": "write:statuses"}

    def put(self, request: Request, id: str) -> Response:
        """Edit: media and poll that are not named again are taken away, as in Mastodon."""
        account_id = caller_id(request)
        edit_status(account_id=account_id, status_id=path_id(id), **edit_wish(parameters(request)))
        return Response(_shown(path_id(id), account_id))

    def delete(self, request: Request, id: str) -> Response:
        """Delete one's own status; its text, media and poll come back, for those who want to write it anew."""
        account_id = caller_id(request)
        body = _shown(path_id(id), account_id)
        delete_media = bool(flag(parameters(request), "delete_media"))
        deleted = delete_status(account_id=account_id, status_id=path_id(id), delete_media=delete_media)
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
