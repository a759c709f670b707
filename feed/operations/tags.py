"""Follow hashtags, and show some on one's profile."""

from django.db import transaction

from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.models import FeaturedTag, Tag, TagFollow
from feed.models.tags import LONGEST_TAG
from feed.operations.accounts import require_may_write
from feed.queries import home_store
from feed.queries.hashtags import is_tag, normal_tag
from feed.queries.tags import checked_tag
from identity.models import Account

MOST_FOLLOWED = 1000
MOST_FEATURED = 10


def follow_tag(*, account_id: int, name: str) -> str:
    """Have public statuses with the tag reach home; gives the tag. Twice changes nothing. Raises NotFound, Problem."""
    tag = checked_tag(name)
    with transaction.atomic():
        if TagFollow.objects.filter(account_id=account_id).count() >= MOST_FOLLOWED:
            raise Problem(f"An account follows at most {MOST_FOLLOWED} hashtags.", code="limit", limit=MOST_FOLLOWED)
        _, is_new = TagFollow.objects.get_or_create(account_id=account_id, name=tag)
        Tag.objects.bulk_create([Tag(name=tag)], ignore_conflicts=True)
        if is_new:
            after_commit(home_store.drop, account_id)
    return tag


def unfollow_tag(*, account_id: int, name: str) -> str:
    """What the tag brought leaves home at once; gives the tag. Raises NotFound."""
    tag = checked_tag(name)
    with transaction.atomic():
        if TagFollow.objects.filter(account_id=account_id, name=tag).delete()[0]:
            after_commit(home_store.drop, account_id)
    return tag


def feature_tag(*, account_id: int, name: str) -> FeaturedTag:
    """Show a tag on one's profile. Raises NotAllowed (personhood), Problem for no tag, one featured already, and more than 10."""
    require_may_write(account_id)
    given = name.strip()
    tag = normal_tag(given)
    if not tag:
        raise Problem("Validation failed: Name can't be blank", field="name")
    if max(len(given), len(tag)) > LONGEST_TAG or not is_tag(given):
        raise Problem("Validation failed: Tag is invalid", field="name")
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        featured = FeaturedTag.objects.filter(account_id=account_id)
        if featured.filter(name=tag).exists():
            raise Problem("Validation failed: Name has already been taken", code="taken", field="name")
        if featured.count() >= MOST_FEATURED:
            sentence = "Validation failed: You have already featured the maximum number of hashtags"
            raise Problem(sentence, code="limit", limit=MOST_FEATURED)
        return FeaturedTag.objects.create(account_id=account_id, name=tag)


def unfeature_tag(*, account_id: int, name: str) -> str:
    """Show it no longer; gives the tag. Nothing happens when it was not shown. Raises NotFound for what is no tag."""
    tag = checked_tag(name)
    FeaturedTag.objects.filter(account_id=account_id, name=tag).delete()
    return tag


def remove_featured_tag(*, account_id: int, featured_id: int) -> None:
    """The same by its id. Raises NotFound."""
    if not FeaturedTag.objects.filter(account_id=account_id, pk=featured_id).delete()[0]:
        raise NotFound("Record not found")
