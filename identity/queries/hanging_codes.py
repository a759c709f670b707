"""Which face codes hang on a key epoch, in every table that stores some."""

from django.db.models import ForeignObjectRel, Model

from identity.models import KeyEpoch


def tables_of_codes() -> list[type[Model]]:
    """Every model with a foreign key to KeyEpoch: a table of codes that is added later is counted and erased too."""
    fields = KeyEpoch._meta.get_fields(include_hidden=True)
    return [field.related_model for field in fields if isinstance(field, ForeignObjectRel) and field.one_to_many]


def codes_on(epoch: int) -> int:
    """Number of codes that were made with the keys of this epoch."""
    return sum(table._default_manager.filter(key_epoch=epoch).count() for table in tables_of_codes())


def has_codes(epoch: int) -> bool:
    """Whether there is one at least."""
    return any(table._default_manager.filter(key_epoch=epoch).exists() for table in tables_of_codes())
