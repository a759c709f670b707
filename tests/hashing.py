"""Passwords of tests cost little: most tests make accounts, few log in.

The algorithm is the one of production, so the running stack knows these passwords too, and hashes them anew at a login.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """A thousandth of the rounds."""

    iterations = 1000
