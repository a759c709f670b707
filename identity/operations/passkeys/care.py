"""Naming passkeys and ending them. The last way into an account is not ended by mistake, or by a stolen token."""

from common.problems import Conflict
from identity.jobs.passkeys import BY_OWNER, revoke_passkeys
from identity.models import Account, Passkey
from identity.operations.passkeys.ownership import Proof, require_owner
from identity.operations.passkeys.registration import NO_PROOF, named_well
from identity.queries.passkeys import has_password, own_passkey, passkeys_of


def rename_passkey(*, passkey_id: int, account_id: int, name: str) -> Passkey:
    """Raises NotFound for somebody else's, Problem for a name that cannot be kept."""
    passkey = own_passkey(passkey_id=passkey_id, account_id=account_id)
    passkey.name = named_well(name)
    passkey.save(update_fields=["name"])
    return passkey


def revoke_passkey(*, passkey_id: int, account_id: int, confirm: bool = False, proof: Proof = NO_PROOF) -> None:
    """The passkey signs nobody in from now on. The last one needs `confirm` and proof; without a password it stays.

    Raises NotFound for somebody else's; Conflict `last_passkey` or `confirmation_required`; what `require_owner` raises.
    """
    own_passkey(passkey_id=passkey_id, account_id=account_id)
    last = len(passkeys_of(account_id)) == 1
    if last:
        _require_meant(account_id, confirm=confirm)
        require_owner(account_id=account_id, proof=proof)
    if not revoke_passkeys(account_id=account_id, reason=BY_OWNER, only=passkey_id, last_too=last):
        raise Conflict("Your passkeys have just changed: look at them again.", code="passkeys_changed")


def _require_meant(account_id: int, *, confirm: bool) -> None:
    if not has_password(Account.objects.get(pk=account_id)):
        raise Conflict(
            "This passkey is the only way into your account: add another one before you remove it.",
            code="last_passkey",
        )
    if not confirm:
        raise Conflict(
            "This is your last passkey: without it, your password alone opens your account. Say that you mean it"
            " (confirm), with your password or the passkey.",
            code="confirmation_required",
            field="confirm",
        )
