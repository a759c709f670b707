"""Cases of review as tests make them: by decisions on codes whose distances are known."""

from identity.jobs.decision import decide_enrolment
from identity.models import Account, Enrolment, KeyEpoch, ReviewCase
from identity.operations.review_decisions import decide_case
from identity.operations.reviewers import appoint_reviewer
from identity.queries.uniqueness import Codes
from tests.identity.world import consent, ready_to_enrol

WHY = "The ears and the chin differ, and the passkeys are of different years."
PICTURE = b"\xff\xd8\xff a picture that nobody else may see \xff\xd9"


def code(bits: int) -> bytes:
    """A code that differs from all zeros in so many of its 1,024 bits."""
    return ((1 << bits) - 1).to_bytes(128)


def checked(account: Account, leading: bytes, second: bytes, *, pictures: tuple[bytes, ...] = ()) -> Enrolment:
    """The account's examined face, decided."""
    KeyEpoch.objects.get_or_create(number=1, defaults={"check_value": "of a test"})
    enrolment = Enrolment.objects.create(
        account=account,
        state="checking",
        challenge=[],
        nonce=f"{account.username}-{Enrolment.objects.count()}",
        deadline="2100-01-01T00:00:00Z",
        frame_key=b"k",
    )
    decide_enrolment(
        enrolment_id=enrolment.pk, faces=[Codes(1, leading, second)], evidence={}, model="test", pictures=pictures
    )
    enrolment.refresh_from_db()
    return enrolment


def newcomer(name: str, leading: int, second: int, *, pictures: tuple[bytes, ...] = ()) -> Account:
    """Somebody new whose codes differ from those of bits 0 in so many bits."""
    account = Account.objects.create(username=name)
    ready_to_enrol(account.pk)
    if pictures:
        consent(account.pk, "review_hold")
    checked(account, code(leading), code(second), pictures=pictures)
    return account


def case_of(account: Account) -> ReviewCase:
    """The newest case of the account."""
    case = ReviewCase.objects.filter(account=account).order_by("-pk").first()
    assert case
    return case


def reviewer(name: str) -> Account:
    """An account with the reviewers' role."""
    account = Account.objects.create(username=name)
    appoint_reviewer(account_id=account.pk)
    return account


def decides(judge: object, case: ReviewCase, outcome: str, **more: object) -> ReviewCase:
    """The reviewer has just read the case, and decides."""
    case.refresh_from_db()
    return decide_case(
        reviewer_id=judge.pk,  # type: ignore[attr-defined]  # an account
        number=case.number,
        outcome=outcome,
        **{"reasons": WHY, "revision": case.revision, **more},  # type: ignore[arg-type]  # some tests say wrong things
    )
