"""What Daft's and polars' own expressions can do of the export's transformation, with nothing of ours."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from exports.engines import runner

# Rust's regular expressions look neither back nor ahead; there are no check digits.
MASKS = (
    ("HANDLE", r"(^|[\s(])@[A-Za-z0-9_]+(?:@[\w-]+(?:\.[\w-]+)+)?", "${1}[HANDLE]"),
    ("EMAIL", r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[EMAIL]"),
    ("IBAN", r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){3,7}(?:[ -]?[A-Z0-9]{1,3})?\b", "[IBAN]"),
    ("CARD", r"\b\d(?:[ -]?\d){12,18}\b", "[CARD]"),
    ("IP", r"\b(?:\d{1,3}\.){3}\d{1,3}\b", "[IP]"),
    ("PHONE", r"(?:\+|\b0)\d(?:[ ().\-/]{0,2}\d){6,14}\b", "[PHONE]"),
)
LETTERS = r"\pL"
AUTHOR = ("author", "personhood_level", "personhood_method", "licence", "consent_receipt", "policy_version")


def daft_work(*, near: bool) -> Callable[[pa.Table, pa.Table], int]:
    """Expressions of Daft; with `near` also MinHash sketches."""
    runner.use("native")
    import daft
    from daft import col
    from daft.functions import hash, minhash, normalize, regexp_count, regexp_replace, when

    def work(statuses: pa.Table, authors: pa.Table) -> int:
        text: Any = col("text")
        for _, pattern, token in MASKS:
            text = regexp_replace(text, pattern, token)
        rows = daft.from_arrow(statuses).join(daft.from_arrow(authors), on="account_id").with_column("text", text)
        made = {
            "record_id": hash(col("id"), seed=7),
            "exact": hash(col("text")),
            "letters": regexp_count(col("text"), LETTERS),
            "length": col("text").length(),
        }
        made |= {f"{name}_k": when(col(name) >= 10, col(name)) for name in ("favourites", "reblogs", "replies")}
        if near:
            plain = normalize(col("text"), remove_punct=True, lowercase=True, white_space=True)
            made["signature"] = minhash(plain, num_hashes=32, ngram_size=2, hash_function="xxhash3_64")
        kept = rows.with_columns(made).where((col("letters") >= 3) & (col("letters") >= col("length") * 0.25))
        return int(kept.sort("record_id").to_arrow().num_rows)

    return work


def polars_work() -> Callable[[pa.Table, pa.Table], int]:
    """Expressions of polars, lazily; it has no MinHash."""
    import polars as pl

    def work(statuses: pa.Table, authors: pa.Table) -> int:
        text = pl.col("text")
        for _, pattern, token in MASKS:
            text = text.str.replace_all(pattern, token)
        rows = pl.from_arrow(statuses).lazy().join(pl.from_arrow(authors).lazy(), on="account_id").with_columns(text)
        counts = ("favourites", "reblogs", "replies")
        made = (
            rows.with_columns(
                record_id=pl.col("id").hash(seed=7),
                letters=pl.col("text").str.count_matches(LETTERS),
                length=pl.col("text").str.len_chars(),
                **{f"{name}_k": pl.when(pl.col(name) >= 10).then(pl.col(name)) for name in counts},
            )
            .filter((pl.col("letters") >= 3) & (pl.col("letters") >= pl.col("length") * 0.25))
            .unique("text", keep="first", maintain_order=True)
            .sort("record_id")
        )
        return int(made.collect().to_arrow().num_rows)

    return work
