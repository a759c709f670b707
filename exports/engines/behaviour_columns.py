"""What a record of an account's behaviour is made of. No text, no time, no count. A change here is a new schema version."""

import pyarrow as pa

from exports.engines.record_parts import MAKER, TEXT, schema_of

SCHEMA_VERSION = 1
FEATURES = (
    "interval_entropy",
    "burstiness",
    "typical_interval",
    "near_duplicate_share",
    "link_share",
    "quiet_hours",
    "follow_back_share",
    "credential_level",
    "credential_age",
)

BEHAVIOUR = schema_of(
    [
        ("record_id", TEXT),
        ("author", TEXT),
        *((name, pa.float32()) for name in FEATURES),
        ("score", pa.float32()),
        ("model_version", TEXT),
        ("label", TEXT),
        *MAKER,
    ],
    version=SCHEMA_VERSION,
)
