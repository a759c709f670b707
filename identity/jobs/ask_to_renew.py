"""Asks the people whose codes hang on a key epoch to renew by a deadline."""

import datetime as dt

from django.db import transaction

from identity.jobs.credentials import bring_forward
from identity.models import Credential, Template

BATCH = 500
REASON = "template_key_retiring"


def ask_holders(epoch: int, *, deadline: dt.datetime) -> int:
    """Let the face credentials that rest on codes of this epoch expire by `deadline`; gives the number brought forward.

    None ends now and none is lengthened, so that asking twice changes nothing. The reminders of renewal go out as for
    any credential that is about to expire. A demand for presence would not do: a passkey meets it, and moves no code.
    """
    asked, after = 0, 0
    while holders := list(
        Template.objects.filter(key_epoch=epoch, pk__gt=after)
        .exclude(person__account=None)
        .order_by("pk")
        .values_list("pk", "person__account_id")[:BATCH]
    ):
        after = holders[-1][0]
        with transaction.atomic():
            for _, account_id in holders:
                asked += bring_forward(
                    account_id=account_id, kind=Credential.Kind.FACE, deadline=deadline, reason=REASON
                )
    return asked
