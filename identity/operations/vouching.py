"""Being vouched for: a person shows a code, two referees who met them sign, and the person is admitted."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from common import events, rate_limits
from common.problems import Conflict, NotAllowed, NotFound, Problem, TooMany
from identity.engines.attestation import AttestationRefused
from identity.engines.vouch_statement import VERSION, Meeting, digest_of, statement_of
from identity.jobs.credentials import issue
from identity.jobs.locks import one_vouch_at_a_time
from identity.models import Account, Credential, Person, Referee, Vouch, VouchRequest
from identity.operations.passkeys import begin_assertion, complete_assertion
from identity.queries.age import require_age
from identity.queries.attesters import attester
from identity.queries.personhood import personhood_of
from identity.queries.vouching import (
    COUNTS_FOR,
    live_referee,
    own_vouch,
    signed_within,
    vouched_for,
    vouched_for_through_others,
    word_of,
)

MINUTES = 15
REQUESTS_PER_HOUR = 20
CODES_PER_HOUR = 30
MONTH_DAYS = 30
# Crockford's base 32: no letter that can be taken for a digit. Eight of them are 40 bits, for a quarter of an hour.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
MISREAD = str.maketrans("OIL", "011")
LONGEST_CODE = 40
REASON = "vouch"
# Where the credential lasts longer than this, another word changes nothing.
RENEWED_BEFORE_END = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OpenVouch:
    """A statement, and what the referee's browser needs to sign it."""

    vouch: Vouch
    public_key: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedVouch:
    """A signed statement; `needs` says what the person still lacks, and is empty once they are admitted."""

    vouch: Vouch
    needs: str


def request_vouch(*, account_id: int) -> tuple[VouchRequest, str]:
    """Draw a code for a person to show at a meeting; an earlier code of theirs ends.

    Raises NotAllowed for whoever said to be too young, and TooMany past the limit of an hour.
    """
    require_age(account_id, answered=False)
    _spend("vouch_requests", account_id, REQUESTS_PER_HOUR, "ask for")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    now = timezone.now()
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        VouchRequest.objects.filter(account_id=account_id, used_at=None, expires_at__gt=now).update(expires_at=now)
        row = VouchRequest.objects.create(
            account_id=account_id, code_digest=_digest(code), expires_at=now + dt.timedelta(minutes=MINUTES)
        )
    return row, f"{code[:4]}-{code[4:]}"


def begin_vouch(*, account_id: int, code: str, met_on: dt.date, place: str) -> OpenVouch:
    """Use the code that a person showed, and write the statement that the referee is to sign.

    The same referee may use the code again until the statement is signed, for another challenge. Raises NotAllowed for
    whoever is no referee, or not yet; NotFound for a code that is none any more; Conflict where a rule forbids the word;
    TooMany past the referee's month.
    """
    referee = _require_referee(account_id)
    _spend("vouch_codes", account_id, CODES_PER_HOUR, "enter")
    if place not in Vouch.Place.values:
        raise Problem(f"place is one of {', '.join(Vouch.Place.values)}.", field="place")
    # The code was shown at the meeting; a day either way is the other side of the earth.
    if abs((met_on - timezone.now().date()).days) > 1:
        raise Problem("Use the code on the day of the meeting.", field="met_on")
    with transaction.atomic():
        one_vouch_at_a_time()
        request = _usable_request(code, referee)
        _check(referee, request.account_id)
        vouch = Vouch.objects.filter(request=request).first() or _written(referee, request, met_on, place)
    begun = begin_assertion(account_id=account_id, reason=REASON, bound_to=bytes.fromhex(vouch.digest))
    Vouch.objects.filter(pk=vouch.pk, signed_at=None).update(nonce=begun["nonce"])
    vouch.refresh_from_db()
    return OpenVouch(vouch, begun["public_key"])


def sign_vouch(*, account_id: int, vouch_id: int, response: Mapping[str, Any]) -> SignedVouch:
    """Take the referee's signature over the statement; with a second, independent one the person is admitted.

    Signing twice is the same as once. Raises NotFound, Conflict past the deadline or where a rule has come to forbid the
    word, and what `complete_assertion` raises.
    """
    vouch = own_vouch(vouch_id=vouch_id, account_id=account_id)
    if vouch.signed_at:
        return SignedVouch(vouch, "" if _admitted(vouch.account_id) else _lacking(vouch.account_id))
    if vouch.deadline <= timezone.now():
        raise Conflict(f"The {MINUTES} minutes to sign have passed: ask for another code.", code="deadline_passed")
    digest = bytes.fromhex(vouch.digest)
    passkey = complete_assertion(account_id=account_id, response=response, reason=REASON, bound_to=digest)
    with transaction.atomic():
        one_vouch_at_a_time()
        _check(_require_referee(account_id), vouch.account_id, signing=vouch)
        vouch.signed_at = timezone.now()
        vouch.response, vouch.public_key = dict(response), bytes(passkey.public_key)
        vouch.save(update_fields=["signed_at", "response", "public_key"])
        events.record(
            "vouch.signed", account_id=account_id, subject_id=vouch.pk, data={"target_id": str(vouch.account_id)}
        )
        return SignedVouch(vouch, _admit(vouch.account_id))


