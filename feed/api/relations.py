"""How the caller stands to others, and what changes it: follow, block, mute, keep a note. Each answers a Relationship."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import Page
from common.problems import NotFound
from feed.api.parameters import flag, identifiers, items, number, parameters, path_id, text
from feed.api.views import MastodonView, caller_id, paged
from feed.operations.account_notes import set_note
from feed.operations.blocks import block, unblock
from feed.operations.follows import accept_follow, follow, reject_follow, remove_follower, unfollow
from feed.operations.mutes import mute, unmute
from feed.queries import account_lists as lists
from feed.queries.relationships import relationships
from feed.queries.rendering.accounts import moment, profiles_json, relationship_json

MOST_FAMILIAR = 40


class RelationView(MastodonView):
    """POST on an account's address: something changes, and the answer is how the caller stands to it now."""

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Make the change."""
        raise NotImplementedError

    def post(self, request: Request, id: str) -> Response:
        """Act, then answer."""
        self.act(caller_id(request), path_id(id), parameters(request))
        return _relationship(request, path_id(id))


class FollowView(RelationView):
    """POST /api/v1/accounts/:id/follow"""

    scopes = {"POST": "write:follows"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Follow, ask to, or change the options."""
        follow(
            source_id=source_id,
            target_id=target_id,
            reblogs=flag(given, "reblogs"),
            notify=flag(given, "notify"),
            languages=items(given, "languages") if "languages" in given else None,
        )


class UnfollowView(RelationView):
    """POST /api/v1/accounts/:id/unfollow"""

    scopes = {"POST": "write:follows"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Stop following."""
        unfollow(source_id=source_id, target_id=target_id)


class RemoveFollowerView(RelationView):
    """POST /api/v1/accounts/:id/remove_from_followers"""

    scopes = {"POST": "write:follows"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Make somebody stop following."""
        remove_follower(account_id=source_id, source_id=target_id)


class BlockView(RelationView):
    """POST /api/v1/accounts/:id/block"""

    scopes = {"POST": "write:blocks"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Block."""
        block(source_id=source_id, target_id=target_id)


class UnblockView(RelationView):
    """POST /api/v1/accounts/:id/unblock"""

    scopes = {"POST": "write:blocks"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Take the block back."""
        unblock(source_id=source_id, target_id=target_id)


class MuteView(RelationView):
    """POST /api/v1/accounts/:id/mute"""

    scopes = {"POST": "write:mutes"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Mute, for `duration` seconds or for ever; `notifications` too, where it is not refused."""
        hide = flag(given, "notifications")
        mute(
            source_id=source_id,
            target_id=target_id,
            hide_notifications=True if hide is None else hide,
            seconds=number(given, "duration") or 0,
        )


class UnmuteView(RelationView):
    """POST /api/v1/accounts/:id/unmute"""

    scopes = {"POST": "write:mutes"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Take the mute back."""
        unmute(source_id=source_id, target_id=target_id)


class NoteView(RelationView):
    """POST /api/v1/accounts/:id/note"""

    scopes = {"POST": "write:accounts"}

    def act(self, source_id: int, target_id: int, given: dict[str, Any]) -> None:
        """Keep `comment` in mind of the account; empty, the note goes."""
        set_note(source_id=source_id, target_id=target_id, text=text(given, "comment"))


class AnswerFollowRequestView(MastodonView):
    """POST /api/v1/follow_requests/:id/authorize and /reject"""

    scopes = {"POST": "write:follows"}

    def post(self, request: Request, id: str, answer: str) -> Response:
        """Let somebody follow, or not."""
        act = accept_follow if answer == "authorize" else reject_follow
        act(account_id=caller_id(request), source_id=path_id(id))
        return _relationship(request, path_id(id))


class RelationshipsView(MastodonView):
    """GET /api/v1/accounts/relationships?id[]="""

    scopes = {"GET": "read:follows"}

    def get(self, request: Request) -> Response:
        """How the caller stands to each; suspended accounts only where they are asked for."""
        given = parameters(request)
        found = relationships(
            source_id=caller_id(request),
            target_ids=identifiers(given, "id"),
            with_suspended=bool(flag(given, "with_suspended")),
        )
        return Response([relationship_json(one) for one in found])


class FamiliarFollowersView(MastodonView):
    """GET /api/v1/accounts/familiar_followers?id[]="""

    scopes = {"GET": "read:follows"}

    def get(self, request: Request) -> Response:
        """For each account, who follows it and is followed by the caller."""
        found = lists.familiar_followers(
            account_ids=identifiers(parameters(request), "id"), viewer_id=caller_id(request), most=MOST_FAMILIAR
        )
        distinct = {profile.pk: profile for profiles in found.values() for profile in profiles}
        shown = {int(body["id"]): body for body in profiles_json(list(distinct.values()))}
        return Response(
            [
                {"id": str(account_id), "accounts": [shown[profile.pk] for profile in profiles]}
                for account_id, profiles in found.items()
            ]
        )


class FollowRequestsView(MastodonView):
    """GET /api/v1/follow_requests"""

    scopes = {"GET": "read:follows"}

    def get(self, request: Request) -> Response:
        """Who asked to follow."""
        page = Page.of(parameters(request), default=40, most=80)
        profiles, ids = lists.follow_requests_of(account_id=caller_id(request), page=page)
        return paged(request, page, ids, profiles_json(profiles))


class BlocksView(MastodonView):
    """GET /api/v1/blocks"""

    scopes = {"GET": "read:blocks"}

    def get(self, request: Request) -> Response:
        """Whom the caller blocks."""
        page = Page.of(parameters(request), default=40, most=80)
        profiles, ids = lists.blocks_of(account_id=caller_id(request), page=page)
        return paged(request, page, ids, profiles_json(profiles))


class MutesView(MastodonView):
    """GET /api/v1/mutes"""

    scopes = {"GET": "read:mutes"}

    def get(self, request: Request) -> Response:
        """Whom the caller mutes, and until when."""
        page = Page.of(parameters(request), default=40, most=80)
        profiles, ids, until = lists.mutes_of(account_id=caller_id(request), page=page)
        body = [{**one, "mute_expires_at": moment(until[int(one["id"])])} for one in profiles_json(profiles)]
        return paged(request, page, ids, body)


def _relationship(request: Request, target_id: int) -> Response:
    found = relationships(source_id=caller_id(request), target_ids=[target_id])
    if not found:
        raise NotFound("Record not found")
    return Response(relationship_json(found[0]))
