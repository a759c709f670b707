"""Lists of those whom one follows. They concern nobody else, so no personhood is asked."""

from collections.abc import Sequence

from django.db import transaction

from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.models import Follow, List, ListMember
from feed.queries import home_store
from feed.queries.lists import list_of
from identity.models import Account

MOST_LISTS = 50
MOST_MEMBERS = 1000
LONGEST_TITLE = 200


def create_list(
    *, account_id: int, title: str, replies_policy: str = List.Replies.LIST, exclusive: bool = False
) -> List:
    """Raises Problem for a title that is blank or too long, an unknown policy, and more than 50 lists."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if List.objects.filter(account_id=account_id).count() >= MOST_LISTS:
            raise Problem("Validation failed: You have reached the maximum number of lists", limit=MOST_LISTS)
        made = List(account_id=account_id)
        _assign(made, title=title, replies_policy=replies_policy, exclusive=exclusive)
        made.save()
    return made


def update_list(
    *,
    account_id: int,
    list_id: int,
    title: str | None = None,
    replies_policy: str | None = None,
    exclusive: bool | None = None,
) -> List:
    """Change what is not None. Raises NotFound, and Problem as `create_list`."""
    with transaction.atomic():
        found = list_of(account_id=account_id, list_id=list_id)
        was_exclusive = found.exclusive
        _assign(found, title=title, replies_policy=replies_policy, exclusive=exclusive)
        found.save()
        if found.exclusive != was_exclusive:
            after_commit(home_store.drop, account_id)
    return found


def delete_list(*, account_id: int, list_id: int) -> None:
    """Raises NotFound."""
    with transaction.atomic():
        found = list_of(account_id=account_id, list_id=list_id)
        _rebuild_home_later(found)
        found.delete()


def add_members(*, account_id: int, list_id: int, member_ids: Sequence[int]) -> None:
    """Put accounts on a list: oneself, and those whom one follows or has asked to follow; all of them or none.

    Raises NotFound for anybody else, Problem for one that is on it already and for more than 1,000 members.
    """
    wanted = list(dict.fromkeys(member_ids))
    with transaction.atomic():
        found = list_of(account_id=account_id, list_id=list_id)
        # One change at a time, so that what is counted stays true.
        List.objects.select_for_update(no_key=True).get(pk=found.pk)
        follows = Follow.objects.filter(source_id=account_id, target_id__in=wanted, target__is_active=True)
        if set(wanted) - {account_id} - set(follows.values_list("target_id", flat=True)):
            raise NotFound("Record not found")
        if ListMember.objects.filter(list=found, account_id__in=wanted).exists():
            raise Problem("Validation failed: Account has already been taken", code="taken", field="account_ids")
        if ListMember.objects.filter(list=found).count() + len(wanted) > MOST_MEMBERS:
            raise Problem(f"A list has at most {MOST_MEMBERS} members.", field="account_ids", limit=MOST_MEMBERS)
        ListMember.objects.bulk_create([ListMember(list=found, account_id=one) for one in wanted])
        _rebuild_home_later(found)


def remove_members(*, account_id: int, list_id: int, member_ids: Sequence[int]) -> None:
    """Take accounts off a list; those who are not on it are passed over. Raises NotFound."""
    with transaction.atomic():
        found = list_of(account_id=account_id, list_id=list_id)
        ListMember.objects.filter(list=found, account_id__in=list(member_ids)).delete()
        _rebuild_home_later(found)


def _rebuild_home_later(found: List) -> None:
    if found.exclusive:
        after_commit(home_store.drop, found.account_id)


def _assign(row: List, *, title: str | None, replies_policy: str | None, exclusive: bool | None) -> None:
    if title is not None:
        row.title = title.strip()
        if not row.title:
            raise Problem("Validation failed: Title can't be blank", code="blank", field="title")
        if len(row.title) > LONGEST_TITLE:
            sentence = f"Validation failed: Title is too long (maximum is {LONGEST_TITLE} characters)"
            raise Problem(sentence, code="too_long", field="title", limit=LONGEST_TITLE)
    if replies_policy is not None:
        if replies_policy not in List.Replies.values:
            raise Problem(f"'{replies_policy[:60]}' is not a valid replies_policy", field="replies_policy")
        row.replies_policy = replies_policy
    if exclusive is not None:
        row.exclusive = exclusive
