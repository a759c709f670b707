"""Which of a profile's fields can be verified."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from feed.queries.links import LONGEST_LINK, is_link


def is_verifiable(value: str) -> bool:
    """Whether the whole value is one address of a page, over HTTPS as Mastodon wants it."""
    if len(value) > LONGEST_LINK or any(letter.isspace() for letter in value) or not is_link(value):
        return False
    return urlsplit(value).scheme == "https"


def columns_of_fields(before: Sequence[dict[str, str]], given: Sequence[dict[str, str]]) -> dict[str, Any]:
    """What a profile's columns become with these fields: a value that stays, stays verified, and new links wait."""
    verified = {field["value"]: field["verified_at"] for field in before if field.get("verified_at")}
    fields = [
        {**field, "verified_at": verified[field["value"]]} if field["value"] in verified else field for field in given
    ]
    waiting = any(is_verifiable(field["value"]) for field in fields if "verified_at" not in field)
    return {"fields": fields, "links_to_verify": waiting, "links_attempts": 0, "links_tried_at": None}
