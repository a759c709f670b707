"""Behaviour, for research on bots: one record for each account, of coarse figures and no text."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from exports.engines.behaviour_columns import BEHAVIOUR, FEATURES, SCHEMA_VERSION
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys
from exports.queries.shapes.plain import Gathered, Plain, dropped_by, maker_of
from exports.queries.shapes.port import Context, Fresh
from feed.queries.training import consented_authors
from moderation.queries.behaviour import behaviour_of

PURPOSE = "bot_research"


class BotFeatures(Plain):
    """Behaviour of those who agreed to `bot_research`."""

    purpose = PURPOSE
    consents: tuple[str, ...] = (PURPOSE,)
    schema: pa.Schema = BEHAVIOUR
    schema_version = SCHEMA_VERSION
    # Under the recipient's usual pseudonyms, a verdict on somebody could be joined with what they wrote.
    unlinked = True

    def made_with(self) -> dict[str, Any]:
        """No engine: there is no text in it, and no picture."""
        return {}

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """One record for each of these accounts that was ever scored."""
        gathered = Gathered(BEHAVIOUR)
        agreed = consented_authors(purpose=self.purpose, account_ids=authors.keys())
        behaviours = behaviour_of(agreed.keys())
        for account_id, author in agreed.items():
            gathered.funnel["considered"] += 1
            behaviour = behaviours.get(account_id)
            dropped = dropped_by(filter, author=author, created_at=None, made_by=None, language=None)
            if dropped or behaviour is None:
                gathered.funnel[dropped or "never_scored"] += 1
                continue
            record = {
                "record_id": keys.opaque("behaviour", account_id),
                "author": authors[account_id],
                **{name: behaviour.features.get(name) for name in FEATURES},
                "score": behaviour.score,
                "model_version": behaviour.model_version,
                "label": behaviour.label,
                **maker_of(author, keys, purpose=PURPOSE),
            }
            gathered.add(record, subject=account_id, rests_on=[(None, account_id)])
        return gathered.fresh()
