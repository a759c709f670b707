"""Parts that records of several kinds have in common."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

TEXT = pa.large_string()
# A picture as the `datasets` library stores one (its feature `Image`): the file's bytes, and a name for it.
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
# How the human behind a record was found, and the consent that it rests on.
MAKER = [
    ("personhood_level", TEXT),
    ("personhood_method", TEXT),
    ("licence", TEXT),
    ("consent_receipt", TEXT),
    ("policy_version", TEXT),
]

SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def schema_of(
    columns: list[tuple[str, pa.DataType]], *, version: int, features: Mapping[str, Any] | None = None
) -> pa.Schema:
    """The schema of a kind of record. `features` are those of `datasets` that no Arrow type says, such as images."""
    metadata = {"humankind.schema_version": str(version)}
    if features:
        metadata["huggingface"] = json.dumps({"info": {"features": features}})
    return pa.schema(columns, metadata=metadata)


def hour_of(moment: dt.datetime) -> dt.datetime:
    """Cut to the hour: to the millisecond it would be the public status id again."""
    return moment.replace(minute=0, second=0, microsecond=0)


def licence_of(purpose: str, policy_version: str) -> str:
    """SPDX's form for terms that are in no list of licences: those that the recipient signed, for records under this policy."""
    return f"LicenseRef-Humankind-{purpose.title().replace('_', '-')}-{policy_version}"


def file_name(record_id: str, content_type: str) -> str:
    """A name for a picture's file that says nothing of where it was stored."""
    return f"{record_id}.{SUFFIXES.get(content_type, 'bin')}"
