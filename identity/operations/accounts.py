"""Logins: an account may be made by anybody, and says nothing of who is behind it."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from common import events
from common.problems import Problem
from identity.models import Account
from identity.operations.admission import admit_unchecked

LONGEST_PASSWORD = 256


def register_account(*, username: str, email: str, password: str) -> Account:
    """Make a login. The e-mail address may be empty.

    Raises Problem for a name, address or password that cannot be taken, with the field at fault.
    """
    account = Account(username=username.strip(), email=email.strip())
    _check(account, password)
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
            events.record("account.registered", account_id=account.pk, subject_id=account.pk)
            if settings.ADMIT_ON_REGISTRATION:
                admit_unchecked(account_id=account.pk)
    except IntegrityError as error:
        if "email" in str(error):
            raise Problem("This e-mail address has an account already.", code="taken", field="email") from error
        raise Problem("This username is taken.", code="taken", field="username") from error
    return account


def _check(account: Account, password: str) -> None:
    try:
        account.clean_fields(exclude={"password", "id"})
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Problem(" ".join(sentences), field=field) from error
    if account.email:
        try:
            validate_email(account.email)
        except ValidationError as error:
            raise Problem("This is not an e-mail address.", field="email") from error
    if len(password) > LONGEST_PASSWORD:
        raise Problem(
            f"A password has at most {LONGEST_PASSWORD} characters.", field="password", limit=LONGEST_PASSWORD
        )
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Problem(" ".join(error.messages), field="password") from error
