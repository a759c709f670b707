"""The role of referee: given and ended by staff who may, resigned by its holder, lost over a bad record."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from common import events
from common.problems import Conflict, NotAllowed, NotFound, Problem
from identity.jobs.locks import one_vouch_at_a_time
from identity.jobs.review_cases import open_case
from identity.models import Account, Referee, ReviewCase, Vouch
from identity.models.referee import LONGEST_REASON
from identity.queries.personhood import require_admitted
from identity.queries.vouching import live_referee, resting_on_word_of

PERMISSION = "identity.appoint_referee"
DOUBT = {
    "code": "referee_record",
    "sentence": "A referee who gave their word for this person has lost the role over what they did.",
}


def appoint_referee(*, account_id: int, appointed_by: int) -> Referee:
    """Give an account the role. It may vouch once it has had the role for `settings.REFEREE_TRUSTED_FOR`.

    Raises NotAllowed without the permission or for an account that is not admitted, NotFound, and Conflict for one that
    has the role, for oneself, or for one that lost it over a bad record.
    """
    _require_appointer(appointed_by)
    if account_id == appointed_by:
        raise Conflict("Nobody appoints themselves.", code="own_appointment")
    if not Account.objects.filter(pk=account_id, is_active=True).exists():
        raise NotFound("There is no such account.")
    require_admitted(account_id)
    if Referee.objects.filter(account_id=account_id, end_reason=Referee.End.BAD_RECORD).exists():
        raise Conflict("This account lost the role over a bad record.", code="bad_record")
    try:
        with transaction.atomic():
            referee = Referee.objects.create(account_id=account_id, appointed_by_id=appointed_by)
            events.record("referee.appointed", account_id=account_id, subject_id=referee.pk)
    except IntegrityError as error:
        raise Conflict("This account is a referee already.", code="already_referee") from error
    return referee


def end_referee(*, account_id: int, ended_by: int, words: str = "", bad_record: bool = False) -> Referee:
    """End the role. What somebody who resigned has said stays worth what it was; `bad_record` is `report_bad_record`.

    Raises NotAllowed for anybody but the referee and staff who may appoint, NotFound, and Problem for a bad record
    without words.
    """
    if account_id != ended_by:
        _require_appointer(ended_by)
    elif bad_record:
        raise NotAllowed("Somebody else reports a bad record.")
    if bad_record and not words.strip():
        raise Problem("Say in words what the bad record is.", field="words")
    if len(words) > LONGEST_REASON:
        raise Problem(f"Words have at most {LONGEST_REASON} characters.", field="words", limit=LONGEST_REASON)
    referee = live_referee(account_id)
    if referee is None:
        raise NotFound("This account is no referee.", code="no_referee")
    if bad_record:
        report_bad_record(account_id=account_id, reported_by=ended_by, reason=words)
    else:
        reason = Referee.End.RESIGNED if account_id == ended_by else Referee.End.DISMISSED
        with transaction.atomic():
            one_vouch_at_a_time()
            _end(referee, reason, words)
    referee.refresh_from_db()
    return referee


def report_bad_record(*, account_id: int, reported_by: int | None, reason: str) -> int:
    """End the account's role as a referee and let reviewers look at everybody who rests on its word; gives their number.

    Their rights stay until each case is decided. Whoever reports has shown elsewhere that they may: this is for
    moderation and for reviewers. Nothing happens for an account that never was a referee.
    """
    with transaction.atomic():
        one_vouch_at_a_time()
        roles = list(Referee.objects.select_for_update().filter(account_id=account_id))
        for referee in roles:
            if referee.end_reason != Referee.End.BAD_RECORD:
                _end(referee, Referee.End.BAD_RECORD, reason[:LONGEST_REASON], by=reported_by)
        resting = resting_on_word_of(account_id) if roles else []
        for vouchee in resting:
            Account.objects.select_for_update(no_key=True).get(pk=vouchee)
            case = open_case(account_id=vouchee, kind=ReviewCase.Kind.REFEREE_RECORD, reasons=[DOUBT])
            events.record("vouch.doubted", account_id=vouchee, subject_id=case.pk, data={"case": case.number})
        # A word that nobody has signed yet is nobody's.
        Vouch.objects.filter(referee__account_id=account_id, signed_at=None).delete()
    return len(resting)


def retract_bad_record(*, account_id: int, reason: str) -> int:
    """The report for this reason was wrong: the role lives on; gives 1, or 0 where it was not ended for that reason.

    Cases that it opened go on to their decision: a reviewer sees there that the doubt is gone.
    """
    with transaction.atomic():
        one_vouch_at_a_time()
        ended = Referee.objects.select_for_update().filter(account_id=account_id).order_by("-pk").first()
        if ended is None or (ended.end_reason, ended.end_words) != (Referee.End.BAD_RECORD, reason):
            return 0
        ended.ended_at, ended.end_reason, ended.end_words = None, "", ""
        ended.save(update_fields=["ended_at", "end_reason", "end_words"])
        events.record("referee.reinstated", account_id=account_id, subject_id=ended.pk)
    return 1


def _end(referee: Referee, reason: Referee.End, words: str, *, by: int | None = None) -> None:
    referee.ended_at = referee.ended_at or timezone.now()
    referee.end_reason, referee.end_words = reason, words
    referee.save(update_fields=["ended_at", "end_reason", "end_words"])
    data = {"reason": reason.value} | ({"reported_by": str(by)} if by else {})
    events.record("referee.ended", account_id=referee.account_id, subject_id=referee.pk, data=data)


def _require_appointer(account_id: int) -> None:
    # Read anew: permissions are cached on an instance, and may have been taken away since.
    account = Account.objects.filter(pk=account_id, is_active=True, is_staff=True).first()
    if account is None or not account.has_perm(PERMISSION):
        raise NotAllowed("Only staff who may appoint referees can do this.", code="not_an_appointer")
