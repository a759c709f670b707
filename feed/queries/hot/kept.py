"""Where rendered parts are kept: in the process, and in Redis for all processes. Neither is believed without a version."""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from common.redis import client
from feed.queries import rendering
from feed.queries.hot.parts import Part, render_authors, render_statuses

log = structlog.get_logger(__name__)

MOST_PARTS = 20_000
KEPT_SECONDS = 6 * 3600

Render = Callable[[Mapping[int, str]], dict[int, Part]]


class Kept:
    """Parts of one kind, by id."""

    def __init__(self, kind: str, render: Render) -> None:
        self._kind = kind
        self._render = render
        self._here: dict[int, Part] = {}

    def parts(self, versions: Mapping[int, str]) -> dict[int, Part]:
        """The parts in exactly these versions: from the process, else from Redis, else rendered; a row that is gone has none."""
        here = self._here
        found, missing = {}, {}
        for pk, version in versions.items():
            part = here.get(pk)
            if part is not None and part.version == version:
                found[pk] = part
            else:
                missing[pk] = version
        if missing:
            found |= self._brought(missing)
        return found

    def forget_here(self) -> None:
        """Empty the process's own memory."""
        self._here.clear()

    def _brought(self, versions: dict[int, str]) -> dict[int, Part]:
        found = self._from_redis(versions)
        to_render = {pk: version for pk, version in versions.items() if pk not in found}
        if to_render:
            rendered = self._render(to_render)
            self._to_redis(rendered)
            found |= rendered
        self._here |= found
        while len(self._here) > MOST_PARTS:
            # The oldest first: a dict keeps the order in which its keys came.
            del self._here[next(iter(self._here))]
        return found

    def _key(self, pk: int) -> str:
        return f"shown:{_edition()}:{self._kind}:{pk}"

    def _from_redis(self, versions: Mapping[int, str]) -> dict[int, Part]:
        try:
            kept = client().mget([self._key(pk) for pk in versions])
        except RedisError:
            return {}
        parts = {pk: Part.unpacked(data) for pk, data in zip(versions, kept, strict=True) if isinstance(data, bytes)}
        return {pk: part for pk, part in parts.items() if part.version == versions[pk]}

    def _to_redis(self, parts: Mapping[int, Part]) -> None:
        try:
            pipeline = client().pipeline(transaction=False)
            for pk, part in parts.items():
                pipeline.set(self._key(pk), part.packed(), ex=KEPT_SECONDS)
            pipeline.execute()
        except RedisError:
            log.warning("rendered_parts_not_kept", kind=self._kind)


@lru_cache(maxsize=1)
def _edition() -> str:
    """Another name for each version of the code that renders, so that a new release never shows what an older one made."""
    folder = Path(rendering.__file__).parent
    sources = [path.read_bytes() for path in sorted([*folder.glob("*.py"), *folder.parent.glob("*.py")])]
    return hashlib.sha256(b"".join([settings.PUBLIC_URL.encode(), *sources])).hexdigest()[:12]


STATUSES = Kept("status", render_statuses)
AUTHORS = Kept("account", render_authors)
