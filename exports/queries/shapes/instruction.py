"""Questions and answers: a status and a reply to it, one record for each reply, by two people who both agreed."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from exports.engines.engagement import suppressed
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys
from exports.engines.pair_columns import PAIRS, SCHEMA_VERSION
from exports.engines.record_parts import hour_of
from exports.engines.texts import Known, language_of, masked_together
from exports.queries.shapes.plain import Gathered, Plain, dropped_by, maker_of, masker, new_texts
from exports.queries.shapes.port import Context, Fresh
from feed.queries.training import ConsentedPair, answering_authors, consented_pairs

PURPOSE = "training_instruction"
ENGAGEMENT = ("favourites", "reblogs", "replies")


class Instruction(Plain):
    """Pairs of those who agreed to `training_instruction`; a pair is in the bucket of who answered."""

    purpose = PURPOSE
    consents: tuple[str, ...] = (PURPOSE,)
    schema: pa.Schema = PAIRS
    schema_version = SCHEMA_VERSION

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """One record for each answer that passes, with what it answers."""
        gathered = Gathered(PAIRS)
        pairs = list(consented_pairs(purpose=self.purpose, account_ids=authors.keys()))
        gathered.funnel["considered"] = len(pairs)
        known = masked_together(masker(), (said.text for pair in pairs for said in (pair.prompt, pair.response)))
        for pair in pairs:
            record = _record(pair, authors[pair.response.author.account_id], keys, known)
            if dropped := _dropped(pair, record, filter):
                gathered.funnel[dropped] += 1
                continue
            rests_on = [(said.id, said.author.account_id) for said in (pair.response, pair.prompt)]
            gathered.add(record, subject=pair.response.id, rests_on=rests_on)
        return gathered.fresh()

    def entangled(self, *, account_ids: Collection[int], status_ids: Collection[int]) -> set[int]:
        """Who answered them: the pair is in the answer's bucket and goes with the question."""
        return answering_authors(account_ids=account_ids, status_ids=status_ids)


def _record(pair: ConsentedPair, pseudonym: str, keys: PseudonymKeys, known: Known) -> dict[str, Any]:
    prompt, response, texts = pair.prompt, pair.response, new_texts(known)
    asked, answered = texts.masked(prompt.text), texts.masked(response.text)
    language, score = language_of(answered)
    counts = np.array([getattr(response, name) for name in ENGAGEMENT], np.int64)
    asker = maker_of(prompt.author, keys, purpose=PURPOSE)
    del asker["licence"]
    return {
        "record_id": keys.opaque("pair", response.id),
        "author": pseudonym,
        # Answers to one question have it in common.
        "prompt_id": keys.opaque("prompt", prompt.id),
        "prompt_author": keys.author(prompt.author.account_id),
        "prompt": asked,
        "response": answered,
        "masked": texts.finds(),
        "prompt_language": language_of(asked)[0],
        "language": language,
        "language_score": score,
        "created": hour_of(response.created_at),
        "sensitive": prompt.sensitive or response.sensitive,
        "prompt_made_by": prompt.made_by,
        "made_by": response.made_by,
        "evidence": "declared",
        **dict(zip(ENGAGEMENT, suppressed(counts).to_pylist(), strict=True)),
        **maker_of(response.author, keys, purpose=PURPOSE),
        **{f"prompt_{name}": value for name, value in asker.items()},
    }


def _dropped(pair: ConsentedPair, record: Mapping[str, Any], filter: Filter) -> str | None:
    """Both people and both texts must be what the filter takes; the time is the answer's."""
    if not pair.prompt.text.strip() or not pair.response.text.strip():
        return "no_text"
    for said, language in ((pair.prompt, record["prompt_language"]), (pair.response, record["language"])):
        dropped = dropped_by(
            filter,
            author=said.author,
            created_at=pair.response.created_at,
            made_by=said.made_by,
            language=language,
        )
        if dropped:
            return dropped
    return None
