"""Bot likelihood: found by its features, told in reasons, never lost, never acting."""

import json
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from django.conf import settings

from common.events import Recorded
from common.models import Event
from common.redis import client
from feed.models import Follow, Notice, Profile, Status
from feed.operations.follows import follow, unfollow
from feed.operations.statuses import delete_status
from identity.models import Credential
from moderation.engines.ebm import MODEL_FILE, ExplainableBoostingScorer
from moderation.engines.ebm_training import train
from moderation.engines.features import NAMES, measure
from moderation.engines.sketches import similarities, sketch
from moderation.jobs import activity_rings, bot_likelihood
from moderation.models import BotScore, Decision
from moderation.queries.bot_scores import newest_bot_score, newest_bot_scores
from seeds.agents import person, spammer
from seeds.simulated_activity import NOW, simulated_accounts
from tests.live import database_url
from tests.moderation.world import PASSWORD, said, someone

pytestmark = pytest.mark.django_db(transaction=True)


def _empty_rings() -> None:
    for key in client().scan_iter("bots:*"):
        client().delete(key)


def _settle() -> None:
    """Score until the log is read: a background transaction may hold the newest events back for a moment."""
    for _ in range(100):
        bot_likelihood.score_new_events()
        newest = Event.objects.filter(kind__in=activity_rings.READS).order_by("-seq").first()
        if newest is None or BotScore.objects.filter(event_seq__gte=newest.seq).exists():
            return
        time.sleep(0.1)
    raise AssertionError("the event log was not read to its end")


def test_a_spammer_scores_far_above_a_person_and_the_reasons_say_why() -> None:
    ada = person(username="ada", password=PASSWORD)
    bob = person(username="bob", password=PASSWORD, follows=[ada.pk], language="ja")
    machine = spammer(username="machine", password=PASSWORD, pause=0.05)
    _settle()
    scores = newest_bot_scores([ada.pk, bob.pk, machine.pk])
    assert scores[machine.pk].score > 0.9
    assert max(scores[ada.pk].score, scores[bob.pk].score) < 0.3
    reasons = scores[machine.pk].reasons
    assert [abs(each["contribution"]) for each in reasons] == sorted(
        (abs(each["contribution"]) for each in reasons), reverse=True
    )
    assert any(each["feature"] == "near_duplicate_share" and each["contribution"] > 0 for each in reasons)
    assert "100% of the posts nearly repeat another one." in [each["sentence"] for each in reasons]
    assert scores[ada.pk].features["interval_entropy"] is None


def test_a_score_changes_no_account_and_no_status() -> None:
    """The whole database but the scores and the cursor is the same before and after; the log says
    that scores changed, and that the account is held out of training.
    """

    def everything() -> list[object]:
        rows = [
            list(model.objects.order_by("pk").values())
            for model in (Profile, Status, Credential, Notice, Decision, Follow)
        ]
        return [*rows, list(Event.objects.exclude(kind__in=("score.changed", "training.held")).order_by("pk").values())]

    machine = spammer(username="machine", password=PASSWORD, pause=0, posts=30)
    before = everything()
    _settle()
    assert (newest_bot_score(machine.pk) or pytest.fail("not scored")).score > 0.9
    assert everything() == before


