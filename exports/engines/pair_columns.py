"""What a record of a question and its answer is made of. A change here is a new schema version."""

import pyarrow as pa

from exports.engines.columns import HOUR
from exports.engines.pii.port import FINDS
from exports.engines.record_parts import MAKER, TEXT, schema_of

SCHEMA_VERSION = 1

PAIRS = schema_of(
    [
        ("record_id", TEXT),
        ("author", TEXT),
        ("prompt_id", TEXT),
        ("prompt_author", TEXT),
        ("prompt", TEXT),
        ("response", TEXT),
        ("masked", FINDS),
        ("prompt_language", TEXT),
        ("language", TEXT),
        ("language_score", pa.float32()),
        ("created", HOUR),
        ("sensitive", pa.bool_()),
        ("prompt_made_by", TEXT),
        ("made_by", TEXT),
        ("evidence", TEXT),
        ("favourites", pa.int64()),
        ("reblogs", pa.int64()),
        ("replies", pa.int64()),
        *MAKER,
        ("prompt_personhood_level", TEXT),
        ("prompt_personhood_method", TEXT),
        ("prompt_consent_receipt", TEXT),
        ("prompt_policy_version", TEXT),
    ],
    version=SCHEMA_VERSION,
)
