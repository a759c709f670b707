"""What a record of an image is made of. A change here is a new schema version."""

import pyarrow as pa

from exports.engines.columns import HOUR
from exports.engines.pii.port import FINDS
from exports.engines.record_parts import IMAGE, MAKER, TEXT, schema_of

SCHEMA_VERSION = 1
# Terms under which a machine worked on what somebody else, or a camera, had made.
PARTLY = frozenset({"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})

IMAGES = schema_of(
    [
        ("record_id", TEXT),
        ("author", TEXT),
        ("image", IMAGE),
        ("sha256", TEXT),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("mime", TEXT),
        ("alt", TEXT),
        ("caption", TEXT),
        ("masked", FINDS),
        ("language", TEXT),
        ("language_score", pa.float32()),
        ("created", HOUR),
        ("sensitive", pa.bool_()),
        ("made_by", TEXT),
        ("evidence", TEXT),
        ("digital_source_type", TEXT),
        ("credentials", TEXT),
        *MAKER,
    ],
    version=SCHEMA_VERSION,
    features={"image": {"_type": "Image"}},
)


def image_label(*, generated: bool, source_type: str, declared: str, credentials: str) -> tuple[str, str]:
    """Who made the image, human, assisted or machine, and what that rests on.

    `c2pa`: credentials in these very bytes, signed by this network. `metadata`: what the upload said of itself before
    its metadata was removed. `declared`: its author's word (`declared`), or that they said nothing else.
    """
    if generated:
        return "machine", "c2pa" if credentials == "trusted" else "declared"
    if not source_type:
        return declared, "declared"
    # The author may have said more than the file did.
    made_by = "assisted" if source_type in PARTLY and declared != "machine" else "machine"
    return made_by, "metadata"
