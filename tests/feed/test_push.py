"""Web Push: what is wanted arrives and can be read by its device alone; nothing inside this network can be called."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from feed.engines.outward import ForbiddenAddressError, check_url, is_public, post
from feed.jobs.push import forget_revoked_subscriptions, push_notice, push_notices
from feed.models import Notice, NotificationPolicy, PushSubscription
from feed.operations.favourites import favourite
from feed.queries.push import unpushed_notices
from identity.operations.applications import revoke_application
from tests.feed.calling import Someone, someone
from tests.feed.push_service import Device, PushService

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/push/subscription"


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    settings.PUSH_TO_PRIVATE_ADDRESSES = True
    with PushService() as service:
        yield service


@pytest.fixture
def ada() -> Someone:
    return someone("ada")


@pytest.fixture
def bob() -> Someone:
    return someone("bob")


def _subscribe(who: Someone, service: PushService, device: Device, **more: Any) -> dict[str, Any]:
    wishes = {"alerts": {"mention": True, "favourite": True}} | more.pop("data", {})
    subscription = {"endpoint": f"{service.url}/one", "keys": device.keys(), "standard": True, **more}
    answer = who.post(ADDRESS, subscription=subscription, data=wishes)
    assert answer.status_code == 200, answer.content
    made: dict[str, Any] = answer.json()
    return made


def _pushed() -> None:
    push_notices(list(Notice.objects.order_by("pk").values_list("pk", flat=True)))


@pytest.mark.parametrize("standard", [True, False])
def test_a_push_can_be_read_by_its_device_in_either_encoding(
    ada: Someone, bob: Someone, service: PushService, standard: bool
) -> None:
    """It names the notification and says what it is about; run twice, it is sent once."""
    device = Device()
    _subscribe(ada, service, device, standard=standard)
    bob.say(f"@{ada.name} good morning")
    _pushed()
    _pushed()
    [(headers, body)] = service.taken
    message = device.read(headers, body)
    assert headers["ttl"] == "172800" and b"good morning" not in body
    newest = ada.get("/api/v1/notifications")[0]
    assert (message["notification_id"], message["notification_type"]) == (newest["id"], "mention")
    assert bob.name in message["title"] and "good morning" in message["body"]
    assert message["icon"] == newest["account"]["avatar"]


def test_a_form_with_nested_names_subscribes_too(ada: Someone, service: PushService) -> None:
    """As Mastodon's documentation has it; what is shown afterwards is what was asked for, and the key of the instance."""
    keys = Device().keys()
    form = {
        "subscription[endpoint]": f"{service.url}/form",
        "subscription[keys][p256dh]": keys["p256dh"],
        "subscription[keys][auth]": keys["auth"],
        "data[alerts][follow]": "true",
        "data[policy]": "follower",
    }
    made = ada.client.post(ADDRESS, form).json()
    assert made == ada.get(ADDRESS)
    assert made["alerts"]["follow"] is True and made["alerts"]["mention"] is False
    assert (made["policy"], made["standard"], made["endpoint"]) == ("follower", False, f"{service.url}/form")
    assert made["server_key"] == ada.get("/api/v2/instance")["configuration"]["vapid"]["public_key"]
    changed = ada.client.put(ADDRESS, {"data": {"alerts": {"mention": "1"}, "policy": "none"}}, format="json").json()
    assert changed["alerts"]["mention"] is True and changed["alerts"]["follow"] is False
    assert changed["policy"] == "none" and changed["id"] == made["id"]
    assert ada.client.delete(ADDRESS).json() == {}
    assert ada.client.get(ADDRESS).status_code == 404 == ada.client.put(ADDRESS, {}).status_code


def test_only_what_is_wanted_is_pushed(ada: Someone, bob: Someone, service: PushService) -> None:
    """Alerts by kind, policies by who follows whom, and nothing that is held back."""
    friend = someone("friend")
    ada.follow(friend)
    device = Device()
    _subscribe(ada, service, device, data={"policy": "followed"})
    status = ada.say("look")
    bob.say(f"@{ada.name} a stranger")
    friend.follow(ada)
    friend.say(f"@{ada.name} a friend")
    favourite(account_id=friend.id, status_id=status)
    _pushed()
    kinds = [device.read(headers, body)["notification_type"] for headers, body in service.taken]
    assert kinds == ["mention", "favourite"]
    NotificationPolicy.objects.create(account_id=ada.id, for_not_following="filter")
    ada.client.put(ADDRESS, {"data": {"alerts": {"mention": True}}}, format="json")
    bob.say(f"@{ada.name} held back")
    _pushed()
    assert len(service.taken) == 2


@pytest.mark.parametrize("status", [404, 410, 403])
def test_a_subscription_that_its_service_does_not_know_is_removed(
    ada: Someone, bob: Someone, service: PushService, status: int
) -> None:
    """It is not called again."""
    _subscribe(ada, service, Device())
    service.status = status
    bob.say(f"@{ada.name}")
    _pushed()
    assert len(service.taken) == 1 and not PushSubscription.objects.exists()


