"""People and accounts for tests of identity."""

from datetime import timedelta

from django.utils import timezone

from identity.models import Account, Credential, KeyEpoch, Person, Template


def credential_of(account: Account, *, code: bytes, valid_for: timedelta = timedelta(days=365)) -> Credential:
    """Admit the account as a person with this protected code (128 bytes)."""
    person = Person.objects.create(account=account)
    epoch, _ = KeyEpoch.objects.get_or_create(number=1, defaults={"check_value": "of a test"})
    Template.objects.create(person=person, key_epoch=epoch, code=f"{int.from_bytes(code):01024b}", model="test")
    return Credential.objects.create(
        person=person,
        account=account,
        kind=Credential.Kind.FACE,
        level=Credential.Level.UNIQUE,
        method="face-gestures-1",
        expires_at=timezone.now() + valid_for,
    )
