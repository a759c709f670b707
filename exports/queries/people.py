"""How many records rest on a person: each release has it beside it, for everybody."""

import pyarrow.compute as pc

from exports.engines import folder, state
from exports.queries.releases import newest_release
from exports.queries.stores import store


def records_of(account_id: int, *, dataset_id: int) -> int | None:
    """Their number in the dataset's newest release; None where that release did not note it."""
    release = newest_release(dataset_id)
    if release is None or release.files_deleted_at is not None:
        return 0
    try:
        content = store().read(f"{folder.release_name(dataset_id, release.number)}/{folder.PEOPLE}")
    except FileNotFoundError:
        return None
    people = state.parsed(content)
    found = people["records"].filter(pc.equal(people["account_id"], account_id))
    return int(found[0].as_py()) if len(found) else 0
