"""Whether an account may be compared with its own person now."""

from django.conf import settings
from django.utils import timezone

from common.problems import Conflict
from identity.models import Credential, Enrolment, KeyEpoch, Template


def require_known_face(*, account_id: int, purpose: Enrolment.Purpose) -> None:
    """Raises Conflict where there is no code to compare with (`nothing_to_compare`), and for a renewal long before its
    time (`renewal_too_early`, with `renew_from`): 60 days before the expiry, and at any time once the credential has
    ended or the keys of face codes were changed.
    """
    template = Template.objects.filter(person__account_id=account_id).order_by("-key_epoch_id").first()
    if template is None:
        raise Conflict(
            "No code of your face is kept here, so there is nothing to compare you with: open an enrolment with the"
            " purpose admission.",
            code="nothing_to_compare",
            field="purpose",
        )
    if purpose != Enrolment.Purpose.RENEWAL:
        return
    newest = KeyEpoch.objects.filter(state=KeyEpoch.State.LIVE).order_by("-number").first()
    if newest is not None and template.key_epoch_id != newest.number:
        return
    now = timezone.now()
    live = Credential.objects.filter(
        account_id=account_id, kind=Credential.Kind.FACE, ended_at=None, expires_at__gt=now
    ).order_by("-expires_at")
    credential = live.first()
    if credential is None:
        return
    renew_from = credential.expires_at - settings.RENEWAL_BEFORE
    if renew_from > now:
        raise Conflict(
            f"Your check is valid until {credential.expires_at:%d %B %Y}: renew it from {renew_from:%d %B %Y} on.",
            code="renewal_too_early",
            field="purpose",
            more={"renew_from": renew_from.isoformat()},
        )
