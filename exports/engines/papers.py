"""The papers of a release: statistics, the data card that Hugging Face shows, and Croissant's description of the files.

Data card: huggingface.co/docs/hub/datasets-cards. Croissant 1.0: docs.mlcommons.org/croissant/docs/croissant-spec.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import pyarrow as pa

from exports.engines.croissant import CONTEXT, field_of

STATISTICS, CARD, CROISSANT = "statistics.json", "README.md", "croissant.json"
CARD_TEXT = Path(__file__).with_name("card.md")
# Hugging Face's classes of size, by their upper limits.
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
TASKS = {
    "training_text": ["text-generation"],
    "training_images": ["text-to-image", "image-to-text"],
    "training_instruction": ["question-answering", "text-generation"],
    "training_preferences": ["reinforcement-learning"],
    "bot_research": ["tabular-classification"],
}


@dataclass(frozen=True)
class Told:
    """What the papers tell of a release; `statistics` is what stands in its statistics.json, `made_with` in its manifest.

    `files` is {path: SHA-256} of the files of records.
    """

    dataset: str
    name: str
    purpose: str
    number: int
    published: str
    operator: str
    terms: str
    filter: Mapping[str, Any]
    statistics: Mapping[str, Any]
    made_with: Mapping[str, Any]
    schema: pa.Schema
    files: Mapping[str, str]

    @property
    def title(self) -> str:
        """As one line."""
        return f"{self.name}, release {self.number}"


def statistics_json(told: Told) -> bytes:
    """statistics.json."""
    return _json(told.statistics)


def card(told: Told) -> bytes:
    """README.md: YAML front matter, its values as JSON, which YAML takes; then what a reader has to know."""
    found = told.statistics
    languages = sorted(code for code in found["counts"].get("language", {}) if len(code) in (2, 3) and code != "und")
    front = {
        "pretty_name": told.title,
        "license": "other",
        "license_name": "humankind-training-terms",
        "license_link": told.terms,
        "language": languages,
        "size_categories": [next((name for limit, name in SIZES if found["records"] < limit), "n>1T")],
        "task_categories": TASKS.get(told.purpose, []),
        "language_creators": ["crowdsourced"],
        "source_datasets": ["original"],
        "tags": ["human-made", "consented", "croissant"],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/*.parquet"}]}],
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
    text = Template(CARD_TEXT.read_text()).substitute(
        {name: found[name] for name in ("records", "authors", "added", "changed", "retracted")},
        title=told.title,
        published=told.published,
        operator=told.operator,
        purpose=told.purpose,
        terms=told.terms,
        filter=", ".join(f"{key} {value}" for key, value in told.filter.items()) or "none",
        funnel="\n".join(f"| {name} | {rows} |" for name, rows in found["funnel"].items()) or "| nothing read | 0 |",
        engines=", ".join(_engine(part, said) for part, said in told.made_with.items()) or "none",
        columns="\n".join(f"| `{field.name}` | {field.type} |" for field in told.schema),
    )
    return ("---\n" + "\n".join(lines) + "\n---\n\n" + text).encode()


def croissant(told: Told) -> bytes:
    """croissant.json: JSON-LD that mlcroissant loads, with one set of records over all files."""
    objects: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": path,
            "name": path,
            "contentUrl": path,
            "encodingFormat": "application/x-parquet",
            "sha256": digest,
        }
        for path, digest in sorted(told.files.items())
    ]
    files: dict[str, Any] = {
        "@type": "cr:FileSet",
        "@id": "files",
        "name": "files",
        "encodingFormat": "application/x-parquet",
        "includes": "data/*.parquet",
    }
    records: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": "records",
        "name": "records",
        "key": {"@id": "records/record_id"},
        "field": [field_of(field) for field in told.schema],
    }
    return _json(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": f"humankind-{told.dataset}-{told.number}",
            "description": f"{told.title}: {told.statistics['records']} records of people who agreed to {told.purpose}.",
            "version": f"{told.number}.0.0",
            "datePublished": told.published,
            "license": told.terms,
            "url": told.operator,
            "creator": {"@type": "sc:Organization", "name": told.operator, "url": told.operator},
            "citeAs": f"{told.title}. {told.operator}, {told.published[:10]}.",
            "isLiveDataset": True,
            "distribution": [*objects, files],
            "recordSet": [records],
        }
    )


def _engine(part: str, said: Mapping[str, Any]) -> str:
    kinds = f" ({', '.join(said['kinds'])})" if said.get("kinds") else ""
    return f"{part} `{said['engine']}`{kinds}"


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"
