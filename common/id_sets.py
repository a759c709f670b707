"""Many ids in one statement."""

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Q, Value


def one_of(column: str, ids: Iterable[int], *, few: bool = False) -> Q:
    """The condition that `column` is one of the ids: one parameter, an array, however many there are.

    For `__in`, Django and psycopg write and read a parameter for each: of 20,000, that takes longer than the query. So
    does PostgreSQL's look at each of them for its plan; if they are `few` of all, it looks for each in the column's index.
    """
    opening, closing = ("any((select ", ")::bigint[])") if few else ("any(", ")")
    return Q(
        Func(
            F(column),
            Value(array_of(ids)),
            template=f"%(expressions)s::bigint[]{closing}",
            arg_joiner=f" = {opening}",
            output_field=BooleanField(),
        )
    )


def array_of(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL reads an array; psycopg would look at the type of each."""
    listed = tuple(numbers)
    # All at once: one by one takes twice as long.
    return f"{{{','.join(['%d'] * len(listed)) % listed}}}"
