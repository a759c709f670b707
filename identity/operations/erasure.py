"""Erasure of a face: one call, at once, with a signed receipt."""

from django.db import transaction

from common.problems import NotFound
from identity.jobs.erasure import anything_left
from identity.models import Account, ErasureReceipt
from identity.operations.consents import BIOMETRIC_CHECK, withdraw_consent
from identity.queries.consents import has_consent
from identity.queries.erasures import newest_erasure


def erase_face(*, account_id: int) -> ErasureReceipt:
    """Withdraw the biometric consent and erase all that is kept of the face; gives the receipt.

    Asked again when nothing is left it gives the newest receipt, so an answer that was lost can be asked for again.
    Raises NotFound where there was never anything.
    """
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if has_consent(account_id, BIOMETRIC_CHECK) or anything_left(account_id):
            withdrawn = withdraw_consent(account_id=account_id, purpose=BIOMETRIC_CHECK)
            if withdrawn.erasure:
                return withdrawn.erasure
    earlier = newest_erasure(account_id=account_id)
    if earlier is None:
        raise NotFound("Nothing of your face is kept here.", code="nothing_to_erase")
    return earlier
