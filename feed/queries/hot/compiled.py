"""Django's querysets as the text of prepared statements."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Func, QuerySet
from django.db.models.fields import BigIntegerField, TextField
from psycopg import sql

PLACEHOLDER = re.compile("%%|%s")


class RowVersion(Func):
    """PostgreSQL's `xmin` of the row that a column belongs to: another number after each change of the row."""

    arity = 1
    output_field = BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]  # no template
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{column.rpartition('.')[0]}.xmin", parameters


class Versions(Func):
    """Several versions as one text; those of rows that are not there are left out."""

    function = "concat_ws"
    template = "%(function)s('.', %(expressions)s)"
    output_field = TextField()


def lateral(rows: QuerySet[Any, Any], columns: Mapping[int, str]) -> str:
    """The query's text with every parameter written out, and those in `columns` as columns of an outer query or as `$1`.

    The numbers that stand for them are ones that no row can have. Raises ValueError where one is left: the query would
    then ask about nobody, and a block would hide nothing.
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

    compiled = PLACEHOLDER.sub(written, text)
    if any(str(number) in compiled for number in columns):
        raise ValueError("A number that stands for a column is left in the compiled query.")
    return compiled
