"""All that identity holds on one account, for its archive. Nothing of others: no candidates, no reviewers' names."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from allauth.idp.oidc.models import Token
from django.db.models import QuerySet

from common.archive import ArchivePart
from common.models import Event
from identity.models import (
    Account,
    AccountNotice,
    AgeDeclaration,
    Consent,
    Credential,
    Enrolment,
    ErasureReceipt,
    HeldCaptureView,
    Passkey,
    Person,
    PresenceDemand,
    Recovery,
    Referee,
    ReviewCase,
    Template,
    Vouch,
    WorldIdProof,
)
from identity.queries.receipts import sign_receipt

CONSENT = "consent-receipt+jwt"
MEASURED = ("gestures", "good_frames")


def identity_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written."""
    mine = {"account_id": account_id}
    account = Account.objects.filter(pk=account_id)
    yield ArchivePart(
        "account", "Your login.", _rows(account, "id", "username", "email", "date_joined", "last_login", "is_active")
    )
    ages = AgeDeclaration.objects.filter(**mine)
    yield ArchivePart(
        "age",
        "What you said of your age. No date of birth is kept.",
        _rows(ages, "region", "over", "met", "method", "at"),
    )
    yield ArchivePart(
        "consents", "Every consent that you gave or withdrew, each a signed receipt.", _consents(account_id)
    )
    credentials = Credential.objects.filter(**mine)
    shown: tuple[str, ...] = ("id", "kind", "level", "method", "issued_at", "expires_at", "ended_at", "end_reason")
    yield ArchivePart("credentials", "What shows that you are one living human.", _rows(credentials, *shown))
    yield ArchivePart(
        "person", "The record that ties your checks together.", _rows(Person.objects.filter(**mine), "id", "at")
    )
    yield ArchivePart("enrolments", "Your checks: what was asked, measured and decided.", _enrolments(account_id))
    reviews = ReviewCase.objects.filter(**mine)
    shown = (
        "number",
        "kind",
        "state",
        "outcome",
        "grounds",
        "statement",
        "reasons",
        "opened_at",
        "deadline",
        "decided_at",
    )
    yield ArchivePart("reviews", "Cases about you that people decided.", _rows(reviews, *shown))
    looks = HeldCaptureView.objects.filter(case__account_id=account_id)
    yield ArchivePart(
        "looks_at_pictures", "When a reviewer looked at pictures of yours.", _rows(looks, "case__number", "frame", "at")
    )
    erasures = ErasureReceipt.objects.filter(**mine)
    yield ArchivePart(
        "erasures",
        "Receipts of what was erased.",
        _rows(erasures, "id", "asked_by", "erased", "at", "rewritten_at", "jws"),
    )
    passkeys = Passkey.objects.filter(**mine)
    shown = ("id", "name", "aaguid", "transports", "backed_up", "created_at", "last_used_at", "revoked_at")
    yield ArchivePart("passkeys", "Your passkeys, without their keys.", _rows(passkeys, *shown))
    proofs = WorldIdProof.objects.filter(**mine)
    shown = ("id", "state", "code", "sentence", "submitted_at", "decided_at")
    yield ArchivePart("world_id", "Proofs of World ID that you handed in.", _rows(proofs, *shown))
    shown = ("id", "state", "started_at", "matched_at", "revert_until", "ended_at", "stopped_by")
    yield ArchivePart(
        "recoveries", "When somebody asked for this account by face.", _rows(Recovery.objects.filter(**mine), *shown)
    )
    roles = Referee.objects.filter(**mine)
    yield ArchivePart(
        "referee_roles",
        "When you were a referee.",
        _rows(roles, "trusted_since", "ended_at", "end_reason", "end_words"),
    )
    vouches = Vouch.objects.filter(signed_at__isnull=False, **mine)
    shown = ("id", "met_on", "place", "statement_version", "signed_at", "ended_at")
    yield ArchivePart("vouches", "That referees vouched for you; who they are is theirs.", _rows(vouches, *shown))
    demands = PresenceDemand.objects.filter(**mine)
    shown = ("asked_by", "reason", "asked_at", "deadline", "met_at", "met_by")
    yield ArchivePart("presence", "When you were asked to show that you are there.", _rows(demands, *shown))
    notices = AccountNotice.objects.filter(**mine)
    yield ArchivePart(
        "notices", "What you were told about this account.", _rows(notices, "kind", "data", "at", "mailed_at")
    )
    yield ArchivePart("applications", "Applications that you signed in to.", _applications(account_id))
    events = Event.objects.filter(**mine)
    yield ArchivePart("events", "The log of what you did.", _rows(events, "kind", "subject_id", "at", order="seq"))


def face_parts(account_id: int, *, with_codes: bool) -> Iterator[ArchivePart]:
    """That there are codes of the face, their model, key epoch and date; the codes themselves only `with_codes`."""
    about = "The protected codes of your face: which model, which key epoch, since when."
    if with_codes:
        about += (
            " With the codes themselves (1,024 bits each, base64), as you asked. Without our key they show no face."
        )
    yield ArchivePart("face_codes", about, _face_codes(account_id, with_codes=with_codes))


def _rows(rows: QuerySet[Any], *fields: str, order: str = "pk") -> Iterable[Mapping[str, Any]]:
    for row in rows.order_by(order).values(*fields).iterator(chunk_size=2000):
        yield {name: _shown(name, value) for name, value in row.items()}


def _shown(name: str, value: Any) -> Any:
    # Ids pass what a JSON number can hold exactly in a browser.
    return str(value) if name == "id" or name.endswith("_id") else getattr(value, "isoformat", lambda: value)()


def _consents(account_id: int) -> Iterable[Mapping[str, Any]]:
    fields = ("id", "purpose", "given", "policy_version", "text_sha256", "at")
    for row in _rows(Consent.objects.filter(account_id=account_id), *fields):
        claims = {"jti": row["id"], "sub": str(account_id), **{name: row[name] for name in fields[1:]}}
        yield {**row, "receipt": sign_receipt(claims, kind=CONSENT)}


def _enrolments(account_id: int) -> Iterable[Mapping[str, Any]]:
    fields = ("id", "purpose", "state", "challenge", "reasons", "evidence", "opened_at", "submitted_at", "decided_at")
    for row in _rows(Enrolment.objects.filter(account_id=account_id), *fields):
        # How near others were is about others.
        yield {**row, "evidence": {name: row["evidence"][name] for name in MEASURED if name in row["evidence"]}}


def _applications(account_id: int) -> Iterable[Mapping[str, Any]]:
    tokens = Token.objects.filter(user_id=account_id, type=Token.Type.ACCESS_TOKEN).select_related("client")
    for token in tokens.order_by("pk"):
        name = token.client.name if token.client else None
        yield {"application": name, "scopes": token.get_scopes(), "since": token.created_at.isoformat()}


def _face_codes(account_id: int, *, with_codes: bool) -> Iterable[Mapping[str, Any]]:
    for template in Template.objects.filter(person__account_id=account_id).select_related("second_opinion"):
        row = {"model": template.model, "key_epoch": template.key_epoch_id, "at": template.at.isoformat()}
        second = getattr(template, "second_opinion", None)
        if with_codes:
            row["code"] = _base64(template.code)
            row["second_opinion"] = _base64(second.code) if second else None
        yield row


def _base64(bits: Any) -> str:
    return base64.b64encode(int(str(bits), 2).to_bytes(len(str(bits)) // 8)).decode()
