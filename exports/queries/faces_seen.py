"""Whether a picture shows a face, remembered for a while: a release looks at every picture of an author again."""

from contextlib import suppress

from redis import RedisError

from common.redis import client
from identity.queries.faces import face_finder, shows_a_face

KEPT_SECONDS = 30 * 86_400


def is_face_in(data: bytes, *, sha256: str) -> bool:
    """`identity.queries.faces.shows_a_face`, asked once of the same bytes while Redis remembers the answer."""
    key = f"exports:face:{face_finder()}:{sha256}"
    with suppress(RedisError):
        if (known := client().get(key)) is not None:
            return bool(known == b"1")
    found = shows_a_face(data)
    with suppress(RedisError):
        client().set(key, int(found), ex=KEPT_SECONDS)
    return found
