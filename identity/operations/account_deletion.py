"""Deleting an account: what identity holds goes at once; the other apps delete theirs when they read that it is closed."""

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.models import IdempotentRequest
from common.problems import Conflict, Problem
from identity.jobs.build_archive import remove_files
from identity.jobs.credentials import end
from identity.jobs.erasure import erase_biometrics
from identity.jobs.verify_world_id import forget_world_id
from identity.models import (
    Account,
    AccountNotice,
    AgeDeclaration,
    Archive,
    Consent,
    Credential,
    Enrolment,
    ErasureReceipt,
    Passkey,
    PasskeyCeremony,
    Person,
    PresenceDemand,
    Recovery,
    Referee,
    ReviewCase,
    VouchRequest,
    WorldIdRequest,
)
from identity.operations.passkeys.ownership import Proof, require_owner
from identity.queries.consents import newest_receipts, purposes_of
from identity.tasks import rewrite_tables

PRESENCE_COUNTS_FOR = dt.timedelta(minutes=10)
REASON = "account_deleted"
# Children before what they hang on. What stays (consents with their withdrawals, the receipts of erasure, a referee's role
# that ended) names the account by its number alone.
DELETED = (
    Archive,
    AgeDeclaration,
    ReviewCase,
    Recovery,
    Enrolment,
    PresenceDemand,
    PasskeyCeremony,
    Passkey,
    VouchRequest,
    WorldIdRequest,
    AccountNotice,
    Credential,
    Person,
)


@dataclass(frozen=True, slots=True)
class DeletedAccount:
    """When, and the receipt of the erasure: the last thing that the person is given."""

    deleted_at: dt.datetime
    erasure: ErasureReceipt


def delete_account(*, account_id: int, username: str, proof: Proof) -> DeletedAccount:
    """Close the account for good and delete all that identity holds of its person; there is no way back.

    The row stays, under a name that is a number: other people's reports and the decisions on them point at it. Raises
    Problem when `username` is not the account's, Conflict the second time, and what `require_owner` raises.
    """
    account = Account.objects.get(pk=account_id)
    if username.lower() != account.username.lower():
        raise Problem(
            "Give the username of the account that is to be deleted.", code="wrong_username", field="username"
        )
    if not _was_just_there(account_id):
        require_owner(account_id=account_id, proof=proof)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        if account.closed_at:
            raise Conflict("This account was deleted already.", code="account_deleted")
        erasure = erase_biometrics(account_id=account_id, asked_by=ErasureReceipt.AskedBy.ACCOUNT_DELETION)
        forget_world_id(account_id=account_id)
        end(account_id=account_id, reason=REASON)
        _withdraw_all(account_id)
        # Files go with the commit: a deletion that is rolled back has lost nothing.
        files = list(Archive.objects.filter(account_id=account_id).exclude(file="").values_list("file", flat=True))
        after_commit(remove_files, files)
        live = Referee.objects.filter(account_id=account_id, ended_at=None)
        live.update(ended_at=timezone.now(), end_reason=Referee.End.RESIGNED)
        Enrolment.objects.filter(recovery__account_id=account_id).delete()
        for model in DELETED:
            model._default_manager.filter(account_id=account_id).delete()
        # Answers kept for retries may quote what was written.
        IdempotentRequest.objects.filter(account_id=account_id).delete()
        Token.objects.filter(user_id=account_id).delete()
        EmailAddress.objects.filter(user_id=account_id).delete()
        account.groups.clear()
        account.user_permissions.clear()
        _close(account)
        events.record("account.closed", account_id=account_id, subject_id=account_id)
        after_commit(rewrite_tables.delay)
    return DeletedAccount(erasure.at, erasure)


def _withdraw_all(account_id: int) -> None:
    for standing in purposes_of(account_id):
        if standing.given:
            newest = newest_receipts([account_id], standing.purpose)[account_id]
            receipt = Consent.objects.create(
                account_id=account_id,
                purpose=standing.purpose,
                given=False,
                policy_version=newest.policy_version,
                text_sha256=newest.text_sha256,
            )
            data = {"purpose": standing.purpose}
            events.record("consent.withdrawn", account_id=account_id, subject_id=receipt.pk, data=data)


def _close(account: Account) -> None:
    # A hyphen, which no one can sign up with: else somebody could take the name before and stop the deletion.
    account.username = f"deleted-{account.pk}"
    account.email = ""
    account.set_unusable_password()
    account.is_active = account.is_staff = account.is_superuser = False
    account.last_login = None
    account.closed_at = timezone.now()
    account.save()


def _was_just_there(account_id: int) -> bool:
    since = timezone.now() - PRESENCE_COUNTS_FOR
    there = Enrolment.objects.filter(
        account_id=account_id,
        purpose=Enrolment.Purpose.PRESENCE,
        state=Enrolment.State.MATCHED,
        decided_at__gt=since,
    )
    return there.exists()
