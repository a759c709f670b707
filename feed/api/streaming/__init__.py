"""Mastodon's streaming API: one small ASGI application beside Django's (docs/decisions/0042-streaming.md)."""
