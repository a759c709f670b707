"""The applications that statuses were posted with."""

from collections.abc import Collection
from typing import Any

from allauth.idp.oidc.models import Client


def application_names(client_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Mastodon's `application` of a status, by the id of the OAuth client; those that are gone are left out."""
    wanted = {one for one in client_ids if one}
    if not wanted:
        return {}
    rows = Client.objects.filter(pk__in=wanted).values_list("pk", "name", "data")
    return {pk: {"name": name, "website": (data or {}).get("website") or None} for pk, name, data in rows}
