"""The streams there are, what each carries, and who may have it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from common.authentication import scope_allows
from common.pagination import LARGEST_ID
from common.problems import NotFound
from feed.api.streaming.refusals import Refused
from feed.jobs.stream import Place, account_channel, everyone_channel, public_channel, tag_channel
from feed.queries.hashtags import is_tag, normal_tag
from feed.queries.lists import list_of

LONGEST_TAG = 100
MEDIA = ":media"
NOT_YOURS = "Not authorized to stream this list"
# There is no other server: local is all, and remote is nothing.
PUBLIC = {"public": True, "public:local": True, "public:remote": False}
HASHTAG = ("hashtag", "hashtag:local")
OWN = ("user", "user:notification", "direct", "list")
NAMES = (*OWN, *HASHTAG, *PUBLIC, *(f"{name}{MEDIA}" for name in PUBLIC))


@dataclass(frozen=True)
class Stream:
    """What a client subscribed to: its name as Mastodon repeats it, the channels it hears, the places it carries."""

    name: tuple[str, ...]
    channels: tuple[str, ...]
    places: frozenset[Place]
    only_media: bool = False
    list_id: int | None = None

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """The same for two subscriptions to the same thing."""
        return self.name[0], self.channels if self.list_id is None else (*self.channels, str(self.list_id))


def stream_named(name: object, parameters: Mapping[str, object], *, account_id: int, scopes: Collection[str]) -> Stream:
    """The stream that a client asks for. Raises Refused in Mastodon's words: 400 for what is no stream, 401 for one it may not have."""
    if not isinstance(name, str) or name not in NAMES:
        raise Refused("Unknown stream type", status=400)
    _require(name, scopes)
    if name in HASHTAG:
        tag = parameters.get("tag")
        if not isinstance(tag, str) or not tag or len(tag) > LONGEST_TAG:
            raise Refused("Missing tag name parameter", status=400)
        # What no status can carry is no channel either: a name that Redis could not take would stop every other stream.
        channels = (tag_channel(normal_tag(tag)),) if is_tag(tag) else ()
        return Stream((name, tag), channels, frozenset({Place.TAG}))
    if name == "list":
        return _list_stream(parameters.get("list"), account_id)
    own = account_channel(account_id)
    if name == "direct":
        return Stream((name,), (own,), frozenset({Place.DIRECT}))
    if name == "user:notification":
        return Stream((name,), (own,), frozenset({Place.NOTICES}))
    if name == "user":
        places = {Place.HOME, Place.ACCOUNT}
        if scope_allows(scopes, "read:notifications"):
            places.add(Place.NOTICES)
        return Stream((name,), (own, everyone_channel()), frozenset(places))
    channels = (public_channel(),) if PUBLIC[name.removesuffix(MEDIA)] else ()
    return Stream((name,), channels, frozenset({Place.PUBLIC}), only_media=name.endswith(MEDIA))


def _list_stream(given: object, account_id: int) -> Stream:
    """Whoever reads a list follows its members, so home's messages are its messages. Whose it is, `require_own` asks."""
    if not given:
        raise Refused("Missing list name parameter", status=400)
    word = str(given)
    if not (word.isascii() and word.isdigit()) or len(word) > 19 or int(word) > LARGEST_ID:
        raise Refused(NOT_YOURS, status=401)
    places = frozenset({Place.HOME})
    return Stream(("list", word), (account_channel(account_id),), places, list_id=int(word))


def require_own(stream: Stream, account_id: int) -> None:
    """Raises Refused for somebody else's list. Reads the database."""
    if stream.list_id is None:
        return
    try:
        list_of(account_id=account_id, list_id=stream.list_id)
    except NotFound:
        raise Refused(NOT_YOURS, status=401) from None


def _require(name: str, scopes: Collection[str]) -> None:
    """Open streams need a token with any scope, as in Mastodon."""
    if name not in OWN:
        return
    wanted = "read:notifications" if name == "user:notification" else "read:statuses"
    if not scope_allows(scopes, wanted):
        raise Refused("Access token does not have the required scopes", status=401)
