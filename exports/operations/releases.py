"""Ask for a release, close one, and hear that one arrived."""

from django.db import transaction
from django.utils import timezone

from common.after_commit import after_commit
from common.problems import Conflict, NotFound, Problem
from exports.models import Acknowledgement, Dataset, Release
from exports.operations.permissions import require_operator
from exports.tasks import build_release

LONGEST_REASON = 200


def request_release(*, operator_id: int, dataset_id: int) -> Dataset:
    """Have a worker look now for whether a release is due. Raises NotFound.

    The message is a nudge: should it be lost, the sweep looks anyway.
    """
    require_operator(operator_id, "exports.add_release")
    dataset = Dataset.objects.filter(pk=dataset_id, active=True, recipient__active=True).first()
    if dataset is None:
        raise NotFound("There is no such active dataset.")
    after_commit(build_release.delay, dataset.pk)
    return dataset


def close_release(*, operator_id: int, release_id: int, reason: str) -> Release:
    """Stop giving out a release; its data is deleted after the grace time. Closing a closed one changes nothing."""
    require_operator(operator_id, "exports.change_release")
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Problem(f"A reason has 1 to {LONGEST_REASON} characters.", field="reason", limit=LONGEST_REASON)
    with transaction.atomic():
        release = Release.objects.select_for_update().filter(pk=release_id).first()
        if release is None or release.state == Release.State.BUILDING:
            raise NotFound("There is no such release.")
        if release.state == Release.State.PUBLISHED:
            release.state, release.closed_at, release.close_reason = Release.State.CLOSED, timezone.now(), reason
            release.save(update_fields=["state", "closed_at", "close_reason"])
    return release


def acknowledge_release(*, release: Release, manifest_sha256: str) -> Acknowledgement:
    """Note that the recipient holds the release. Raises Problem when it names another manifest; twice is once."""
    if manifest_sha256 != release.manifest_sha256:
        raise Conflict(
            f"The manifest of release {release.number} has another SHA-256.",
            field="manifest_sha256",
            code="other_manifest",
        )
    made, _ = Acknowledgement.objects.get_or_create(release=release, defaults={"manifest_sha256": manifest_sha256})
    return made
