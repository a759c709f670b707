"""Give a file to a recipient: within its limits, and never without a row that says so."""

from common import rate_limits
from common.problems import TooMany
from exports.models import Download, Recipient, Release
from exports.queries.recipients import bytes_today, seconds_to_midnight

ANSWERED_WITH_BYTES = (200, 206)


def spend_request(recipient: Recipient) -> rate_limits.Allowance:
    """Count one request of the recipient against its limit for the minute."""
    return rate_limits.spend("exports", who=f"recipient:{recipient.pk}", limit=recipient.requests_per_minute, minutes=1)


def note_download(*, recipient: Recipient, release: Release, path: str, status: int, size: int) -> Download:
    """Note that a file is given, before its first byte leaves. `size` is what was asked for, in bytes.

    Raises TooMany once the day's bytes are used up; the file that uses them up is given whole, however large it is.
    """
    size = size if status in ANSWERED_WITH_BYTES else 0
    if size and bytes_today(recipient) >= recipient.bytes_per_day:
        raise TooMany(
            f"The day's {recipient.bytes_per_day} bytes are used up; they begin anew at midnight UTC.",
            limit=recipient.bytes_per_day,
            more={"limited_by": "bytes_per_day", "retry_after": seconds_to_midnight()},
        )
    return Download.objects.create(recipient=recipient, release=release, path=path, bytes=size, status=status)
