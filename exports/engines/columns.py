"""What a record is made of. A change here is a new schema version, and with it a full build of every dataset."""

import pyarrow as pa

from exports.engines.pii.port import FINDS

SCHEMA_VERSION = 2
HOUR = pa.timestamp("s", tz="UTC")

# What the plan is given: one row for each status that passed the gate. `language` and `language_score` are what was found
# when it was posted; where they are null the plan finds them.
STATUSES = pa.schema(
    [
        ("id", pa.int64()),
        ("account_id", pa.int64()),
        ("text", pa.large_string()),
        ("warning", pa.large_string()),
        ("language", pa.large_string()),
        ("language_score", pa.float32()),
        ("declared_language", pa.large_string()),
        ("sensitive", pa.bool_()),
        ("made_by", pa.large_string()),
        ("evidence", pa.large_string()),
        ("created", pa.timestamp("us", tz="UTC")),
        ("favourites", pa.int64()),
        ("reblogs", pa.int64()),
        ("replies", pa.int64()),
    ]
)

# Once for each author, not for each row.
AUTHORS = pa.schema(
    [
        ("account_id", pa.int64()),
        ("author", pa.large_string()),
        ("personhood_level", pa.large_string()),
        ("personhood_method", pa.large_string()),
        ("licence", pa.large_string()),
        ("consent_receipt", pa.large_string()),
        ("policy_version", pa.large_string()),
    ]
)

# What the gate said of an author, with their pseudonym: kept beside a release, so that it is asked of the same person again
# only when something happened.
CONSENTED = pa.schema(
    [
        ("account_id", pa.int64()),
        ("author", pa.large_string()),
        ("personhood_method", pa.large_string()),
        ("consent_id", pa.int64()),
        ("policy_version", pa.large_string()),
        ("unique_since", pa.timestamp("us", tz="UTC")),
        ("answers", pa.bool_()),
    ]
)

# Who wrote what was read, each once.
WRITERS = pa.schema([CONSENTED.field("account_id"), CONSENTED.field("author")])

# What a recipient gets. `created` is cut to the hour: to the millisecond it would be the public status id again. Links
# name records of the same dataset, and are null for what is not in it. Counts below ten are null, others are cut to a
# power of two: an exact count would find the status again.
RECORDS = pa.schema(
    [
        ("record_id", pa.large_string()),
        ("author", pa.large_string()),
        ("text", pa.large_string()),
        ("masked", FINDS),
        ("language", pa.large_string()),
        ("language_score", pa.float32()),
        ("declared_language", pa.large_string()),
        ("created", HOUR),
        ("sensitive", pa.bool_()),
        ("labels", pa.list_(pa.large_string())),
        ("made_by", pa.large_string()),
        ("evidence", pa.large_string()),
        ("personhood_level", pa.large_string()),
        ("personhood_method", pa.large_string()),
        ("in_reply_to", pa.large_string()),
        ("thread", pa.large_string()),
        ("licence", pa.large_string()),
        ("consent_receipt", pa.large_string()),
        ("policy_version", pa.large_string()),
        ("favourites", pa.int64()),
        ("reblogs", pa.int64()),
        ("replies", pa.int64()),
        ("quality", pa.float32()),
    ],
    metadata={"humankind.schema_version": str(SCHEMA_VERSION)},
)

# What the plan keeps of each text to tell its duplicates (`duplicates.py`): a hash of all of it, 32 hashes of 32 bits, keys
# of 8 bands, and two bits of each hash. There is no signature for a text that is too short, and all else is 0.
SKETCH = [("exact", pa.int64()), ("signature", pa.binary(128)), ("bands", pa.binary(32)), ("bits", pa.int64())]

# Which texts others push out: the filter's name, or null for one that stays.
SETTLED = pa.schema([("status_id", pa.int64()), ("reason", pa.large_string())])

RETRACTIONS = pa.schema(
    [
        ("record_id", pa.large_string()),
        ("reason", pa.large_string()),
        ("retracted_at", pa.timestamp("ms", tz="UTC")),
    ]
)
