"""What a referee signs: the whole text is shown to them, and its digest is what their passkey signs."""

import datetime as dt
import hashlib
from dataclasses import dataclass

VERSION = "1"
TEXT = """\
Word of a referee, version {version}, to {server}

Referee: {referee} (account {referee_id})
Person: {person} (account {person_id})
Met in person on {met_on}, {place}
Request {request_id}, whose code the person showed me at the meeting

I met this person face to face, and I am convinced that they are one living human. I know of no other account that they
have here. I took nothing for saying so, and they are free to say that we met.

I know that if this is untrue I lose the role of referee, and that everybody for whom I gave my word is looked at again.
"""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who met whom, when and where."""

    server: str
    referee: str
    referee_id: int
    person: str
    person_id: int
    met_on: dt.date
    place: str
    request_id: int


def statement_of(meeting: Meeting) -> str:
    """The text of the newest version."""
    return TEXT.format(
        version=VERSION,
        server=meeting.server,
        referee=meeting.referee,
        referee_id=meeting.referee_id,
        person=meeting.person,
        person_id=meeting.person_id,
        met_on=meeting.met_on.isoformat(),
        place=meeting.place,
        request_id=meeting.request_id,
    )


def digest_of(statement: str) -> bytes:
    """SHA-256 of its UTF-8 bytes."""
    return hashlib.sha256(statement.encode()).digest()
