"""Croissant's words: the context of its JSON-LD, and how a column is described."""

from typing import Any

import pyarrow as pa

# By how Arrow's name of a type begins.
TYPES = {
    "bool": "sc:Boolean",
    "timestamp": "sc:DateTime",
    "int": "sc:Integer",
    "uint": "sc:Integer",
    "float": "sc:Float",
    "double": "sc:Float",
}
# Croissant 1.0, appendix 1.
_TERMS = (
    "citeAs column conformsTo extract field fileProperty fileObject fileSet format includes isLiveDataset jsonPath key "
    "md5 parentField path recordSet references regex repeated replace separator source subField transform"
)
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
    "conformsTo": "dct:conformsTo",
}


def field_of(column: pa.Field) -> dict[str, Any]:
    """A column of the records."""
    kind, repeated = column.type, False
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        kind, repeated = kind.value_type, True
    return {
        "@type": "cr:Field",
        "@id": f"records/{column.name}",
        "name": column.name,
        "dataType": next((name for start, name in TYPES.items() if str(kind).startswith(start)), "sc:Text"),
        **({"repeated": True} if repeated else {}),
        "source": {"fileSet": {"@id": "files"}, "extract": {"column": column.name}},
    }
