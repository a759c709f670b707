"""What a case of review keeps of faces while it is undecided, and what is left of it afterwards."""

from collections.abc import Sequence

from django.db.models import Q

from identity.engines.codes import bit_string
from identity.jobs.held_captures import delete_held
from identity.models import CaseCandidate, DistinctPeople, PendingCode, ReviewCase
from identity.queries.uniqueness import Candidate, Codes


def keep_face(case: ReviewCase, candidates: Sequence[Candidate], codes: Sequence[Codes], *, model: str) -> None:
    """Let these codes, embedded by `model`, wait for the decision in the place of any earlier ones."""
    forget_face(case)
    PendingCode.objects.bulk_create(
        PendingCode(
            case=case,
            key_epoch_id=each.epoch,
            leading=bit_string(each.leading),
            second=bit_string(each.second),
            model=model,
        )
        for each in codes
    )
    add_candidates(case, candidates)


def add_candidates(case: ReviewCase, candidates: Sequence[Candidate]) -> None:
    """Note who is near the newest capture. Whoever was near an earlier one stays, with what was measured then."""
    known = {each.person_id: each.number for each in case.candidates.all()}
    number = max(known.values(), default=0)
    rows = {}
    for each in candidates:
        if each.person_id in rows:
            continue
        if each.person_id not in known:
            number += 1
            known[each.person_id] = number
        rows[each.person_id] = CaseCandidate(
            case=case,
            person_id=each.person_id,
            number=known[each.person_id],
            distance=each.distance,
            second_distance=each.second_distance,
            capture=case.captures,
        )
    CaseCandidate.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["case", "person"],
        update_fields=["distance", "second_distance", "capture"],
    )


def forget_face(case: ReviewCase) -> None:
    """Delete what was kept of the newcomer's face: pending codes and held pictures."""
    PendingCode.objects.filter(case=case).delete()
    delete_held(case_ids=[case.pk])


def forget_candidates(case: ReviewCase) -> None:
    """Delete who was near."""
    CaseCandidate.objects.filter(case=case).delete()


def forget_marks(*, account_id: int) -> int:
    """Delete the marks between the account's person and whoever they were told apart from; gives their number.

    Without a code of the person there is nothing that a mark could help to compare.
    """
    own = Q(first__account=account_id) | Q(second__account=account_id)
    deleted, _ = DistinctPeople.objects.filter(own).delete()
    return deleted
