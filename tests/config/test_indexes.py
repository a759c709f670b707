"""No column is indexed twice: at a million people each index is written with every row, and takes its share of memory."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Index, Model, Q, UniqueConstraint

OURS = ("common", "identity", "feed", "moderation", "exports")


def test_no_foreign_key_has_an_index_beside_one_that_begins_with_it() -> None:
    """A foreign key of Django's comes with an index; where a longer one begins with it, that one serves both."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    assert len(models) > 50
    double = [
        f"{model.__name__}.{field.name}: db_index=False, {first_columns(model)[field.name]} begins with it"
        for model in models
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and is_indexed(field) and field.name in first_columns(model)
    ]
    assert double == []


def is_indexed(field: "ForeignKey[Any, Any]") -> bool:
    """Whether it has an index of its own, as it has unless it says otherwise."""
    return not field.unique and bool(field.deconstruct()[3].get("db_index", True))


def first_columns(model: type[Model]) -> dict[str, str]:
    """The first column of each whole index, with its name; also of one that leaves out only where there is none."""
    found: dict[str, str] = {}
    for one in (*model._meta.constraints, *model._meta.indexes):
        if isinstance(one, UniqueConstraint | Index) and one.fields:
            first = one.fields[0].lstrip("-")
            if one.condition in (None, Q(**{f"{first}__isnull": False})):
                found[first] = one.name
    return found


@pytest.mark.django_db
def test_the_database_has_every_index_and_constraint_that_the_models_name() -> None:
    """Django drops whatever has the column of a foreign key alone where that loses its own index, partial ones too."""
    missing = []
    for model in (model for model in apps.get_models() if model._meta.app_label in OURS):
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
        missing += [
            f"{model.__name__}: {one.name}"
            for one in (*model._meta.constraints, *model._meta.indexes)
            if one.name not in there
        ]
    assert missing == []
