"""What a record of a choice among generated images is made of. A change here is a new schema version."""

import pyarrow as pa

from exports.engines.columns import HOUR
from exports.engines.pii.port import FINDS
from exports.engines.record_parts import IMAGE, MAKER, TEXT, schema_of

SCHEMA_VERSION = 1

CANDIDATE = pa.struct(
    [
        ("candidate_id", TEXT),
        ("image", IMAGE),
        ("sha256", TEXT),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("mime", TEXT),
        ("engine", TEXT),
        ("digital_source_type", TEXT),
        ("credentials", TEXT),
    ]
)

CHOICES = schema_of(
    [
        ("record_id", TEXT),
        ("author", TEXT),
        ("prompt", TEXT),
        ("masked", FINDS),
        ("language", TEXT),
        ("language_score", pa.float32()),
        ("candidates", pa.list_(CANDIDATE)),
        ("chosen", TEXT),
        ("rejected", pa.list_(TEXT)),
        ("engines", pa.list_(TEXT)),
        ("created", HOUR),
        ("sensitive", pa.bool_()),
        ("made_by", TEXT),
        ("evidence", TEXT),
        *MAKER,
    ],
    version=SCHEMA_VERSION,
)
