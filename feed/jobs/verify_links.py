"""Looks whether the pages that a profile's fields lead to name the profile as their owner's. Safe to run twice.

A try takes the row for a few minutes, by its time and its number of tries; no transaction is open while the web is asked.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from feed.engines.profile_links import names_as_me
from feed.engines.safe_fetch import FetchRefusedError, fetch
from feed.models import Profile
from feed.queries.profile_links import is_verifiable
from feed.queries.rendering.accounts import moment
from feed.queries.rendering.text import account_url

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 3
# Four pages of ten seconds each, and as long to be told from a worker that was killed.
ONE_TRY = timedelta(minutes=2)
PROFILES_IN_A_SWEEP = 100
LARGEST_PAGE = 1024 * 1024
PAGES = {"text/html", "application/xhtml+xml"}


def profiles_with_links_to_verify() -> list[int]:
    """Accounts whose links no worker is at."""
    waiting = Profile.objects.filter(_free(), links_to_verify=True)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:PROFILES_IN_A_SWEEP])


def verify_links(account_id: int) -> None:
    """Look at each link of the account's fields that is not verified yet, unless another worker is at it."""
    rows = Profile.objects.filter(_free(), pk=account_id, links_to_verify=True)
    if not settings.LINK_CARDS or not rows.update(
        links_attempts=F("links_attempts") + 1, links_tried_at=timezone.now()
    ):
        return
    profile = Profile.objects.select_related("account").get(pk=account_id)
    page_of_profile = account_url(profile.account.username)
    verified, again = set[str](), False
    for address in {field["value"] for field in profile.fields if not field.get("verified_at")}:
        if not is_verifiable(address):
            continue
        try:
            if _names(address, page_of_profile):
                verified.add(address)
        except FetchRefusedError as refusal:
            log.info("profile_link_not_fetched", account_id=account_id, reason=str(refusal))
            again = again or not refusal.lasting
    _keep(account_id, verified, tried=profile.links_tried_at, again=again and profile.links_attempts < MOST_ATTEMPTS)


def _free() -> Q:
    return Q(links_tried_at=None) | Q(links_tried_at__lt=timezone.now() - ONE_TRY)


def _names(address: str, profile: str) -> bool:
    page = fetch(address, most_bytes=LARGEST_PAGE, accept="text/html", cut=True, also=settings.LINK_CARD_NETWORKS)
    return page.content_type in PAGES and names_as_me(page.body, url=page.url, charset=page.charset, profile=profile)


def _keep(account_id: int, verified: set[str], *, tried: object, again: bool) -> None:
    with transaction.atomic():
        profile = Profile.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if profile is None:
            return
        now = moment(timezone.now())
        for field in profile.fields:
            if field["value"] in verified and not field.get("verified_at"):
                field["verified_at"] = now
        # Fields that changed meanwhile have their own turn.
        if profile.links_tried_at == tried:
            profile.links_to_verify = again
        profile.save(update_fields=["fields", "links_to_verify"])
