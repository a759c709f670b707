"""Erases the codes of a key epoch, a bounded number in each transaction: killed in the middle, it goes on from there."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from common import events
from identity.jobs.credentials import end_all
from identity.jobs.locks import one_decision_at_a_time
from identity.jobs.notices import tell_all
from identity.models import AccountNotice, Credential, KeyEpoch, Template
from identity.queries.hanging_codes import has_codes, tables_of_codes

BATCH = 500
COMPROMISED = "template_key_compromised"
RETIRED = "template_key_retired"


def erase_epoch(epoch: int, *, batches: int | None = None) -> int:
    """Erase what hangs on a compromised epoch, and end the credentials that rest on it; gives the number of templates.

    A face without a code is compared with nobody's: so its credential ends in the same transaction, and of all accounts
    of one person at most one is admitted at any moment. Stops after so many batches, if told.
    """
    erased = 0
    while batches is None or batches > 0:
        number = _erase_batch(Template.objects.filter(key_epoch=epoch), reason=COMPROMISED)
        erased += number
        if not number:
            _erase_elsewhere(epoch)
            note_emptied(epoch)
            break
        batches = batches - 1 if batches is not None else None
    return erased


def erase_lapsed(epoch: int) -> int:
    """Erase the templates on this epoch of people who have no live face credential any more; gives their number."""
    now = timezone.now()
    live = Credential.objects.filter(
        person=OuterRef("person"), kind=Credential.Kind.FACE, ended_at=None, expires_at__gt=now
    )
    lapsed = Template.objects.filter(~Exists(live), key_epoch=epoch)
    erased = 0
    while number := _erase_batch(lapsed, reason=RETIRED):
        erased += number
    return erased


def note_emptied(epoch: int) -> bool:
    """Note that no code hangs on an epoch that is not live any more; whether that is so."""
    with transaction.atomic():
        # Codes are written under this lock, and on live epochs alone: nothing comes after.
        one_decision_at_a_time()
        row = KeyEpoch.objects.select_for_update().get(pk=epoch)
        if row.state == KeyEpoch.State.LIVE or has_codes(epoch):
            return False
        if row.emptied_at is None:
            row.emptied_at = timezone.now()
            row.save(update_fields=["emptied_at"])
            events.record("template_keys.emptied", subject_id=epoch)
    return True


def sweep_key_epochs(*, batches: int = 20) -> None:
    """Go on where a command was killed that had marked an epoch compromised."""
    unfinished = KeyEpoch.objects.filter(state=KeyEpoch.State.COMPROMISED, emptied_at=None)
    for epoch in unfinished.values_list("number", flat=True):
        erase_epoch(epoch, batches=batches)


def _erase_batch(templates: QuerySet[Template], *, reason: str) -> int:
    with transaction.atomic():
        # Whoever erases at the same time waits here, and then no longer finds these rows.
        locked = templates.select_for_update(of=("self",)).select_related("person").order_by("pk")
        chosen = list(locked[:BATCH])
        Template.objects.filter(pk__in=[template.pk for template in chosen]).delete()
        events.record_all(
            "template.erased",
            [
                (template.person.account_id, template.person_id, {"epoch": template.key_epoch_id, "reason": reason})
                for template in chosen
            ],
        )
        holders = {account_id: each.pk for each in chosen if (account_id := each.person.account_id) is not None}
        end_all(account_ids=list(holders), kinds=[Credential.Kind.FACE], reason=reason)
        if reason == COMPROMISED:
            tell_all(kind=AccountNotice.Kind.FACE_CHECK_ANEW, subjects=holders.items())
    return len(chosen)


def _erase_elsewhere(epoch: int) -> None:
    for table in tables_of_codes():
        if table is not Template:
            table._default_manager.filter(key_epoch=epoch).delete()
