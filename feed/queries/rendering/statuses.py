"""Statuses as Mastodon's JSON.

A status is put together from parts: what all see of it (`shared_json`), its author, the status that it shows or quotes,
and what is the viewer's own. The parts are apart because they change at different times and are kept apart
(docs/decisions/0050-rendered-statuses.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from feed.models import Status
from feed.queries.applications import application_names
from feed.queries.filters import filtered_for
from feed.queries.hashtags import hashtags
from feed.queries.images import render_media
from feed.queries.overlay import NOTHING, Overlay, overlays_for
from feed.queries.rendering.accounts import NOBODY, account_json, moment
from feed.queries.rendering.cards import card_json
from feed.queries.rendering.filters import results_json
from feed.queries.rendering.polls import poll_json, poll_of
from feed.queries.rendering.text import account_url, rendered, tag_url
from identity.queries.personhood import Personhood, personhood_of

# Mastodon's addresses of a reblog, as an act and no object.
ACTIVITY = "/activity"
Applications = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Surroundings:
    """What a page of statuses needs beside its rows, by id; `viewer_id` is None for somebody who is not signed in."""

    viewer_id: int | None
    personhoods: Mapping[int, Personhood]
    applications: Applications
    overlays: Mapping[int, Overlay]


def statuses_json(statuses: Sequence[Status], *, viewer_id: int | None) -> list[dict[str, Any]]:
    """A page of statuses that were loaded `with_everything`, in three more queries whatever its length."""
    if not statuses:
        return []
    rows = {row.pk: row for status in statuses for row in within(status)}
    around = Surroundings(
        viewer_id=viewer_id,
        personhoods=personhood_of({row.account_id for row in rows.values()}),
        applications=application_names({row.application_id for row in rows.values()}),
        overlays=_overlays(viewer_id, rows),
    )
    return [_whole(status, around) for status in statuses]


def _overlays(viewer_id: int | None, rows: Mapping[int, Status]) -> dict[int, Overlay]:
    # What a quoted status quotes is named where the viewer may see it.
    named = {row.quote_of_id for row in rows.values() if row.quote_of_id}
    overlays = overlays_for(viewer_id=viewer_id, status_ids=named.union(rows))
    for pk, matches in filtered_for(viewer_id, rows.values()).items():
        if pk in overlays:
            overlays[pk] = replace(overlays[pk], filtered=tuple(results_json(matches)))
    return overlays


def status_json(status: Status, *, viewer_id: int | None) -> dict[str, Any]:
    """One status."""
    return statuses_json([status], viewer_id=viewer_id)[0]


def within(status: Status) -> list[Status]:
    """The rows that are shown with a status: itself, what it reblogs, and what either quotes."""
    rows = [status] if status.reblog_of is None else [status, status.reblog_of]
    return rows + [row.quote_of for row in rows if row.quote_of is not None]


def _whole(status: Status, around: Surroundings, *, quoted: bool = False) -> dict[str, Any]:
    overlay = around.overlays.get(status.pk, NOTHING)
    personhood = around.personhoods.get(status.account_id, NOBODY)
    body = shared_json(status, around.applications)
    body["account"] = account_json(status.account.profile, personhood)
    body["reblog"] = None
    if status.reblog_of is not None:
        body["reblog"] = _whole(status.reblog_of, around)
        overlay = overlay.of_a_reblog(around.overlays.get(status.reblog_of.pk, NOTHING))
    body["quote"] = _quote(status, around, quoted=quoted)
    body["poll"] = None
    if (poll := poll_of(status)) is not None:
        body["poll"] = poll_json(poll) | overlay.poll_json(is_author=status.account_id == around.viewer_id)
    return body | overlay.json()


def _quote(status: Status, around: Surroundings, *, quoted: bool) -> dict[str, Any] | None:
    """Mastodon's Quote; inside a quoted status its ShallowQuote, which only names the next."""
    if not status.quote_state:
        return None
    exists = bool(status.quote_of_id)
    overlay = around.overlays.get(status.quote_of_id, NOTHING) if status.quote_of_id else NOTHING
    state, shown = quote_shown(status.quote_state, exists=exists, visible=overlay.visible, avoided=overlay.avoided)
    if quoted:
        return {"state": state, "quoted_status_id": str(status.quote_of_id) if shown else None}
    other = status.quote_of
    return {"state": state, "quoted_status": _whole(other, around, quoted=True) if shown and other else None}


def quote_shown(state: str, *, exists: bool, visible: bool, avoided: str) -> tuple[str, bool]:
    """The state of a quote for a viewer, and whether they are given what it quotes; `avoided` as in the quoted one's overlay."""
    if state != "accepted" or not exists:
        return state, False
    return (avoided or state, True) if visible else ("unauthorized", False)


def shared_json(status: Status, applications: Applications) -> dict[str, Any]:
    """What everybody who may see the status sees of it: all but its author, poll, reblog, quote and the viewer's part."""
    username, act = status.account.username, ACTIVITY if status.reblog_of_id else ""
    mentioned = [mention.account for mention in status.mentions.all()]
    names = tuple(sorted((one.username.lower(), one.username) for one in mentioned))
    humankind: dict[str, Any] = {"made_by": status.made_by, "for_training": status.for_training}
    if status.withheld_at is not None:
        humankind["withheld"] = True
    return {
        "id": str(status.pk),
        "created_at": moment(status.created_at),
        "in_reply_to_id": str(status.in_reply_to_id) if status.in_reply_to_id else None,
        "in_reply_to_account_id": str(status.in_reply_to_account_id) if status.in_reply_to_account_id else None,
        "sensitive": status.sensitive,
        "spoiler_text": status.spoiler_text,
        "visibility": status.visibility,
        "language": status.language or None,
        "uri": f"{settings.PUBLIC_URL}/users/{username}/statuses/{status.pk}{act}",
        "url": f"{account_url(username)}/{status.pk}{act}",
        "replies_count": status.replies_count,
        "reblogs_count": status.reblogs_count,
        "favourites_count": status.favourites_count,
        "quotes_count": status.quotes_count,
        "edited_at": moment(status.edited_at),
        "content": rendered(status.text, names),
        "application": applications.get(status.application_id),
        "media_attachments": [render_media(one) for one in sorted(status.media.all(), key=lambda one: one.pk)],
        "mentions": [
            {"id": str(one.pk), "username": one.username, "url": account_url(one.username), "acct": one.username}
            for one in mentioned
        ],
        "tags": [{"name": tag, "url": tag_url(tag)} for tag in hashtags(status.text)],
        "emojis": [],
        "card": card_json(status.card) if status.card is not None else None,
        "humankind": humankind,
    }
