"""A token alone may not change how an account is entered: whoever does that shows anew that the account is theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.problems import NotAllowed
from identity.models import Account
from identity.operations.passkeys.assertion import complete_assertion
from identity.operations.passkeys.ceremonies import count
from identity.queries.passkeys import has_password, passkeys_of

# What an assertion is for that is shown as proof.
OWNERSHIP = "ownership"
PASSWORDS_IN_FIVE_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Proof:
    """The account's password, or the response to an assertion that began with the reason `ownership`."""

    password: str = ""
    assertion: Mapping[str, Any] | None = None


def require_owner(*, account_id: int, proof: Proof) -> None:
    """Raises NotAllowed for a wrong password or none of the two, and what `complete_assertion` raises.

    An account that has neither a password nor a passkey has nothing to show, and passes.
    """
    if proof.assertion is not None:
        complete_assertion(account_id=account_id, response=proof.assertion, reason=OWNERSHIP)
        return
    account = Account.objects.get(pk=account_id)
    if proof.password and has_password(account):
        count("password", who=f"account:{account_id}", limit=PASSWORDS_IN_FIVE_MINUTES, minutes=5)
        if not account.check_password(proof.password):
            raise NotAllowed("The password is wrong.", code="wrong_password", field="password")
        return
    ways = (["password"] if has_password(account) else []) + (["assertion"] if passkeys_of(account_id) else [])
    if ways:
        raise NotAllowed(
            "Show first that the account is yours: give its password, or use a passkey that you have"
            f" (an assertion with the reason {OWNERSHIP}).",
            code="proof_required",
            more={"ways": ways},
        )
