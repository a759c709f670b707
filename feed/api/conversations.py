"""Threads of direct statuses."""

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from feed.api.parameters import parameters, path_id
from feed.api.views import MastodonView, caller_id, paged
from feed.operations.conversations import mark_conversation, remove_conversation
from feed.queries.conversations import conversations_of
from feed.queries.rendering.conversations import conversations_json


class ConversationsView(MastodonView):
    """GET /api/v1/conversations"""

    scopes = {"GET": "read:statuses"}

    def get(self, request: Request) -> Response:
        """One's conversations; pages go by the ids of their last statuses."""
        page = Page.of(parameters(request))
        rows = conversations_of(account_id=caller_id(request), page=page)
        body = conversations_json(rows, viewer_id=caller_id(request))
        return paged(request, page, [row.last_status_id for row in rows], body)


class ConversationView(MastodonView):
    """DELETE /api/v1/conversations/:id"""

    scopes = {"DELETE": "write:conversations"}

    def delete(self, request: Request, id: str) -> Response:
        """Take it off one's list."""
        remove_conversation(account_id=caller_id(request), conversation_id=path_id(id))
        return Response({})


class MarkConversationView(MastodonView):
    """POST /api/v1/conversations/:id/read and /unread"""

    scopes = {"POST": "write:conversations"}

    def post(self, request: Request, id: str, state: str) -> Response:
        """Note that it was read, or is to be read again."""
        row = mark_conversation(account_id=caller_id(request), conversation_id=path_id(id), unread=state == "unread")
        return Response(conversations_json([row], viewer_id=caller_id(request))[0])
