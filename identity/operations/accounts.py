"""Logins: an account may be made by anybody, and says nothing of who is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from common import events
from common.problems import Problem
from identity.models import Account
from identity.models.account import LONGEST_USERNAME
from identity.operations.admission import admit_unchecked

LONGEST_PASSWORD = 256
LONGEST_EMAIL = 254


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field: a code as Mastodon's clients know it, and a description that follows the field's name."""

    field: str
    code: str
    description: str
    limit: int | None = None


def register_account(*, username: str, email: str, password: str, agreed: bool = True) -> Account:
    """Make a login for somebody who `agreed` to the rules. The e-mail address may be empty.

    Raises Problem for a name, address or password that cannot be taken: `field` is the first at fault, and `details` in
    `more` has every fault of every field (`Fault`).
    """
    account = Account(username=username.strip(), email=email.strip())
    faults = _faults_of(account, password)
    if not agreed:
        faults.append(Fault("agreement", "ERR_ACCEPTED", "must be accepted"))
    if faults:
        raise _refused(faults)
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
            events.record("account.registered", account_id=account.pk, subject_id=account.pk)
            if settings.ADMIT_ON_REGISTRATION:
                admit_unchecked(account_id=account.pk)
    except IntegrityError as error:
        # Somebody was quicker.
        field = "email" if "email" in str(error) else "username"
        raise _refused([_taken(field)]) from error
    return account


def _faults_of(account: Account, password: str) -> list[Fault]:
    """Everything that is wrong with a new login, field by field."""
    return [*_of_username(account.username), *_of_email(account), *_of_password(account, password)]


def _refused(faults: Sequence[Fault]) -> Problem:
    """The refusal that names all faults, in Mastodon's words."""
    details: dict[str, list[dict[str, str]]] = {}
    for fault in faults:
        details.setdefault(fault.field, []).append({"error": fault.code, "description": fault.description})
    first = faults[0]
    said = ", ".join(f"{fault.field.capitalize()} {fault.description}" for fault in faults)
    return Problem(
        f"Validation failed: {said}",
        code="taken" if first.code == "ERR_TAKEN" else "invalid",
        field=first.field,
        limit=first.limit,
        more={"details": details},
    )


def _of_username(username: str) -> list[Fault]:
    if not username:
        return [Fault("username", "ERR_BLANK", "can't be blank")]
    if len(username) > LONGEST_USERNAME:
        description = f"is too long (maximum is {LONGEST_USERNAME} characters)"
        return [Fault("username", "ERR_TOO_LONG", description, LONGEST_USERNAME)]
    if not username.isascii() or not username.replace("_", "a").isalnum():
        return [Fault("username", "ERR_INVALID", "must contain only letters, numbers and underscores")]
    if Account.objects.annotate(lowered=Lower("username")).filter(lowered=username.lower()).exists():
        return [_taken("username")]
    return []


def _of_email(account: Account) -> list[Fault]:
    if not account.email:
        return []
    try:
        # Clients' own test suites write to hosts without a dot.
        validate_email(f"{account.email}.localhost" if settings.ADMIT_ON_REGISTRATION else account.email)
    except ValidationError:
        return [Fault("email", "ERR_INVALID", "is not an e-mail address")]
    if len(account.email) > LONGEST_EMAIL:
        return [Fault("email", "ERR_TOO_LONG", f"is too long (maximum is {LONGEST_EMAIL} characters)", LONGEST_EMAIL)]
    same = Account.objects.annotate(lowered=Lower("email")).filter(lowered=account.email.lower())
    return [_taken("email")] if same.exists() else []


def _of_password(account: Account, password: str) -> list[Fault]:
    if not password:
        return [Fault("password", "ERR_BLANK", "can't be blank")]
    if len(password) > LONGEST_PASSWORD:
        description = f"is too long (maximum is {LONGEST_PASSWORD} characters)"
        return [Fault("password", "ERR_TOO_LONG", description, LONGEST_PASSWORD)]
    try:
        validate_password(password, account)
    except ValidationError as error:
        return [_weak(one) for one in error.error_list]
    return []


def _weak(error: ValidationError) -> Fault:
    code = "ERR_TOO_SHORT" if error.code == "password_too_short" else "ERR_INVALID"
    return Fault("password", code, f"cannot be taken: {' '.join(error.messages)}")


def _taken(field: str) -> Fault:
    return Fault(field, "ERR_TAKEN", "has already been taken")
