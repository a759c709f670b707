"""The reads that clients make most, answered beside Django by the same rules (docs/decisions/0051-hot-reads.md)."""
