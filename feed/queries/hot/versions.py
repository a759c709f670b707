"""Columns of a query that say which version of a row it has read."""

from typing import Any

from django.db.models import Func
from django.db.models.fields import BigIntegerField, TextField


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
