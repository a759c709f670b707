"""Nothing of a closed account is left in any table of the network."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from feed.jobs.erase_closed import erase_closed_account
from feed.models import Notice, NotificationPermission, NotificationPolicy, PushSubscription
from feed.queries.archive import feed_parts
from identity.models import Account
from tests.feed.inhabitants import follows, person, says

pytestmark = pytest.mark.django_db


def naming_an_account() -> list[tuple[type[models.Model], str]]:
    """Every table of feed's that names an account, with the field that does."""
    found: list[Any] = [
        (model, field.name)
        for model in apps.get_app_config("feed").get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is Account
    ]
    return found


def test_what_it_was_told_and_where_goes_too() -> None:
    leaving, friend = person("leaving"), person("friend")
    follows(friend, leaving)
    status = says(leaving, "goodbye @friend")
    Notice.objects.create(account_id=leaving, kind=Notice.Kind.FOLLOW, from_account_id=friend)
    Notice.objects.create(account_id=friend, kind=Notice.Kind.MENTION, from_account_id=leaving, status=status)
    for one, other in ((leaving, friend), (friend, leaving)):
        NotificationPermission.objects.create(account_id=one, from_account_id=other)
    NotificationPolicy.objects.update_or_create(account_id=leaving)
    PushSubscription.objects.create(account_id=leaving, token_id=7, endpoint="https://push.example/1")
    kept = {part.name: list(part.records) for part in feed_parts(leaving)}
    assert [row["username"] for row in kept["notification_permissions"]] == ["friend"]
    assert [row["endpoint"] for row in kept["push_subscriptions"]] == ["https://push.example/1"]

    Account.objects.filter(pk=leaving).update(is_active=False, closed_at=timezone.now())
    erase_closed_account(leaving)
    named = naming_an_account()
    assert len(named) > 30
    left = [
        f"{model.__name__}.{field}"
        for model, field in named
        if model._default_manager.filter(**{field: leaving}).exists()
    ]
    assert left == []


def test_every_table_that_names_an_account_is_thought_of() -> None:
    """A new one is erased with a closed account, and then named here."""
    assert {model.__name__ for model, _ in naming_an_account()} == {
        *(
            "AccountNote",
            "AnnouncementReaction",
            "AnnouncementRead",
            "Block",
            "Bookmark",
            "Conversation",
            "Endorsement",
        ),
        *("Favourite", "FeaturedTag", "Filter", "Follow", "Generation", "List", "ListMember", "Marker"),
        *("MediaAttachment", "Mention", "Mute", "Notice", "NotificationPermission", "NotificationPolicy", "Pin"),
        *("PollVote", "Profile", "PushSubscription", "ScheduledStatus", "Status", "SuggestionDismissal", "TagFollow"),
        *("ThreadMute", "TrainingHold"),
    }