def test_killed_halfway_it_neither_skips_nor_doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process dies of SIGKILL after a batch that counts and within the next; the following run takes over."""
    monkeypatch.setattr(bot_likelihood, "EVENTS_IN_A_BATCH", 20)
    machine = spammer(username="machine", password=PASSWORD, pause=0, posts=30)
    ada = person(username="ada", password=PASSWORD, follows=[machine.pk], posts=6)
    _empty_rings()
    script = (
        "import django; django.setup()\n"
        "from moderation.jobs import bot_likelihood\n"
        "bot_likelihood.EVENTS_IN_A_BATCH = 20\n"
        "bot_likelihood.score_new_events()\n"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.moderation.dying_scorer",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
    }
    died = subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    counted = list(BotScore.objects.values_list("account_id", "event_seq"))
    assert counted and {account for account, _ in counted} == {machine.pk}

    _settle()
    events = list(Event.objects.order_by("transaction", "seq"))
    expected = set()
    for start in range(0, len(events), 20):
        batch = [event for event in events[start : start + 20] if event.kind in activity_rings.READS]
        newest = max((event.seq for event in batch), default=0)
        for event in batch:
            expected |= {(event.account_id, newest)}
            if event.kind.startswith("follow."):
                expected |= {(event.subject_id, newest)}
    rows = list(BotScore.objects.values_list("account_id", "event_seq"))
    assert len(rows) == len(set(rows))
    assert {seq for _, seq in rows} == {seq for _, seq in expected}
    assert set(rows) == expected
    kept = activity_rings.activities([machine.pk, ada.pk])
    assert (len(kept[machine.pk].posts), len(kept[ada.pk].posts)) == (30, 6)


def test_rings_lost_with_redis_are_rebuilt_as_they_were() -> None:
    ada, bob = someone("ada"), someone("bob")
    person(username="carol", password=PASSWORD, follows=[ada.pk, bob.pk])
    follow(source_id=ada.pk, target_id=bob.pk)
    follow(source_id=bob.pk, target_id=ada.pk)
    unfollow(source_id=ada.pk, target_id=bob.pk)
    machine = spammer(username="machine", password=PASSWORD, pause=0, posts=8)
    gone = Status.objects.filter(account=machine).first()
    assert gone is not None
    delete_status(account_id=machine.pk, status_id=gone.pk)
    _settle()
    everybody = [ada.pk, bob.pk, machine.pk]
    kept = activity_rings.activities(everybody)
    assert len(kept[machine.pk].posts) == 7
    assert (kept[ada.pk].following, kept[bob.pk].following) == (frozenset(), frozenset({ada.pk}))
    _empty_rings()
    everything = Event.objects.order_by("seq").values_list(*Recorded._fields)
    activity_rings.apply([Recorded._make(row) for row in everything])
    assert activity_rings.activities(everybody) == kept


def test_no_text_is_kept_in_redis() -> None:
    account = someone("ada")
    said(account, "a secret about the lighthouse keeper")
    spammer(username="machine", password=PASSWORD, pause=0, posts=6)
    _settle()
    rings = [client().hgetall(key) for key in client().scan_iter("bots:*:posts")]
    stored = b"".join(bytes(value) for ring in rings for value in ring.values() if isinstance(value, bytes))
    assert stored and b"https" not in stored and b"lighthouse" not in stored


def test_the_committed_model_says_how_well_it_does_on_agents_it_never_saw() -> None:
    """The figures in the file are those of the file, measured again here on the held-out agents."""
    told = json.loads(MODEL_FILE.read_text())["figures"]
    unseen = simulated_accounts(count=3000, seed=2)
    scores = [each.score for each in ExplainableBoostingScorer().score([measure(a.activity, now=NOW) for a in unseen])]
    threshold = told["threshold_that_1_percent_of_humans_pass"]
    passed = np.mean([score > threshold for score, one in zip(scores, unseen, strict=True) if not one.is_bot])
    assert passed == pytest.approx(0.01, abs=0.002)
    assert told["area_under_curve"] > 0.95
    assert set(told["false_positives"]) == {"by_account_age", "by_language", "by_credential", "by_kind"}


def test_our_reader_and_interpret_agree_on_every_score(tmp_path: object) -> None:
    """The tables read without interpret give what interpret itself gives, missing values included."""
    from pathlib import Path

    from interpret.glassbox import ExplainableBoostingClassifier

    accounts = simulated_accounts(count=400, seed=7)
    rows = [measure(each.activity, now=NOW) for each in accounts]
    fitted: list[ExplainableBoostingClassifier] = []
    original = ExplainableBoostingClassifier.fit

    def remember(self: ExplainableBoostingClassifier, *arguments: object) -> object:
        fitted.append(self)
        return original(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExplainableBoostingClassifier, "fit", remember)
        model = train(rows, [int(each.is_bot) for each in accounts])
    path = Path(str(tmp_path)) / "model.json"
    path.write_text(json.dumps({"version": "t", "model": model}))
    ours = [each.score for each in ExplainableBoostingScorer(path).score(rows)]
    theirs = fitted[0].predict_proba(np.array(rows))[:, 1]
    assert any(math.isnan(value) for row in rows for value in row)
    assert ours == pytest.approx(list(theirs), abs=1e-9)
    assert len(NAMES) == len(rows[0])


def test_near_duplicates_are_told_from_different_texts_in_any_script() -> None:
    pairs = [
        (
            "Cheap watches, best price https://a.example/1 #deal",
            "Cheap watches, best price https://b.example/22 @you",
            True,
        ),
        ("今日は天気がいいですね、川まで散歩に行きました", "今日は天気がいいですね、川まで散歩に行きました 7", True),
        ("I walked by the river this morning", "The library has a new reading room", False),
        ("今日は天気がいいですね", "図書館で本を借りました", False),
    ]
    for one, other, same in pairs:
        assert (similarities([sketch(one), sketch(other)])[0, 1] >= 0.5) is np.bool_(same)
    assert sketch("https://only.example/a 123 @x") == b""
