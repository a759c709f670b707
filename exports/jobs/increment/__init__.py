"""A release from its parent: only what changed is read, and only files in which something changed are written."""
