"""Who may decide."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from common.problems import NotAllowed, NotFound
from identity.models import Account

MODERATORS = "Moderators"
READS = ("view_report", "view_case", "view_decision", "view_undo", "view_botscore")
ACTS = ("decide_case", "undo_decision")


def make_roles() -> None:
    """Make the group of moderators, or give it what it lacks. Runs after every migration."""
    group, _ = Group.objects.get_or_create(name=MODERATORS)
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="moderation", codename__in=(*READS, *ACTS))
    )


def appoint_moderator(*, account_id: int) -> None:
    """Put an account among the moderators and let it into the admin. An operator does this, from a shell.

    Raises NotFound for an account that does not exist or is not active.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound("There is no such account.")
        account.is_staff = True
        account.save(update_fields=["is_staff"])
        account.groups.add(Group.objects.get(name=MODERATORS))


def require_permission(*, account_id: int, permission: str) -> None:
    """Raises NotAllowed unless the active account holds `moderation.<permission>`, itself or by its role."""
    # Read anew: permissions are cached on an instance, and a role may have been taken away since.
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or not account.has_perm(f"moderation.{permission}"):
        raise NotAllowed("Only a moderator may do this.", code="not_a_moderator")
