"""What a record is made of. A change here is a new schema version, and with it a full build of every dataset."""

import pyarrow as pa

SCHEMA_VERSION = 1
HOUR = pa.timestamp("s", tz="UTC")

# What the plan is given: one row for each status that passed the gate.
STATUSES = pa.schema(
    [
        ("id", pa.int64()),
        ("account_id", pa.int64()),
        ("text", pa.large_string()),
        ("declared_language", pa.large_string()),
        ("sensitive", pa.bool_()),
        ("made_by", pa.large_string()),
        ("created", HOUR),
    ]
)

# Once for each author, not for each row.
AUTHORS = pa.schema(
    [
        ("account_id", pa.int64()),
        ("author", pa.large_string()),
        ("personhood_level", pa.large_string()),
        ("personhood_method", pa.large_string()),
        ("consent_receipt", pa.large_string()),
        ("policy_version", pa.large_string()),
    ]
)

# What a recipient gets. `created` is cut to the hour: to the millisecond it would be the public status id again.
RECORDS = pa.schema(
    [
        ("record_id", pa.large_string()),
        ("author", pa.large_string()),
        ("text", pa.large_string()),
        ("masked", pa.int32()),
        ("language", pa.large_string()),
        ("language_score", pa.float32()),
        ("declared_language", pa.large_string()),
        ("created", HOUR),
        ("sensitive", pa.bool_()),
        ("made_by", pa.large_string()),
        ("personhood_level", pa.large_string()),
        ("personhood_method", pa.large_string()),
        ("consent_receipt", pa.large_string()),
        ("policy_version", pa.large_string()),
    ],
    metadata={"humankind.schema_version": str(SCHEMA_VERSION)},
)

RETRACTIONS = pa.schema(
    [
        ("record_id", pa.large_string()),
        ("reason", pa.large_string()),
        ("retracted_at", pa.timestamp("ms", tz="UTC")),
    ]
)