def _admit(account_id: int) -> str:
    """Issue the credential that the words for an account now carry; gives what is still needed, in words."""
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    try:
        attestation = attester("referee").attest(vouched_for(account_id))
    except AttestationRefused as refusal:
        return refusal.sentence
    if not _admitted(account_id, for_longer_than=RENEWED_BEFORE_END):
        person, _ = Person.objects.get_or_create(account_id=account_id)
        issue(account_id=account_id, attestation=attestation, person=person)
    return ""


def _admitted(account_id: int, *, for_longer_than: dt.timedelta = dt.timedelta()) -> bool:
    live = Credential.objects.filter(account_id=account_id, kind=Credential.Kind.REFEREE, ended_at=None)
    return live.filter(expires_at__gt=timezone.now() + for_longer_than).exists()


def _lacking(account_id: int) -> str:
    try:
        attester("referee").attest(vouched_for(account_id))
    except AttestationRefused as refusal:
        return refusal.sentence
    return ""


def _check(referee: Referee, account_id: int, *, signing: Vouch | None = None) -> None:
    """The rules of a word. Raises Conflict or TooMany with a sentence for the referee."""
    if referee.account_id == account_id:
        raise Conflict("Nobody vouches for themselves.", code="own_vouch")
    if account_id in vouched_for_through_others(referee.account_id):
        raise Conflict(
            "This person vouched for you, themselves or through others: words that go round in a ring show nobody."
            " Another referee must meet them.",
            code="vouching_ring",
        )
    limit = settings.VOUCHES_PER_MONTH
    if signed_within(referee.account_id, days=MONTH_DAYS) >= limit:
        raise TooMany(
            f"A referee vouches for at most {limit} people in {MONTH_DAYS} days.", code="vouch_cap", limit=limit
        )
    _end_old_word(referee, account_id, signing)
    now = timezone.now()
    ours = word_of(referee, now)
    if any(
        word.referee != ours.referee and not word.independent_of(ours) for word in vouched_for(account_id).counting()
    ):
        raise Conflict(
            "Another referee who gave their word for this person and you vouched for each other, or rest on the word of"
            " the same people. A referee who knows neither must meet them.",
            code="referees_not_independent",
        )


def _end_old_word(referee: Referee, account_id: int, signing: Vouch | None) -> None:
    """Let go of a draft of the same referee, and of a word too old to count. Raises Conflict for one that counts."""
    others = Vouch.objects.filter(referee__account_id=referee.account_id, account_id=account_id, ended_at=None)
    if signing:
        others = others.exclude(pk=signing.pk)
    others.filter(signed_at=None, request__isnull=False, deadline__lte=timezone.now()).delete()
    for word in others.filter(signed_at__isnull=False):
        if word.signed_at and timezone.now() - word.signed_at <= COUNTS_FOR:
            raise Conflict("You gave your word for this person already.", code="already_vouched")
        word.ended_at = timezone.now()
        word.save(update_fields=["ended_at"])


def _require_referee(account_id: int) -> Referee:
    referee = live_referee(account_id)
    if referee is None:
        raise NotAllowed("Only a referee can vouch for somebody.", code="no_referee")
    if not personhood_of([account_id])[account_id].admitted:
        raise NotAllowed(
            "A referee must themselves be admitted: renew your own proof first.", code="personhood_required"
        )
    since = referee.trusted_since + settings.REFEREE_TRUSTED_FOR
    if since > timezone.now():
        raise NotAllowed(f"You may vouch for people from {since:%-d %B %Y} on.", code="referee_too_new")
    return referee


def _usable_request(code: str, referee: Referee) -> VouchRequest:
    found = VouchRequest.objects.select_for_update().filter(code_digest=_digest(code)).first()
    drafted = Vouch.objects.filter(request=found, referee=referee, signed_at=None).exists() if found else False
    if found is None or found.expires_at <= timezone.now() or (found.used_at and not drafted):
        raise NotFound(
            f"This code is none, was used, or is older than {MINUTES} minutes: let the person ask for a new one.",
            code="no_such_code",
        )
    return found


def _written(referee: Referee, request: VouchRequest, met_on: dt.date, place: str) -> Vouch:
    request.used_at = timezone.now()
    request.save(update_fields=["used_at"])
    # A draft for an earlier code of the same person gives way to this one.
    Vouch.objects.filter(referee=referee, account_id=request.account_id, signed_at=None).delete()
    statement = statement_of(
        Meeting(
            server=settings.PUBLIC_URL,
            referee=f"@{referee.account.username}",
            referee_id=referee.account_id,
            person=f"@{request.account.username}",
            person_id=request.account_id,
            met_on=met_on,
            place=Vouch.Place(place).label,
            request_id=request.pk,
        )
    )
    return Vouch.objects.create(
        referee=referee,
        account_id=request.account_id,
        request=request,
        met_on=met_on,
        place=place,
        statement_version=VERSION,
        statement=statement,
        digest=digest_of(statement).hex(),
        deadline=timezone.now() + dt.timedelta(minutes=MINUTES),
    )


def _digest(code: str) -> str:
    plain = code[:LONGEST_CODE].upper().replace("-", "").replace(" ", "").translate(MISREAD)
    return salted_hmac("vouch code", plain, algorithm="sha256").hexdigest()


def _spend(name: str, account_id: int, limit: int, verb: str) -> None:
    if rate_limits.spend(name, who=f"account:{account_id}", limit=limit, minutes=60).exceeded:
        raise TooMany(
            f"An account may {verb} {limit} codes in an hour: rest a while, then try again.",
            limit=limit,
            more={"retry_after": 3600},
        )
