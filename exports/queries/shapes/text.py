"""Texts: what people posted, one record each."""

from collections.abc import Collection, Mapping

import pyarrow as pa

from exports.engines import plan
from exports.engines.columns import AUTHORS, RECORDS, SCHEMA_VERSION, STATUSES
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys
from exports.queries.shapes.port import Context, Fresh
from feed.queries.training import ConsentedStatus, consented_statuses


class Text:
    """Own posts of those who agreed to `training_text`."""

    purpose = "training_text"
    consents: tuple[str, ...] = ("training_text",)
    schema: pa.Schema = RECORDS
    schema_version = SCHEMA_VERSION
    state_schema: pa.Schema | None = None
    links: Mapping[str, str] = {}
    reads_single = True
    unread: tuple[str, ...] = ()
    rows_in_group: int | None = None

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        status_ids: Collection[int] | None,
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """One record for each status that passes."""
        statuses = list(consented_statuses(purpose=self.purpose, account_ids=authors.keys(), status_ids=status_ids))
        subjects = {keys.opaque("status", status.id): status.id for status in statuses}
        found = plan.records(
            statuses=_statuses_table(statuses),
            authors=_authors_table(statuses, authors, keys),
            opaque_id=lambda status_id: keys.opaque("status", status_id),
        )
        return Fresh(records=found, subjects=subjects)

    def entangled(self, *, account_ids: Collection[int], status_ids: Collection[int]) -> set[int]:
        """Nobody: the build follows links itself."""
        return set()

    def settle(self, *, filter: Filter, rest: pa.Table, left: pa.Table, came: pa.Table) -> Mapping[int, str | None]:
        """No text is dropped because of another."""
        return {}


def _statuses_table(statuses: list[ConsentedStatus]) -> pa.Table:
    rows = [
        {
            "id": status.id,
            "account_id": status.author.account_id,
            "text": status.text,
            "declared_language": status.language,
            "sensitive": status.sensitive,
            "made_by": status.made_by,
            "created": status.created_at.replace(minute=0, second=0, microsecond=0),
        }
        for status in statuses
    ]
    return pa.Table.from_pylist(rows, STATUSES)


def _authors_table(statuses: list[ConsentedStatus], pseudonyms: Mapping[int, str], keys: PseudonymKeys) -> pa.Table:
    rows = [
        {
            "account_id": author.account_id,
            "author": pseudonyms[author.account_id],
            "personhood_level": author.personhood_level,
            "personhood_method": author.personhood_method,
            "consent_receipt": keys.opaque("consent", author.consent_id),
            "policy_version": author.policy_version,
        }
        for author in {status.author for status in statuses}
    ]
    return pa.Table.from_pylist(rows, AUTHORS)
