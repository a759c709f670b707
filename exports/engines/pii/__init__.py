"""Personal data in texts: what is found, and the typed token that stands in its place.

`patterns` finds what has a form, `national_ids` the numbers that states give to people, `columnar` looks through millions
of texts so that Python sees only those that may hold something, `presidio` adds what has no form (names, places).
"""

from exports.engines.pii.patterns import mask

__all__ = ["mask"]
