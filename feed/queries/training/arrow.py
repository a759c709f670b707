"""Rows of PostgreSQL as Arrow tables, without making a Python object of each value."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
from django.db import connection
from django.db.models import QuerySet


def table_of(rows: "QuerySet[Any]", columns: Mapping[str, str], schema: pa.Schema) -> pa.Table:
    """The rows as a table with `schema`; `columns` says for each of its columns which field or annotation it is.

    By COPY in its CSV format, where an empty text and no value differ, on the connection and in the transaction that
    the rows would be read in.
    """
    asked = rows.order_by().values_list(*(columns[name] for name in schema.names))
    return copied(*asked.query.sql_with_params(), schema)


def copied(statement: str, parameters: Sequence[Any], schema: pa.Schema) -> pa.Table:
    """What a statement gives, its columns in the order of `schema`."""
    read = BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"copy ({statement}) to stdout (format csv)", parameters) as out,
    ):
        for block in out:
            read.write(block)
    if not read.tell():
        return schema.empty_table()
    read.seek(0)
    table: pa.Table = csv.read_csv(
        read,
        read_options=csv.ReadOptions(column_names=schema.names, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return table
