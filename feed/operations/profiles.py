"""What people change of how their account shows itself, and of how they post where they say nothing else."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, BinaryIO

from django.db import transaction

from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.models import Follow, Profile
from feed.operations.accounts import require_may_write
from feed.operations.follows import accept_follow
from feed.operations.profile_pictures import remove_profile_picture, store_avatar, store_header
from feed.queries.profile_links import columns_of_fields
from feed.queries.profile_pictures import still_path
from feed.tasks import verify_links

LONGEST_DISPLAY_NAME = 30
LONGEST_NOTE = 500
MOST_FIELDS = 4
LONGEST_OF_A_FIELD = 255
LONGEST_DESCRIPTION = 1500
MOST_DOMAINS = 10
LONGEST_DOMAIN = 253
DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,6})?", re.IGNORECASE)
VISIBILITIES = ("public", "unlisted", "private")
QUOTE_POLICIES = ("public", "followers", "nobody")
# The field that the server sets; nobody writes one that could be taken for it.
SERVERS_FIELD = "personhood"
MOST_LET_IN = 500


@dataclass(frozen=True, kw_only=True)
class ProfileChanges:
    """What to change; None stays as it is. `fields` are pairs of name and value as the person wrote them."""

    display_name: str | None = None
    note: str | None = None
    locked: bool | None = None
    declared_bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    fields: Sequence[tuple[str, str]] | None = None
    attribution_domains: Sequence[str] | None = None
    avatar: BinaryIO | None = None
    header: BinaryIO | None = None
    avatar_description: str | None = None
    header_description: str | None = None


@dataclass(frozen=True, kw_only=True)
class PostingDefaults:
    """How the account posts where a status says nothing else; None stays as it is, an empty language is none."""

    visibility: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


def update_profile(*, account_id: int, changes: ProfileChanges) -> None:
    """Change what is not None, all of it or nothing; an account that is no longer locked lets in who waits.

    Raises Problem with the field and its limit (an unusable picture too), TooMany, NotAllowed as `require_may_write` does.
    """
    require_may_write(account_id)
    values = _checked(changes)
    stored: dict[str, str] = {}
    try:
        if changes.avatar is not None:
            stored["avatar"] = store_avatar(account_id=account_id, file=changes.avatar)
        if changes.header is not None:
            stored["header"] = store_header(account_id=account_id, file=changes.header)
        with transaction.atomic():
            profile = _locked(account_id)
            if "fields" in values:
                values |= columns_of_fields(profile.fields, values["fields"])
            if values.get("links_to_verify"):
                # Where no broker answers the sweep looks.
                after_commit(verify_links.delay, account_id)
            unlocked = profile.locked and values.get("locked") is False
            for name, path in stored.items():
                values |= _shown_as(profile, name, path)
            _write(profile, values)
            if unlocked:
                _let_in(account_id)
    except Exception:
        for path in stored.values():
            remove_profile_picture(path)
        raise


def set_posting_defaults(*, account_id: int, defaults: PostingDefaults) -> None:
    """Change what is not None. It concerns oneself, so whoever is not admitted may too. Raises NotFound, Problem."""
    _one_of("privacy", defaults.visibility, VISIBILITIES)
    _one_of("quote_policy", defaults.quote_policy, QUOTE_POLICIES)
    if defaults.language and not LANGUAGE.fullmatch(defaults.language):
        raise Problem("language is an ISO 639 code, such as en.", field="language")
    given = {
        "default_visibility": defaults.visibility,
        "default_sensitive": defaults.sensitive,
        "default_language": defaults.language,
        "default_quote_policy": defaults.quote_policy,
    }
    with transaction.atomic():
        _write(_locked(account_id), {name: value for name, value in given.items() if value is not None})


def remove_picture(*, account_id: int, name: str) -> None:
    """Show the server's picture again in place of the account's `avatar` or `header`; without one nothing happens."""
    require_may_write(account_id)
    with transaction.atomic():
        profile = _locked(account_id)
        _write(profile, {**_shown_as(profile, name, ""), f"{name}_description": ""})


def _checked(changes: ProfileChanges) -> dict[str, Any]:
    _bounded("display_name", changes.display_name, LONGEST_DISPLAY_NAME)
    _bounded("note", changes.note, LONGEST_NOTE)
    _bounded("avatar_description", changes.avatar_description, LONGEST_DESCRIPTION)
    _bounded("header_description", changes.header_description, LONGEST_DESCRIPTION)
    own_rules = ("fields", "attribution_domains", "avatar", "header")
    values = {one.name: getattr(changes, one.name) for one in dataclass_fields(changes) if one.name not in own_rules}
    values["fields"] = None if changes.fields is None else _fields(changes.fields)
    values["attribution_domains"] = (
        None if changes.attribution_domains is None else _domains(changes.attribution_domains)
    )
    return {name: value for name, value in values.items() if value is not None}


def _fields(given: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    pairs = [(name.strip(), value.strip()) for name, value in given]
    kept = [pair for pair in pairs if any(pair) and not _is_the_servers(pair[0])]
    if len(kept) > MOST_FIELDS:
        raise Problem(
            f"Validation failed: Fields: a profile has at most {MOST_FIELDS}",
            field="fields_attributes",
            limit=MOST_FIELDS,
        )
    for name, value in kept:
        _bounded("fields_attributes", name, LONGEST_OF_A_FIELD)
        _bounded("fields_attributes", value, LONGEST_OF_A_FIELD)
        if not name:
            raise Problem("Validation failed: Fields: each has a name", field="fields_attributes")
    return [{"name": name, "value": value} for name, value in kept]


def _is_the_servers(name: str) -> bool:
    # A client that sends back all fields it was shown sends this one too, so it is left out, and no error.
    return unicodedata.normalize("NFKC", name).casefold().strip() == SERVERS_FIELD


def _domains(given: Sequence[str]) -> list[str]:
    domains = list(dict.fromkeys(one.strip().lower() for one in given if one.strip()))
    if len(domains) > MOST_DOMAINS or not all(DOMAIN.fullmatch(one) for one in domains):
        raise Problem(
            f"attribution_domains has at most {MOST_DOMAINS} names of domains, such as example.org.",
            field="attribution_domains",
            limit=MOST_DOMAINS,
        )
    return domains


def _locked(account_id: int) -> Profile:
    profile = Profile.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    if profile is None:
        raise NotFound("Record not found")
    return profile


def _shown_as(profile: Profile, name: str, path: str) -> dict[str, str]:
    """The columns of a picture's new path; the files of the earlier one go after the commit."""
    after_commit(remove_profile_picture, getattr(profile, name))
    return {name: path, f"{name}_static": still_path(path)}


def _write(profile: Profile, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(profile, name, value)
    if values:
        profile.save(update_fields=list(values))


def _let_in(account_id: int) -> None:
    waiting = Follow.objects.filter(target_id=account_id, pending=True, source__is_active=True).order_by("pk")
    for source_id in list(waiting.values_list("source_id", flat=True)[:MOST_LET_IN]):
        accept_follow(account_id=account_id, source_id=source_id)


def _one_of(field: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        raise Problem(f"{field} is one of {', '.join(allowed)}.", field=field)


def _bounded(field: str, text: str | None, limit: int) -> None:
    if text is not None and "\0" in text:
        raise Problem(f"{field} may not hold a null character.", field=field)
    if text is not None and len(text) > limit:
        raise Problem(f"{field} has at most {limit} characters.", field=field, limit=limit)
