"""The moderators' console. It reads rows and calls operations; nothing is edited in it."""

from moderation.admin import cases, records

__all__ = ["cases", "records"]
