"""People and accounts for tests of identity."""

from datetime import timedelta

from django.utils import timezone

from identity.jobs.key_epochs import keys_to_compare_with
from identity.models import Account, AgeDeclaration, Consent, Credential, KeyEpoch, Person, Template
from identity.operations.age import declare_age
from identity.operations.consents import give_consent
from identity.queries.policies import policy_of
from identity.queries.readiness import face_engines


def consent(account_id: int, purpose: str = "biometric_check") -> Consent:
    """Consent to the newest text of a purpose, whichever that is."""
    policy = policy_of(purpose)
    assert policy, f"there is no policy of {purpose}"
    return give_consent(
        account_id=account_id, purpose=purpose, policy_version=policy.version, text_sha256=policy.text_sha256
    )


def ready_to_enrol(account_id: int) -> None:
    """Answer what is asked before the first capture: age and consent."""
    declare_age(account_id=account_id, region="DE", over=18)
    consent(account_id)


def declared_too_young(account_id: int) -> AgeDeclaration:
    """The account has said that it is too young."""
    declare_age(account_id=account_id, region="DE", over=0)
    return AgeDeclaration.objects.get(account_id=account_id, met=False)


def credential_of(account: Account, *, code: bytes, valid_for: timedelta = timedelta(days=365)) -> Credential:
    """Admit the account as a person with this protected code (128 bytes)."""
    person = Person.objects.create(account=account)
    epoch = KeyEpoch.objects.get(number=keys_to_compare_with(face_engines())[0].epoch)
    Template.objects.create(person=person, key_epoch=epoch, code=f"{int.from_bytes(code):01024b}", model="test")
    return Credential.objects.create(
        person=person,
        account=account,
        kind=Credential.Kind.FACE,
        level=Credential.Level.UNIQUE,
        method="face-gestures-1",
        expires_at=timezone.now() + valid_for,
    )
