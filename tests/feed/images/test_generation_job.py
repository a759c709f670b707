"""The generation job and the sweep, driven directly on the real database and storage."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from common.models import Event
from common.problems import NotAllowed, Problem, TooMany
from feed.engines import provenance
from feed.engines.ports import EngineRefusedError, Pixels
from feed.engines.procedural import ProceduralPainter
from feed.jobs import media_files
from feed.jobs.generate_image import MOST_ATTEMPTS, generate_image, unfinished_generations
from feed.jobs.posting.media import attach_media
from feed.models import Generation, MediaAttachment, Profile, Status
from feed.operations.images import request_generation
from feed.queries.certificates import signing_certificates
from identity.models import Account
from identity.operations.admission import admit_simulated

pytestmark = pytest.mark.django_db(transaction=True)


class KilledError(BaseException):
    """Stands for `kill -9`: nothing in the job may catch it."""


class KilledPainter(ProceduralPainter):
    def paint(self, *, prompt: str, width: int, height: int, seed: int) -> Pixels:
        raise KilledError


class BrokenPainter(ProceduralPainter):
    def paint(self, *, prompt: str, width: int, height: int, seed: int) -> Pixels:
        raise RuntimeError("out of memory")


class RefusingPainter(ProceduralPainter):
    def paint(self, *, prompt: str, width: int, height: int, seed: int) -> Pixels:
        raise EngineRefusedError("This engine draws no lighthouses.")


HERE = f"{__name__}."
PAINTER = "feed.engines.procedural.ProceduralPainter"


@pytest.fixture(autouse=True)
def media_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def account() -> Account:
    made = Account.objects.create(username="grace")
    Profile.objects.create(account=made)
    admit_simulated(account_id=made.pk, operator="test")
    return made


@pytest.fixture
def generation(account: Account) -> Generation:
    return Generation.objects.create(account=account, prompt="a quiet lake", width=256, height=320)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_finished_image_is_signed_labelled_and_noted(generation: Generation, media_folder: Path) -> None:
    generate_image(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.attempts, generation.reason) == ("done", 1, "")
    media = MediaAttachment.objects.get()
    assert generation.media == media
    assert (media.source, media.digital_source_type) == ("generated", "algorithmicMedia")
    assert (media.width, media.height) == (256, 320)
    for path in (media.file, media.preview):
        data = default_storage.open(path).read()
        found = provenance.verify(data, content_type=media.content_type, certificates=signing_certificates())
        assert found.trusted
        assert found.digital_source_type == "algorithmicMedia"
        Image.open(io.BytesIO(data)).load()
    event = Event.objects.get(kind="media.generated")
    assert (event.account_id, event.subject_id) == (generation.account_id, media.pk)


def test_run_twice_makes_one_image(generation: Generation, media_folder: Path) -> None:
    generate_image(generation.pk)
    generate_image(generation.pk)
    assert MediaAttachment.objects.count() == 1
    assert Event.objects.filter(kind="media.generated").count() == 1
    assert len(files(media_folder)) == 2


def test_a_second_worker_leaves_alone_what_the_first_is_at(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def from_another_connection() -> None:
        generate_image(generation.pk)
        connection.close()

    class Interrupted(ProceduralPainter):
        def paint(self, *, prompt: str, width: int, height: int, seed: int) -> Pixels:
            with ThreadPoolExecutor(max_workers=1) as other:
                other.submit(from_another_connection).result()
            return super().paint(prompt=prompt, width=width, height=height, seed=seed)

    monkeypatch.setattr("feed.jobs.generate_image.engine", lambda *_: Interrupted())
    generate_image(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.attempts) == ("done", 1)
    assert MediaAttachment.objects.count() == 1


def killed_while_painting(settings: Settings, _: pytest.MonkeyPatch) -> None:
    settings.IMAGE_ENGINE = HERE + "KilledPainter"


def killed_after_storing(_: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = media_files.store

    def stored_then_killed(*arguments: object) -> None:
        store(*arguments)  # type: ignore[arg-type]  # passed on as they came
        raise KilledError

    monkeypatch.setattr(media_files, "store", stored_then_killed)


@pytest.mark.parametrize("kill", [killed_while_painting, killed_after_storing])
def test_a_job_killed_halfway_is_finished_by_the_sweep_and_leaves_nothing_behind(
    kill: Callable[[Settings, pytest.MonkeyPatch], None],
    generation: Generation,
    media_folder: Path,
    settings: Settings,
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill(settings, monkeypatch)
        with pytest.raises(KilledError):
            generate_image(generation.pk)
    settings.IMAGE_ENGINE = PAINTER
    generation.refresh_from_db()
    assert generation.state in {"generating", "signing"}
    assert unfinished_generations() == []
    assert unfinished_generations(quiet_for=timedelta(0)) == [generation.pk]
    for found in unfinished_generations(quiet_for=timedelta(0)):
        generate_image(found)
    generation.refresh_from_db()
    assert (generation.state, generation.attempts) == ("done", 2)
    assert MediaAttachment.objects.count() == 1
    assert len(files(media_folder)) == 2


def test_an_engine_that_keeps_breaking_fails_with_a_sentence_after_three_attempts(
    generation: Generation, media_folder: Path, settings: Settings
) -> None:
    settings.IMAGE_ENGINE = HERE + "BrokenPainter"
    for attempt in range(1, MOST_ATTEMPTS + 1):
        generate_image(generation.pk)
        generation.refresh_from_db()
        assert generation.attempts == attempt
        assert generation.state == ("queued" if attempt < MOST_ATTEMPTS else "failed")
    assert "3 attempts" in generation.reason
    assert unfinished_generations(quiet_for=timedelta(0)) == []
    assert files(media_folder) == []


def test_a_worker_that_dies_of_each_attempt_is_not_fed_the_same_image_for_ever(
    generation: Generation, settings: Settings
) -> None:
    settings.IMAGE_ENGINE = HERE + "KilledPainter"
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KilledError):
            generate_image(generation.pk)
    generate_image(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.attempts) == ("failed", MOST_ATTEMPTS)
    assert generation.finished_at is not None


def test_an_engines_refusal_reaches_the_person_in_its_words(generation: Generation, settings: Settings) -> None:
    settings.IMAGE_ENGINE = HERE + "RefusingPainter"
    generate_image(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.reason) == ("refused", "This engine draws no lighthouses.")


def test_the_sweep_finds_a_request_whose_nudge_was_lost(generation: Generation) -> None:
    assert unfinished_generations() == []
    Generation.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert unfinished_generations() == [generation.pk]


def test_only_an_admitted_account_may_ask_and_only_so_often(account: Account, settings: Settings) -> None:
    stranger = Account.objects.create(username="stranger")
    Profile.objects.create(account=stranger)
    with pytest.raises(NotAllowed) as refused:
        request_generation(account_id=stranger.pk, prompt="a lake")
    assert refused.value.code == "personhood_required"
    with pytest.raises(Problem, match="from 256 to 1024"):
        request_generation(account_id=account.pk, prompt="a lake", width=20_000)
    settings.GENERATIONS_PER_HOUR = 7
    for _ in range(5):
        request_generation(account_id=account.pk, prompt="a lake")
    with pytest.raises(TooMany, match="at most 5 can wait"):
        request_generation(account_id=account.pk, prompt="a lake")
    Generation.objects.update(state="done")
    for _ in range(2):
        request_generation(account_id=account.pk, prompt="a lake")
    with pytest.raises(TooMany, match="7 images an hour"):
        request_generation(account_id=account.pk, prompt="a lake")


def test_images_are_claimed_once_by_their_owner_and_give_the_least_label(
    account: Account, generation: Generation
) -> None:
    generate_image(generation.pk)
    made = MediaAttachment.objects.get()
    photo = MediaAttachment.objects.create(
        account=account, source="upload", file="p", content_type="image/jpeg", width=1, height=1, size=1, sha256=""
    )
    status = Status.objects.create(account=account, text="look")
    other = Account.objects.create(username="other")

    def claim(account_id: int, *media_ids: int) -> str:
        with transaction.atomic():
            return attach_media(account_id=account_id, media_ids=media_ids, status_id=status.pk)

    assert claim(account.pk) == "human"
    assert claim(account.pk, photo.pk) == "human"
    with pytest.raises(Problem, match="no unattached media"):
        claim(account.pk, photo.pk)
    with pytest.raises(Problem, match="no unattached media"):
        claim(other.pk, made.pk)
    with pytest.raises(Problem, match="more than 4"):
        claim(account.pk, 1, 2, 3, 4, 5)
    assert claim(account.pk, made.pk) == "assisted"
    assert set(status.media.all()) == {photo, made}
