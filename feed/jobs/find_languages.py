"""Finds the language of what was written before anybody looked at posting; what is new has one from the start."""

from django.db import transaction

from common.languages import identify
from feed.models import Status

IN_A_STEP = 500
IN_A_SWEEP = 20_000


def find_languages(*, at_most: int = IN_A_SWEEP) -> int:
    """Look at up to `at_most` statuses, the oldest first; gives how many have a language now. Safe to run twice.

    Each step commits, so that whoever is killed has lost one step. No event is written: the plan of a release looks at the
    same text where no language is stored, and finds the same.
    """
    found, last = 0, 0
    while found < at_most and (step := _found_after(last)):
        last = step[-1].pk
        found += len(step)
    return found


def _found_after(last: int) -> list[Status]:
    rows = Status.objects.filter(found_language="", reblog_of=None, deleted_at=None, pk__gt=last).order_by("pk")
    with transaction.atomic():
        # Whoever edits one at this moment holds its row, and finds the language of what it says then.
        step = list(rows.select_for_update(skip_locked=True, no_key=True).only("text")[:IN_A_STEP])
        for status in step:
            status.found_language, status.found_language_score = identify(status.text)
        Status.objects.bulk_update(step, ["found_language", "found_language_score"])
    return step
