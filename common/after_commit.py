"""What is done once a transaction has committed, and whose failure must not fail what was committed."""

from collections.abc import Callable
from typing import ParamSpec

from django.db import transaction

Given = ParamSpec("Given")


def after_commit(function: Callable[Given, object], *arguments: Given.args, **options: Given.kwargs) -> None:
    """Call `function` after the commit; its failure is logged and goes no further, and a sweep does what it left.

    Django logs a robust callback by its `__qualname__`, which a partial has not: without Redis it would fail over that,
    and a committed request be answered 500.
    """

    def nudge() -> None:
        function(*arguments, **options)

    transaction.on_commit(nudge, robust=True)
