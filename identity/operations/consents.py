"""Receipts of consent: appended, never changed. The newest of an account and purpose is in force."""

from dataclasses import dataclass

from django.db import transaction

from common import events
from common.after_commit import after_commit
from common.problems import Conflict, NotFound, Problem
from identity.jobs.erasure import erase_biometrics
from identity.jobs.held_captures import delete_held_of
from identity.models import Account, Consent, ErasureReceipt
from identity.queries.consents import newest_receipts
from identity.queries.policies import Policy, policies, policy_of
from identity.tasks import rewrite_tables

BIOMETRIC_CHECK = "biometric_check"
REVIEW_HOLD = "review_hold"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The receipt of the withdrawal, and of the erasure that came with it where there was a face to erase."""

    consent: Consent
    erasure: ErasureReceipt | None = None


def give_consent(*, account_id: int, purpose: str, policy_version: str, text_sha256: str | None = None) -> Consent:
    """Append a receipt, or give the one in force when it is of the same text.

    `text_sha256` is of the text that the person was shown; None where this program showed the newest one itself.
    Raises Problem for an unknown purpose, an outdated version (code `policy_outdated`) or another text.
    """
    policy = _policy(purpose)
    if policy_version != policy.version:
        raise Conflict(
            f"The policy of {purpose} is now version {policy.version}: read it, then consent to that version.",
            code="policy_outdated",
            field="policy_version",
        )
    if text_sha256 is not None and text_sha256.lower() != policy.text_sha256:
        raise Conflict(
            f"The text that was shown is not version {policy.version} of the policy of {purpose}.",
            code="policy_text_differs",
            field="text_sha256",
        )
    with transaction.atomic():
        newest = _newest_locked(account_id, purpose)
        if newest and newest.given and newest.text_sha256 == policy.text_sha256:
            return newest
        return _append(account_id, policy.purpose, policy.version, policy.text_sha256, given=True)


def withdraw_consent(*, account_id: int, purpose: str) -> Withdrawal:
    """Append a receipt of withdrawal. Withdrawing the biometric check also erases the face and ends what rests on it.

    Raises Problem for an unknown purpose and NotFound when no consent is in force.
    """
    _policy(purpose)
    with transaction.atomic():
        newest = _newest_locked(account_id, purpose)
        if newest is None or not newest.given:
            raise NotFound(f"No consent to {purpose} is in force.", code="no_consent")
        withdrawn = _append(account_id, purpose, newest.policy_version, newest.text_sha256, given=False)
        if purpose == REVIEW_HOLD:
            delete_held_of(account_id=account_id)
        if purpose != BIOMETRIC_CHECK:
            return Withdrawal(withdrawn)
        erasure = erase_biometrics(account_id=account_id, asked_by=ErasureReceipt.AskedBy.WITHDRAWAL)
        # Where no broker answers the sweep rewrites.
        after_commit(rewrite_tables.delay)
        return Withdrawal(withdrawn, erasure)


def _policy(purpose: str) -> Policy:
    policy = policy_of(purpose)
    if policy is None:
        known = ", ".join(each.purpose for each in policies())
        raise Problem(f"There is no such purpose. The purposes are {known}.", field="purpose")
    return policy


def _newest_locked(account_id: int, purpose: str) -> Consent | None:
    # Two receipts at the same instant would else both be appended as if the other were not there.
    Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    return newest_receipts([account_id], purpose).get(account_id)


def _append(account_id: int, purpose: str, version: str, text_sha256: str, *, given: bool) -> Consent:
    receipt = Consent.objects.create(
        account_id=account_id, purpose=purpose, given=given, policy_version=version, text_sha256=text_sha256
    )
    kind = "consent.given" if given else "consent.withdrawn"
    events.record(kind, account_id=account_id, subject_id=receipt.pk, data={"purpose": purpose})
    return receipt
