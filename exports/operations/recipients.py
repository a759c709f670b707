"""Register who receives training data, and say what each receives."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from allauth.idp.oidc.models import Client
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.problems import Conflict, NotFound, Problem
from exports.engines.filters import Filter, FilterError
from exports.models import Dataset, Recipient
from exports.operations.permissions import require_operator
from exports.queries.shapes import SHAPES

LONGEST_NAME = 200
LONGEST_DATASET_NAME = 100
SCOPE = "export:read"


@dataclass(frozen=True)
class Registration:
    """A new recipient; its client secret is shown here once and kept only as a hash."""

    recipient: Recipient
    client_id: str
    client_secret: str


def register_recipient(*, operator_id: int, name: str, contact: str, terms_version: str) -> Registration:
    """Register a team that has accepted the terms, with an OAuth client for its programs. Raises Problem."""
    require_operator(operator_id, "exports.add_recipient")
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Problem(f"A recipient's name has 1 to {LONGEST_NAME} characters.", field="name", limit=LONGEST_NAME)
    if not 1 <= len(terms_version) <= 20:
        raise Problem("Name the version of the terms that the recipient has accepted.", field="terms_version", limit=20)
    try:
        validate_email(contact)
    except ValidationError as error:
        raise Problem("The contact is an e-mail address.", field="contact") from error
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            client = Client(name=name[:100], type=Client.Type.CONFIDENTIAL)
            client.set_scopes([SCOPE])
            client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
            client.set_secret(secret)
            client.save()
            recipient = Recipient.objects.create(
                name=name,
                contact=contact,
                terms_version=terms_version,
                terms_accepted_at=timezone.now(),
                pseudonym_key_id=secrets.token_hex(16),
                oauth_client_id=client.pk,
            )
    except IntegrityError as error:
        raise Conflict("There is a recipient of that name.", field="name") from error
    return Registration(recipient=recipient, client_id=client.pk, client_secret=secret)


def create_dataset(
    *,
    operator_id: int,
    recipient_id: int,
    purpose: str,
    name: str = "",
    filter: Mapping[str, object] | None = None,
) -> Dataset:
    """Say that a recipient receives what people agreed to for `purpose`; its name is the purpose if none is given.

    Raises Problem.
    """
    require_operator(operator_id, "exports.add_dataset")
    shape = SHAPES.get(purpose)
    if shape is None:
        raise Problem(f"Datasets can be made for: {', '.join(SHAPES)}.", field="purpose")
    name = name.strip() or purpose
    if len(name) > LONGEST_DATASET_NAME or "\0" in name:
        raise Problem(
            f"A dataset's name has 1 to {LONGEST_DATASET_NAME} characters.", field="name", limit=LONGEST_DATASET_NAME
        )
    try:
        chosen = Filter.from_json(filter or {})
    except FilterError as error:
        raise Problem(str(error), field=error.field) from error
    if not Recipient.objects.filter(pk=recipient_id, active=True).exists():
        raise NotFound("There is no such recipient.")
    try:
        with transaction.atomic():
            return Dataset.objects.create(
                recipient_id=recipient_id,
                purpose=purpose,
                name=name,
                filter=chosen.as_json(),
                schema_version=shape.schema_version,
            )
    except IntegrityError as error:
        raise Conflict("This recipient has a dataset of that name.", field="name") from error
