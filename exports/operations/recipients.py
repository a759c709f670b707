"""Register who receives training data, and say what each receives."""

import re
import secrets
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.problems import Conflict, NotFound, Problem
from exports.engines.filters import Filter, FilterError
from exports.models import Dataset, Recipient
from exports.operations.permissions import require_operator
from exports.operations.recipient_keys import Registration, issue_key
from exports.queries.shapes import SHAPES
from exports.queries.terms import all_terms, terms_of

LONGEST_NAME = 200
LONGEST_DATASET_NAME = 100
REGION = re.compile(r"[A-Z]{2}")


def register_recipient(
    *, operator_id: int, name: str, contact: str, terms_version: str, region: str = ""
) -> Registration:
    """Register a team that has accepted the terms, with a first key for its programs. Raises Problem.

    `region` is the ISO 3166 code of where the data is kept and used. The hash of the accepted text is kept with it.
    """
    require_operator(operator_id, "exports.add_recipient")
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or "\0" in name:
        raise Problem(f"A recipient's name has 1 to {LONGEST_NAME} characters.", field="name", limit=LONGEST_NAME)
    terms = terms_of(terms_version)
    if terms is None:
        versions = ", ".join(each.version for each in all_terms())
        raise Problem(f"Name the version of the terms that was accepted: {versions}.", field="terms_version")
    if region and not REGION.fullmatch(region):
        raise Problem("A region is an ISO 3166 code of two letters, such as DE.", field="region", limit=2)
    try:
        validate_email(contact)
    except ValidationError as error:
        raise Problem("The contact is an e-mail address.", field="contact") from error
    try:
        with transaction.atomic():
            recipient = Recipient.objects.create(
                name=name,
                contact=contact,
                region=region,
                terms_version=terms.version,
                terms_text_sha256=terms.text_sha256,
                terms_accepted_at=timezone.now(),
                pseudonym_key_id=secrets.token_hex(16),
            )
            return issue_key(recipient)
    except IntegrityError as error:
        raise Conflict("There is a recipient of that name.", field="name") from error


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
