"""Querysets as prepared statements: Django writes the text once, PostgreSQL plans it once for each connection.

For conditions that are long and asked often. To write such a query anew and to plan it
takes far longer than to run it (docs/decisions/0068-prepared-statements.md).
"""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from psycopg import sql

PLACEHOLDER = re.compile("%%|%s")
NEVER_BY_ITSELF = 1_000_000_000
# Stands for the viewer while a query is compiled: a number that no account has.
VIEWER = 9_111_111_111_111_111_111


def compiled(rows: QuerySet[Any, Any], columns: Mapping[int, str]) -> str:
    """The query's text with every parameter written out, and those in `columns` as `$1` or as columns of an outer query.

    The numbers that stand for them are ones that no row can have. Raises ValueError where one is left: the query would
    then ask about nobody, and a block would hide nothing. The query has to ask PostgreSQL for the time (`Now()`), as the
    text is kept.
    """
    text, given = rows.query.sql_with_params()
    parameters = iter(given)
    connection.ensure_connection()

    def written(match: re.Match[str]) -> str:
        if match.group() == "%%":
            return "%"
        value = next(parameters)
        if isinstance(value, int) and int(value) in columns:
            return columns[int(value)]
        return sql.Literal(value).as_string(connection.connection)

    made = PLACEHOLDER.sub(written, text)
    if any(str(number) in made for number in columns):
        raise ValueError("A number that stands for a column is left in the compiled query.")
    return made


def among(column: str, values: str) -> Q:
    """The condition that a column, quoted as in SQL, is one of an array that stands in the statement as written."""
    return Q(RawSQL(f"{column} = any({values})", [], output_field=BooleanField()))  # noqa: S611 (both are written in the code)


def rows_of(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of a statement with PostgreSQL's placeholders, which stays prepared on the connection.

    In the transaction that is open, if one is; counted among the connection's queries where these are counted. Raises
    what Django's own queries raise.
    """
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    connection.connection.prepare_threshold = NEVER_BY_ITSELF
    # Django's own cursors write the parameters into the text, and PostgreSQL would plan anew each time.
    # Nor does psycopg keep what it makes of a text as long as these: this cursor takes PostgreSQL's own placeholders.
    began = time.monotonic()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        rows = cursor.execute(statement, parameters, prepare=True, binary=True).fetchall()
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": f"{time.monotonic() - began:.3f}"})
    return rows
