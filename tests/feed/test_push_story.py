"""A client subscribes with Mastodon.py, and its device hears of a mention through the running worker."""

import httpx
import pytest

from tests.clients.people import fresh_name, join, mastodon_py
from tests.feed.push_service import PushService
from tests.live import LiveStack, wait_for

pytestmark = [pytest.mark.stack]


def test_a_mention_reaches_a_device_and_the_stream_of_notifications(stack: LiveStack, http: httpx.Client) -> None:
    """Subscribed by an unmodified client; what arrives is what the list of notifications shows."""
    ada = mastodon_py(stack.url, fresh_name("ada"))
    bob = join(http, fresh_name("bob"))
    me = ada.me()
    private, public = ada.push_subscription_generate_keys()
    with PushService() as service:
        made = ada.push_subscription_set(f"{service.url}/ada", public, mention_events=True)
        assert made.endpoint == f"{service.url}/ada" and made.alerts.mention is True
        assert ada.push_subscription().id == made.id
        said = bob.say(f"@{me.acct} are you there?")
        wait_for(lambda: service.taken, what="the push")
        headers, body = service.taken[0]
        read = ada.push_subscription_decrypt_push(body, private, headers["encryption"], headers["crypto-key"])
        [mention] = ada.notifications(types=["mention"])
        assert str(read.notification_id) == str(mention.id) and str(mention.status.id) == said
    grouped = ada.grouped_notifications()
    assert grouped.notification_groups[0].type == "mention"
    assert ada.notifications_unread_count().count == 1
    assert ada.notifications_policy().for_private_mentions == "filter"
    ada.notifications_clear()
    assert ada.notifications() == []
