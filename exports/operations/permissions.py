"""Who may run the releases."""

from django.contrib.auth import get_user_model

from common.problems import NotAllowed


def require_operator(account_id: int, permission: str) -> None:
    """Raises NotAllowed unless the account is staff and has `permission` (such as "exports.add_release")."""
    account = get_user_model().objects.filter(pk=account_id, is_active=True, is_staff=True).first()
    if account is None or not account.has_perm(permission):
        raise NotAllowed("Only operators of training releases can do this.", code="operators_only")
