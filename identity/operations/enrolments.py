"""What a person does to enrol: open, send frames, submit, or let it be."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import rate_limits
from common.after_commit import after_commit
from common.problems import Conflict, NotAllowed, Problem, TooMany
from identity.jobs.enrolment_outcome import refuse_enrolment
from identity.jobs.sweep_enrolments import expire_if_late
from identity.models import Enrolment
from identity.models.capture import delete_frames, frames_alive, keep_frames
from identity.operations.challenges import ABLE, CHECK_SECONDS, Abilities, drawn
from identity.operations.renewals import require_known_face
from identity.queries.age import require_age
from identity.queries.consents import covers_new
from identity.queries.enrolments import digest_of, own_enrolment
from identity.queries.readiness import face_engines
from identity.queries.reviews import case_in_the_way
from identity.queries.template_keys import KeysDiffer, live_keys
from identity.tasks import check_enrolment

# One address may be a household's, a school's or a telephone network's.
PEOPLE_AT_AN_ADDRESS = 5
CANCELLED = {"code": "cancelled", "sentence": "You cancelled this enrolment."}


@dataclass(frozen=True, slots=True)
class OpenedWithoutAccount:
    """A capture of somebody who has lost their account, and the secret that they show with every call; it is not kept."""

    enrolment: Enrolment
    secret: str


def open_enrolment(
    *,
    account_id: int,
    address: str,
    purpose: Enrolment.Purpose = Enrolment.Purpose.ADMISSION,
    abilities: Abilities = ABLE,
) -> Enrolment:
    """Draw a challenge for the account: ordered gestures, a deadline and a nonce.

    Raises NotAllowed without an answer to the question of age that lets a camera open (codes `age_required`, `too_young`)
    and without consent to `biometric_check`, Conflict while another enrolment or a review is open, TooMany past the limits
    of the account or of the network address, Problem (503) while the face code key is wrong.
    """
    require_age(account_id, answered=purpose == Enrolment.Purpose.ADMISSION)
    if not covers_new(account_id, "biometric_check"):
        raise NotAllowed(
            "Before a check of your face we need your consent: read the policy of biometric_check and consent to it.",
            code="consent_required",
            more={"policies": f"{settings.PUBLIC_URL}/api/humankind/v1/policies"},
        )
    if purpose == Enrolment.Purpose.ADMISSION:
        _require_no_review(account_id)
    if purpose in (Enrolment.Purpose.RENEWAL, Enrolment.Purpose.PRESENCE):
        require_known_face(account_id=account_id, purpose=purpose)
    _require_right_key()
    _expire_earlier(account_id)
    _count_account(account_id)
    _count_address(address)
    try:
        with transaction.atomic():
            return drawn(purpose, abilities, account_id=account_id)
    except IntegrityError as error:
        raise Conflict("You have an enrolment under way: finish or cancel it first.", code="enrolment_open") from error


def open_without_account(
    *, address: str, purpose: Enrolment.Purpose, abilities: Abilities = ABLE
) -> OpenedWithoutAccount:
    """Draw a challenge for somebody who holds no account: whoever calls has asked for their consent.

    Raises TooMany past the limit of the network address, Problem (503) while the face code key is wrong.
    """
    _require_right_key()
    _count_address(address)
    secret = secrets.token_urlsafe(32)
    return OpenedWithoutAccount(drawn(purpose, abilities, secret_sha256=digest_of(secret)), secret)


def submit_enrolment(*, enrolment_id: int, account_id: int | None, secret: str = "") -> Enrolment:
    """Ask for the decision. Submitting twice is the same as once.

    Raises NotFound, and Conflict when gestures are missing, the deadline has passed or frames were lost.
    """
    expire_past_deadline(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
    lost = False
    with transaction.atomic():
        enrolment = locked(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
        if enrolment.state == Enrolment.State.CHECKING:
            return enrolment
        require_capturing(enrolment)
        _require_all_gestures(enrolment)
        if frames_alive(enrolment_id) < sum(enrolment.frames.values()):
            lost = True
        else:
            keep_frames(enrolment_id, seconds=CHECK_SECONDS)
            enrolment.state = Enrolment.State.CHECKING
            enrolment.submitted_at = timezone.now()
            enrolment.step = "waiting"
            enrolment.save(update_fields=["state", "submitted_at", "step"])
            # Where no broker answers the sweep will find the row, so nothing of that reaches the person.
            after_commit(check_enrolment.delay, enrolment.pk)
    if lost:
        again = {"code": "capture_again", "sentence": "Your pictures were lost before the check. Please capture again."}
        _end(enrolment_id, Enrolment.State.EXPIRED, again)
        raise Conflict(again["sentence"], code="capture_again")
    return enrolment


def cancel_enrolment(*, enrolment_id: int, account_id: int | None, secret: str = "") -> Enrolment:
    """Let it be: the frames are deleted at once. Cancelling what is decided already changes nothing. Raises NotFound."""
    own_enrolment(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
    _end(enrolment_id, Enrolment.State.EXPIRED, CANCELLED)
    return own_enrolment(enrolment_id=enrolment_id, account_id=account_id, secret=secret)


def locked(*, enrolment_id: int, account_id: int | None, secret: str = "") -> Enrolment:
    """The holder's own enrolment, locked until the transaction ends. Raises NotFound."""
    own_enrolment(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
    return Enrolment.objects.select_for_update().get(pk=enrolment_id)


def require_capturing(enrolment: Enrolment) -> None:
    """Raises Conflict when the enrolment takes no more frames."""
    if enrolment.state not in (Enrolment.State.OPENED, Enrolment.State.CAPTURING):
        sentence = f"This enrolment is {enrolment.get_state_display().lower()}: it takes nothing more."
        if enrolment.reasons:
            sentence = f"{sentence} {enrolment.reasons[0]['sentence']}"
        raise Conflict(sentence, code=f"enrolment_{enrolment.state}")


def expire_past_deadline(*, enrolment_id: int, account_id: int | None, secret: str = "") -> None:
    """Raises Conflict when the deadline has passed, and expires the enrolment with its frames. Raises NotFound."""
    enrolment = own_enrolment(enrolment_id=enrolment_id, account_id=account_id, secret=secret)
    unfinished = enrolment.state in (Enrolment.State.OPENED, Enrolment.State.CAPTURING)
    if unfinished and enrolment.deadline < timezone.now():
        expire_if_late(enrolment_id)
        raise Conflict(
            "The time for the gestures has passed: open a new enrolment to try again, with more_time if you need it.",
            code="deadline_passed",
            limit=enrolment.deadline.isoformat(),
        )


def _require_no_review(account_id: int) -> None:
    if case := case_in_the_way(account_id):
        raise Conflict(
            f"A person looks at your case {case.number} until {case.deadline:%d %B %Y}. To try again at once, end that case.",
            code="review_open",
            more={"review": f"{settings.PUBLIC_URL}/api/humankind/v1/reviews/{case.number}"},
        )


def _require_right_key() -> None:
    try:
        live_keys(face_engines())
    except KeysDiffer as error:
        sentence = "Nobody can be checked at the moment; the operators have been told. Please come back later."
        raise Problem(sentence, code="check_unavailable", status=503) from error


def _expire_earlier(account_id: int) -> None:
    for enrolment_id in Enrolment.objects.filter(account_id=account_id, deadline__lt=timezone.now()).values_list("pk"):
        expire_if_late(enrolment_id[0])


def _count_account(account_id: int) -> None:
    limit = settings.ENROLMENTS_PER_HOUR
    # The account's own count is read from the rows, and so outlives Redis.
    since = timezone.now() - timedelta(hours=1)
    if Enrolment.objects.filter(account_id=account_id, opened_at__gt=since).count() >= limit:
        raise TooMany(
            f"An account may open {limit} enrolments in an hour: rest a while, then try again.",
            limit=limit,
            more={"retry_after": 3600},
        )


def _count_address(address: str) -> None:
    shared = settings.ENROLMENTS_PER_HOUR * PEOPLE_AT_AN_ADDRESS
    if rate_limits.spend("enrolments", who=f"address:{address}", limit=shared, minutes=60).exceeded:
        raise TooMany(
            f"From one network address {shared} enrolments may be opened in an hour: try again later.",
            limit=shared,
            more={"retry_after": 3600},
        )


def _require_all_gestures(enrolment: Enrolment) -> None:
    for gesture in enrolment.challenge:
        sent = enrolment.frames.get(gesture, 0)
        if sent < enrolment.least_frames:
            raise Conflict(
                f"There are {sent} different frames of {gesture}; at least {enrolment.least_frames} are needed.",
                code="frames_missing",
                field=gesture,
                limit=enrolment.least_frames,
            )


def _end(enrolment_id: int, state: Enrolment.State, reason: dict[str, str]) -> None:
    refuse_enrolment(enrolment_id=enrolment_id, state=state, reasons=[reason])
    delete_frames(enrolment_id)
