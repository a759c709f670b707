"""What ends a run, each with the status that the process exits with."""

from typing import ClassVar


class Failure(Exception):
    """A sentence for the person who ran the command."""

    exit_status: ClassVar[int] = 1


class Refused(Failure):
    """Something is not what was signed, or not what was expected. Nothing of it is kept."""

    exit_status = 1


class Misused(Failure):
    """The command was given too little, or what contradicts the folder."""

    exit_status = 2


class NotAllowed(Failure):
    """The server knows the caller and says no, or does not know it."""

    exit_status = 3


class Unreachable(Failure):
    """The server does not answer, answers nonsense, or asks to wait longer than was allowed."""

    exit_status = 4


class Busy(Failure):
    """Another run works in the folder."""

    exit_status = 5


class NotStored(Failure):
    """The disk is full, or the folder may not be written."""

    exit_status = 6


class Closed(Failure):
    """The server has closed the release that was being fetched; the list of releases has to be read again."""

    exit_status = 4
