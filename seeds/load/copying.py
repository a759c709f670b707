"""Rows by COPY: the columns that differ are given, the others are what a new object of the model would hold."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import AutoField, Field, Model
from django.db.models.fields import NOT_PROVIDED

NULL = "\\N"
LINES_IN_A_WRITE = 10_000
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
Texts = Sequence[str]


def copy_rows(model: type[Model], columns: Mapping[str, Texts]) -> int:
    """Write rows; `columns` holds for each named field (`account_id` for a reference) one encoded text per row.

    Gives the number of rows. Raises ValueError where a column has no value of its own and none is given.
    """
    names, constants = list(columns), []
    for field in model._meta.concrete_fields:
        if field.column is None:
            continue
        made_there = isinstance(field, AutoField) or field.db_default is not NOT_PROVIDED
        if field.column not in columns and not made_there:
            names.append(field.column)
            constants.append(encoded(_default(field)))
    end = "\t".join(["", *constants]) + "\n"
    quoted = ", ".join(f'"{name}"' for name in names)
    number = len(next(iter(columns.values())))
    with (
        connection.cursor() as wrapped,
        wrapped.cursor.copy(f"copy {model._meta.db_table} ({quoted}) from stdin") as into,
    ):
        lines = map("\t".join, zip(*columns.values(), strict=True))
        for block in _blocks(lines):
            into.write((end.join(block) + end).encode())
    return number


def encoded(value: Any) -> str:
    """A value as COPY's text format writes it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (list, dict)):
        value = json.dumps(value)
    if isinstance(value, dt.datetime):
        value = value.isoformat()
    return str(value).translate(_ESCAPED)


def numbers(values: Iterable[int]) -> list[str]:
    """Whole numbers, from an array as well."""
    return list(map(str, values.tolist() if isinstance(values, np.ndarray) else values))


def instants(milliseconds: "np.ndarray[Any, np.dtype[np.int64]]") -> list[str]:
    """Times given in milliseconds since 1970."""
    return [f"{text}Z" for text in np.datetime_as_string(milliseconds.astype("datetime64[ms]")).tolist()]


def _default(field: "Field[Any, Any]") -> Any:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        raise ValueError(f"{field.model.__name__}.{field.name} has to be given.")
    value = field.get_default()
    if value is None and not field.null:
        raise ValueError(f"{field.model.__name__}.{field.name} has no default, and has to be given.")
    return value


def _blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(lines, LINES_IN_A_WRITE)):
        yield block
