"""The operator's console. It reads rows and calls operations; nothing is edited in it."""

from exports.admin import datasets, recipients, records, releases

__all__ = ["datasets", "recipients", "records", "releases"]