def test_a_service_that_fails_is_asked_again_by_the_sweep(ada: Someone, bob: Someone, service: PushService) -> None:
    """That one alone, after a rest, and not for ever; another device has its message once. A redirect is not followed."""
    with PushService() as broken:
        other = someone("other")
        _subscribe(ada, service, Device())
        # A second device of the same account.
        mended, token = Device(), other.token_id
        _subscribe(other, broken, mended)
        PushSubscription.objects.filter(token_id=token).update(account_id=ada.id)
        broken.status = 302
        bob.say(f"@{ada.name}")
        _pushed()
        notice = Notice.objects.get(kind="mention")
        assert notice.pushed_at is None
        Notice.objects.update(created_at=timezone.now() - dt.timedelta(minutes=10))
        assert list(unpushed_notices()) == [notice.pk]
        push_notice(notice.pk)
        assert len(broken.taken) == 1
        PushSubscription.objects.filter(token_id=token).update(failed_at=timezone.now() - dt.timedelta(minutes=5))
        broken.status = 201
        push_notice(notice.pk)
        assert (len(service.taken), len(broken.taken)) == (1, 2)
        assert mended.read(*broken.taken[1])["notification_id"] == str(notice.pk)
        assert unpushed_notices() == [] and PushSubscription.objects.get(token_id=token).failed_at is None


def test_a_push_that_has_failed_for_an_hour_is_given_up(ada: Someone, bob: Someone, service: PushService) -> None:
    """A service that is down for good costs nothing any more."""
    _subscribe(ada, service, Device())
    service.status = 500
    bob.say(f"@{ada.name}")
    Notice.objects.update(created_at=timezone.now() - dt.timedelta(hours=2))
    _pushed()
    assert Notice.objects.get(kind="mention").pushed_at is not None


def test_a_revoked_application_is_pushed_nothing(ada: Someone, bob: Someone, service: PushService) -> None:
    """Not even before the sweep has forgotten its subscription."""
    _subscribe(ada, service, Device())
    bob.say(f"@{ada.name}")
    revoke_application(account_id=ada.id, client_id=ada.application.pk)
    _pushed()
    assert service.taken == [] and forget_revoked_subscriptions() == 1


def test_who_subscribes_later_is_not_told_of_before(ada: Someone, bob: Someone, service: PushService) -> None:
    """The sweep finds no old notices for a new subscription."""
    bob.say(f"@{ada.name}")
    _subscribe(ada, service, Device())
    Notice.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    assert unpushed_notices() == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/one",
        "https://localhost/one",
        "https://127.0.0.1/one",
        "https://[::1]/one",
        "https://[::ffff:10.0.0.1]/one",
        "https://10.1.2.3/one",
        "https://169.254.169.254/latest",
        "https://database/one",
        "https://me:secret@push.example/",
        "https://push.example:99999999/",
        "file:///etc/passwd",
        "https://push.example/" + "x" * 2048,
        "https://push.example/a b",
        "",
        "\0",
    ],
)
def test_an_endpoint_inside_this_network_is_refused(ada: Someone, endpoint: str) -> None:
    """A client cannot make the server call its own neighbours."""
    answer = ada.post(ADDRESS, subscription={"endpoint": endpoint, "keys": Device().keys()})
    assert answer.status_code == 422 and "endpoint" in answer.json()["error"]


def test_a_name_is_judged_by_the_address_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads inside is refused when it is called, whatever it led to before."""
    check_url("https://push.example/one")
    for inside in ("127.0.0.1", "10.0.0.8", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::1", "100.64.0.1", "224.0.0.1"):
        assert not is_public(inside)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, inside=inside, **__: [(2, 1, 6, "", (inside, 443))])
        with pytest.raises(ForbiddenAddressError):
            post("https://push.example/one", body=b"", headers={})
    assert is_public("9.9.9.9") and is_public("2620:fe::fe")


@pytest.mark.parametrize(
    "body",
    [
        {"subscription": "text"},
        {"subscription": {"endpoint": "https://push.example/", "keys": []}},
        {"subscription": {"endpoint": "https://push.example/", "keys": {"p256dh": "x", "auth": "y"}}},
        {"subscription": {"endpoint": ["a"], "keys": {}}},
        {"subscription": {"endpoint": "https://push.example/", "keys": {**Device().keys(), "auth": "AA"}}},
        {"subscription": {"endpoint": "https://push.example/", "keys": Device().keys()}, "data": {"policy": "x"}},
        {"subscription": {"endpoint": "https://push.example/", "keys": Device().keys()}, "data": {"alerts": [1]}},
    ],
)
def test_garbage_is_refused_with_a_sentence(ada: Someone, body: dict[str, Any]) -> None:
    """And with no server error."""
    answer = ada.post(ADDRESS, **body)
    assert answer.status_code == 422 and answer.json()["error"]


def test_push_has_a_scope_of_its_own(service: PushService) -> None:
    """An application without it subscribes nothing."""
    reader = someone(scopes="read write")
    assert reader.client.get(ADDRESS).status_code == 403
