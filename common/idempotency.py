"""A client's retry finds its first answer (`Idempotency-Key`)."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from common.models import IdempotentRequest
from common.problems import Problem

LONGEST_KEY = 200
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Answer:
    """A status code and a JSON body; `replayed` when an earlier request made them."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def answer_once(
    *, account_id: int, endpoint: str, key: str | None, parameters: Any, act: Callable[[], Answer]
) -> Answer:
    """`act` once for each key: the row that holds its answer commits with what it did.

    A second request with the key waits for the first and gets its answer; one whose first attempt failed acts anew.
    Raises Problem for a key that is too long, or that came with other parameters before.
    """
    if not key:
        return act()
    if len(key) > LONGEST_KEY:
        raise Problem(
            f"An Idempotency-Key has at most {LONGEST_KEY} characters.", field="Idempotency-Key", limit=LONGEST_KEY
        )
    canonical = json.dumps(parameters, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(canonical.encode()).hexdigest()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotentRequest.objects.create(
                    account_id=account_id, endpoint=endpoint, key=key, fingerprint=fingerprint
                )
        except IntegrityError:
            return _first_answer(account_id, endpoint, key, fingerprint)
        answer = act()
        row.status, row.answer = answer.status, answer.body
        row.save(update_fields=["status", "answer"])
        return answer


def _first_answer(account_id: int, endpoint: str, key: str, fingerprint: str) -> Answer:
    row = IdempotentRequest.objects.get(account_id=account_id, endpoint=endpoint, key=key)
    if row.fingerprint != fingerprint:
        raise Problem("This Idempotency-Key was used for another request.", code="key_reused", field="Idempotency-Key")
    return Answer(row.status, row.answer, replayed=True)


def forget_old_answers() -> int:
    """Delete answers past their time; gives their number."""
    deleted, _ = IdempotentRequest.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted
