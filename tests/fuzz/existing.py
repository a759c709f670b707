"""What exists while requests are made up: made anew for each round, because requests of the round before delete."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.clients.people import Caller

# What an id in an address is of, by the words before it; the first that fits counts.
PLACES = (
    ("/lists/", "lists"),
    ("/notifications/requests/", "requests"),
    ("/notifications/", "notifications"),
    ("/scheduled_statuses/", "scheduled"),
    ("/filters/keywords/", "keywords"),
    ("/filters/statuses/", "filtered"),
    ("/filters/", "filters"),
    ("/conversations/", "conversations"),
    ("/media/", "media"),
    ("/polls/", "polls"),
    ("/featured_tags/", "featured"),
    ("/statuses/", "statuses"),
    ("/accounts/", "accounts"),
    ("/suggestions/", "accounts"),
    ("/follow_requests/", "accounts"),
)


@dataclass
class Existing:
    """Ids by kind, as texts."""

    kinds: dict[str, list[str]] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return sorted({one for kind in self.kinds.values() for one in kind})

    def fitting(self, path: str) -> list[str]:
        """Those that the address is about, where it says of what kind; else all."""
        kind = next((kind for words, kind in PLACES if f"{words}{{" in path), "")
        return self.kinds.get(kind) or self.ids


def make(grace: Caller, eileen: Caller) -> Existing:
    """One of everything that has an id, Grace's own where it is a person's own. What cannot be made now is not there."""
    said = [grace.say("Hello #tag"), eileen.say("@grace hello #tag")]
    private = eileen.post("/api/v1/statuses", status="@grace between us", visibility="direct")
    poll = {"options": ["a", "b"], "expires_in": 3600}
    asked = [
        grace.post("/api/v1/statuses", status="?", poll=poll),
        eileen.post("/api/v1/statuses", status="?", poll=poll),
    ]
    later = grace.post("/api/v1/statuses", status="later", scheduled_at="2099-01-01T00:00:00Z")
    words = [{"keyword": "word"}]
    filtering = grace.post("/api/v2/filters", title="f", context=["home"], keywords_attributes=words)
    held = grace.post(f"/api/v2/filters/{filtering.json().get('id')}/statuses", status_id=said[1])
    for what in ("favourite", "reblog", "bookmark", "pin"):
        grace.post(f"/api/v1/statuses/{said[0]}/{what}")
    eileen.post(f"/api/v1/statuses/{said[0]}/favourite")
    picture = grace.client.post("/api/v2/media", files={"file": ("a.png", PICTURE, "image/png")}, headers=grace.headers)
    pages = {
        "notifications": "/api/v1/notifications",
        "requests": "/api/v1/notifications/requests",
        "conversations": "/api/v1/conversations",
    }
    found: dict[str, Iterable[Any]] = {
        "accounts": [eileen.account_id, eileen.account_id, grace.account_id],
        "statuses": [*said, private.json().get("id"), *(one.json().get("id") for one in asked)],
        "polls": [(one.json().get("poll") or {}).get("id") for one in asked],
        "lists": [grace.post("/api/v1/lists", title="list").json().get("id")],
        "filters": [filtering.json().get("id")],
        "keywords": [one.get("id") for one in filtering.json().get("keywords", [])],
        "filtered": [held.json().get("id")],
        "scheduled": [later.json().get("id")],
        "media": [picture.json().get("id")],
        "featured": [grace.post("/api/v1/featured_tags", name="tag").json().get("id")],
        **{kind: [one["id"] for one in grace.get(page).json()][:5] for kind, page in pages.items()},
    }
    return Existing({kind: [str(one) for one in several if one] for kind, several in found.items()})


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "navy").save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()
