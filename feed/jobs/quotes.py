"""Ties a status to the one that it quotes, and lets go of it again.

What is quoted is locked before what quotes it, as everywhere (see `feed.jobs.reblogs`).
"""

from common.problems import NotFound
from feed.jobs.counts import count
from feed.jobs.notices import notify
from feed.jobs.reblogs import locked
from feed.models import Notice, Status
from feed.queries.quotes import ACCEPTED, DELETED


def hold_quoted(status_id: int, account_id: int) -> None:
    """Lock what an account's status quotes, before that status itself is locked."""
    quoting = Status.objects.filter(pk=status_id, account_id=account_id, quote_of__isnull=False)
    if quoted_id := quoting.values_list("quote_of_id", flat=True).first():
        Status.objects.select_for_update(no_key=True).filter(pk=quoted_id).first()


def attach_quote(status: Status, quoted: Status) -> None:
    """Let a new status quote another, in the transaction that makes it; the other's author is told. Raises NotFound."""
    if locked(quoted.pk) is None:
        raise NotFound("The post to quote was not found, or may not be quoted")
    status.quote_of, status.quote_state = quoted, ACCEPTED
    status.save(update_fields=["quote_of", "quote_state"])
    count(quoted.pk, "quotes_count", 1)
    if quoted.account_id != status.account_id:
        notify(
            [
                Notice(
                    account_id=quoted.account_id,
                    kind=Notice.Kind.QUOTE,
                    from_account_id=status.account_id,
                    status_id=status.pk,
                )
            ]
        )


def let_quotes_go(status: Status) -> None:
    """For a status that is deleted now: it quotes nothing any more, and those that quote it say that it is gone."""
    if status.quote_of_id and status.quote_state == ACCEPTED:
        count(status.quote_of_id, "quotes_count", -1)
    Status.objects.filter(quote_of=status, quote_state=ACCEPTED).update(quote_state=DELETED)
