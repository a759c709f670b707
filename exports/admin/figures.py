"""What the pages' templates are given: figures in words, and charts."""

import json
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from exports.admin import charts, words
from exports.models import Recipient, Release
from exports.queries.consent_rates import FEWEST, ConsentRate, ConsentRates
from exports.queries.console import Holding, Use

MOST_KEYS_SHOWN = 20


def of_dataset(history: list[Release], rate: ConsentRate) -> dict[str, Any]:
    """A dataset's page, of its releases, oldest first."""
    newest = history[-1] if history else None
    given_out = sum(release.state == Release.State.PUBLISHED for release in history)
    tiles = [
        ("Records", words.number(newest.records) if newest else "0", "in the newest release"),
        ("Authors", words.number(newest.authors) if newest else "0", "people, by pseudonym"),
        ("Size", words.size(newest.size) if newest else "0 B", "of its files"),
        ("Given out", str(given_out), f"of the newest {len(history)} releases"),
        ("Consent", words.percent(rate.rate) if rate.rate is not None else "–", _people(rate)),
    ]
    return {
        "tiles": tiles,
        "releases": [_row(release) for release in reversed(history)],
        "funnel": charts.funnel(newest.funnel, kept=newest.records) if newest else None,
        "funnel_of": newest.number if newest else None,
        "records_chart": charts.bars(
            [
                _column(release, {"main": release.records}, f"{words.number(release.records)} records")
                for release in history
            ],
            axis=words.short,
            told="Records in each release",
        ),
        "size_chart": charts.bars(
            [_column(release, {"main": release.size}, words.size(release.size)) for release in history],
            axis=words.size,
            told="Size of each release",
        ),
        "change_chart": charts.bars(
            [
                _column(
                    release,
                    {"added": release.added, "changed": release.changed, "retracted": release.retracted},
                    f"{words.number(release.added)} added, {words.number(release.changed)} changed,"
                    f" {words.number(release.retracted)} retracted",
                )
                for release in history
            ],
            axis=words.short,
            told="Records added, changed and retracted by each release",
        ),
    }


def of_release(release: Release, use: Use) -> dict[str, Any]:
    """A release's page."""
    return {
        "tiles": [
            ("Records", words.number(release.records), f"of {words.number(release.authors)} people"),
            ("Added", words.number(release.added), "since the release before"),
            ("Changed", words.number(release.changed), "rewritten records"),
            ("Retracted", words.number(release.retracted), "to be deleted by the recipient"),
            ("Size", words.size(release.size), f"{words.number(use.files)} files fetched, {words.size(use.bytes)}"),
        ],
        "funnel": charts.funnel(release.funnel, kept=release.records),
        "funnel_of": release.number,
        "statistics": json.dumps(release.statistics, indent=2, ensure_ascii=False) if release.statistics else "",
    }


def consent(rates: ConsentRates) -> dict[str, Any]:
    """The rates of consent, for a table with bars."""
    rows = [
        (
            rate.purpose,
            words.number(rate.people) if rate.people is not None else "suppressed",
            words.percent(rate.rate) if rate.rate is not None else "–",
            round(100 * (rate.rate or 0), 2),
        )
        for rate in rates.rates
    ]
    everybody = words.number(rates.everybody) if rates.everybody is not None else f"fewer than {FEWEST}"
    return {"everybody": everybody, "rows": rows, "fewest": FEWEST}


def _people(rate: ConsentRate) -> str:
    if rate.people is None:
        return f"suppressed below {FEWEST} people"
    return f"{words.number(rate.people)} people agree"


def _column(release: Release, values: dict[str, float], told: str) -> charts.Column:
    href = reverse("admin:exports_release_change", args=[release.pk])
    return charts.Column(str(release.number), values, f"Release {release.number}: {told}", href)


def _row(release: Release) -> dict[str, Any]:
    return {
        "number": release.number,
        "href": reverse("admin:exports_release_change", args=[release.pk]),
        "state": release.state,
        "colour": "success" if release.state == Release.State.PUBLISHED else "danger",
        "published": words.moment(release.published_at),
        "records": words.number(release.records),
        "changes": f"+{words.number(release.added)}  ~{words.number(release.changed)}  −{words.number(release.retracted)}",
        "size": words.size(release.size),
        "reason": release.close_reason,
    }


def of_recipient(recipient: Recipient, use: Use, holdings: list[Holding]) -> dict[str, Any]:
    """A recipient's page."""
    revoke, now = reverse("admin:exports_recipient_revoke", args=[recipient.pk]), timezone.now()
    return {
        "keys": [
            {
                "id": key.oauth_client_id,
                "at": words.moment(key.at),
                "ends": words.moment(key.expires_at) if key.expires_at else "open",
                "revoke": f"{revoke}?{urlencode({'key': key.oauth_client_id})}"
                if key.expires_at is None or key.expires_at > now
                else "",
            }
            for key in recipient.keys.order_by("-at")[:MOST_KEYS_SHOWN]
        ],
        "tiles": [
            ("Last seen", words.moment(use.last_seen), "a file asked for, UTC"),
            ("Files", words.number(use.files_lately), f"in 30 days; {words.number(use.files)} in all"),
            ("Fetched", words.size(use.bytes_lately), f"in 30 days; {words.size(use.bytes)} in all"),
            ("Refused", words.number(use.refused_lately), "requests in 30 days"),
        ],
        "holdings": [
            {
                "name": holding.dataset.name,
                "href": reverse("admin:exports_dataset_change", args=[holding.dataset.pk]),
                "purpose": holding.dataset.purpose,
                "newest": holding.newest or "none yet",
                "acknowledged": holding.acknowledged or "none yet",
                "at": words.moment(holding.acknowledged_at),
                "behind": max(0, holding.newest - holding.acknowledged),
            }
            for holding in holdings
        ],
    }
