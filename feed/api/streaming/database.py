"""The only way from here to the database: two threads for a whole process, and no connection held between two looks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection

THREADS = 2

Given = ParamSpec("Given")
Found = TypeVar("Found")

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="streaming")


async def look(function: Callable[Given, Found], *arguments: Given.args, **options: Given.kwargs) -> Found:
    """Run a synchronous function that reads the database or Redis."""

    def looked() -> Found:
        try:
            return function(*arguments, **options)
        finally:
            connection.close()

    return await sync_to_async(looked, thread_sensitive=False, executor=_threads)()
