"""The bytes of which a page is put together, made once and kept: a status without its surroundings, and an author."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feed.models import Profile, Status
from feed.queries.applications import application_names
from feed.queries.rendering.accounts import NOBODY, account_json
from feed.queries.rendering.polls import poll_json, poll_of
from feed.queries.rendering.statuses import shared_json
from feed.queries.statuses import with_its_own
from identity.queries.personhood import personhood_of

# JSON as text never holds a line's end.
BETWEEN = b"\n"


@dataclass(frozen=True, slots=True)
class Part:
    """JSON objects without the brace at their end, as what is the viewer's own follows; `poll` is empty without one."""

    version: str
    body: bytes
    poll: bytes = b""

    def packed(self) -> bytes:
        """As it is kept outside the process."""
        return BETWEEN.join((self.version.encode(), self.body, self.poll))

    @classmethod
    def unpacked(cls, kept: bytes) -> "Part":
        """What `packed` has made. Raises ValueError for anything else."""
        version, body, poll = kept.split(BETWEEN)
        return cls(version.decode(), body, poll)


def encoded(body: object) -> bytes:
    """JSON as the views of the API send it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def render_statuses(versions: Mapping[int, str]) -> dict[int, Part]:
    """The parts of statuses, under the versions given; read after these were, so never older than they say."""
    rows = list(with_its_own(Status.objects.filter(pk__in=versions)))
    applications = application_names({row.application_id for row in rows})
    made = {}
    for row in rows:
        poll = poll_of(row)
        body = encoded(shared_json(row, applications))[:-1]
        made[row.pk] = Part(versions[row.pk], body, encoded(poll_json(poll))[:-1] if poll is not None else b"")
    return made


def render_authors(versions: Mapping[int, str]) -> dict[int, Part]:
    """The same of accounts."""
    rows = list(Profile.objects.filter(pk__in=versions).select_related("account"))
    personhoods = personhood_of(list(versions))
    return {row.pk: Part(versions[row.pk], encoded(account_json(row, personhoods.get(row.pk, NOBODY)))) for row in rows}


def sizes(parts: Iterable[Part]) -> int:
    """Bytes held."""
    return sum(len(part.body) + len(part.poll) for part in parts)
