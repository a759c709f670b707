"""Who may review, and which cases."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from common.problems import NotAllowed, NotFound
from identity.models import Account

REVIEWERS = "Reviewers"
PERMISSION = "review_case"


def make_role() -> None:
    """Make the group of reviewers, or give it what it lacks. Runs after every migration."""
    group, _ = Group.objects.get_or_create(name=REVIEWERS)
    group.permissions.add(*Permission.objects.filter(content_type__app_label="identity", codename=PERMISSION))


def appoint_reviewer(*, account_id: int) -> None:
    """Put an account among the reviewers. An operator does this, from a shell.

    Raises NotFound for an account that does not exist or is not active.
    """
    with transaction.atomic():
        _account(account_id).groups.add(Group.objects.get(name=REVIEWERS))


def dismiss_reviewer(*, account_id: int) -> None:
    """Take the role away; what the reviewer decided stands. Raises NotFound."""
    with transaction.atomic():
        _account(account_id).groups.remove(Group.objects.get(name=REVIEWERS))


def require_reviewer(*, account_id: int) -> None:
    """Raises NotAllowed unless the active account holds the reviewers' permission."""
    # Read anew: permissions are cached on an instance, and the role may have been taken away since.
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or not account.has_perm(f"identity.{PERMISSION}"):
        raise NotAllowed("Only a reviewer may do this.", code="not_a_reviewer")


def _account(account_id: int) -> Account:
    account = Account.objects.select_for_update(no_key=True).filter(pk=account_id, is_active=True).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account
