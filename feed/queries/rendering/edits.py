"""A status's history as Mastodon's JSON."""

from collections.abc import Sequence
from typing import Any

from feed.models import MediaAttachment, Status, StatusEdit
from feed.queries.images import render_media
from feed.queries.mentions import mentioned_accounts
from feed.queries.rendering.accounts import NOBODY, account_json, moment
from feed.queries.rendering.text import rendered
from identity.queries.personhood import personhood_of


def edits_json(status: Status, edits: Sequence[StatusEdit]) -> list[dict[str, Any]]:
    """StatusEdit entities; a description is as it was, a picture that was deleted since is left out."""
    personhood = personhood_of([status.account_id]).get(status.account_id, NOBODY)
    account = account_json(status.account.profile, personhood)
    media = MediaAttachment.objects.in_bulk({int(one["id"]) for edit in edits for one in edit.media})
    texts = " ".join(edit.text for edit in edits)
    names = tuple(sorted((one.username.lower(), one.username) for one in mentioned_accounts(texts)))
    return [_edit_json(edit, account, media, names) for edit in edits]


def _edit_json(
    edit: StatusEdit,
    account: dict[str, Any],
    media: dict[int, MediaAttachment],
    names: tuple[tuple[str, str], ...],
) -> dict[str, Any]:
    shown = [
        {**render_media(media[int(one["id"])]), "description": one["description"] or None}
        for one in edit.media
        if int(one["id"]) in media
    ]
    return {
        "content": rendered(edit.text, names),
        "spoiler_text": edit.spoiler_text,
        "sensitive": edit.sensitive,
        "created_at": moment(edit.at),
        "account": account,
        "poll": {"options": [{"title": title} for title in edit.poll]} if edit.poll is not None else None,
        "media_attachments": shown,
        "emojis": [],
    }
