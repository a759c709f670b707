"""Filters of one's own: groups of keywords and statuses. They concern nobody else, so no personhood is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.jobs import stream
from feed.jobs.stream import Message, Place
from feed.models import Filter, FilterKeyword, FilterStatus
from feed.queries.filters import filter_of, filter_status_of, keep_filters, keyword_of, keywords_of
from feed.queries.statuses import status_for
from identity.models import Account

CONTEXTS = ("home", "notifications", "public", "thread", "account")
MOST_FILTERS = 200
MOST_KEYWORDS = 1000
MOST_STATUSES = 1000
LONGEST_TITLE = 256
LONGEST_KEYWORD = 512
LONGEST_EXPIRY = timedelta(days=36_500)
FILTERS_CHANGED = "filters_changed"
SEVERAL_KEYWORDS = (
    "These parameters cannot be changed from this application because they apply to more than one filter keyword. "
    "Use a more recent application or the web interface."
)


@dataclass(frozen=True, slots=True)
class KeywordChange:
    """A keyword to be made, or with an `id` to be changed or removed; None leaves a value as it is."""

    keyword: str | None = None
    whole_word: bool | None = None
    id: int | None = None
    remove: bool = False


def create_filter(*, account_id: int, keywords: Sequence[KeywordChange] = (), **values: Any) -> Filter:
    """A new filter of `title`, `contexts`, `action` and `expires_in` (seconds; None: for good). Raises Problem, NotFound."""
    with transaction.atomic():
        _hold(account_id)
        if Filter.objects.filter(account_id=account_id).count() >= MOST_FILTERS:
            raise Problem(f"Validation failed: at most {MOST_FILTERS} filters can be kept", limit=MOST_FILTERS)
        made = Filter(account_id=account_id)
        _assign(made, {"title": "", "contexts": (), **values})
        made.save()
        _change_keywords(made, keywords)
        _changed_later(account_id)
    return filter_of(account_id=account_id, filter_id=made.pk)


def update_filter(*, account_id: int, filter_id: int, keywords: Sequence[KeywordChange] = (), **values: Any) -> Filter:
    """Change what is given, as `create_filter` takes it. Raises NotFound, also for a keyword of another filter, Problem."""
    with transaction.atomic():
        _hold(account_id)
        found = filter_of(account_id=account_id, filter_id=filter_id)
        _assign(found, values)
        found.save()
        _change_keywords(found, keywords)
        _changed_later(account_id)
    return filter_of(account_id=account_id, filter_id=filter_id)


def delete_filter(*, account_id: int, filter_id: int) -> None:
    """Raises NotFound."""
    with transaction.atomic():
        filter_of(account_id=account_id, filter_id=filter_id).delete()
        _changed_later(account_id)


def add_keyword(*, account_id: int, filter_id: int, keyword: str, whole_word: bool | None) -> FilterKeyword:
    """Raises NotFound, Problem."""
    with transaction.atomic():
        _hold(account_id)
        found = filter_of(account_id=account_id, filter_id=filter_id)
        made = _make_keyword(found, KeywordChange(keyword=keyword, whole_word=whole_word))
        _changed_later(account_id)
    return made


def update_keyword(*, account_id: int, keyword_id: int, keyword: str | None, whole_word: bool | None) -> FilterKeyword:
    """Raises NotFound, Problem."""
    with transaction.atomic():
        found = keyword_of(account_id=account_id, keyword_id=keyword_id)
        _set_keyword(found, KeywordChange(keyword=keyword, whole_word=whole_word))
        _changed_later(account_id)
    return found


def delete_keyword(*, account_id: int, keyword_id: int) -> None:
    """Raises NotFound."""
    with transaction.atomic():
        keyword_of(account_id=account_id, keyword_id=keyword_id).delete()
        _changed_later(account_id)


def add_status(*, account_id: int, filter_id: int, status_id: int) -> FilterStatus:
    """Have a filter match one status. Raises NotFound, also for a status that the account may not see, Problem."""
    with transaction.atomic():
        _hold(account_id)
        found = filter_of(account_id=account_id, filter_id=filter_id)
        status = status_for(status_id=status_id, viewer_id=account_id)
        if FilterStatus.objects.filter(filter=found, status=status).exists():
            raise Problem("Validation failed: Status has already been taken", code="taken")
        if FilterStatus.objects.filter(filter__account_id=account_id).count() >= MOST_STATUSES:
            raise Problem(f"Validation failed: filters name at most {MOST_STATUSES} statuses", limit=MOST_STATUSES)
        made = FilterStatus.objects.create(filter=found, status=status)
        _changed_later(account_id)
    return made


def remove_status(*, account_id: int, entry_id: int) -> FilterStatus:
    """Raises NotFound."""
    with transaction.atomic():
        found = filter_status_of(account_id=account_id, entry_id=entry_id)
        FilterStatus.objects.filter(pk=found.pk).delete()
        _changed_later(account_id)
    return found


def create_old_filter(*, account_id: int, phrase: str, whole_word: bool | None, **values: Any) -> FilterKeyword:
    """A filter of one keyword, as the first version of the API knows it. Raises Problem."""
    change = KeywordChange(keyword=phrase, whole_word=whole_word)
    made = create_filter(account_id=account_id, keywords=[change], **{**values, "title": phrase[:LONGEST_TITLE]})
    keyword: FilterKeyword = keywords_of(account_id).filter(filter=made).get()
    return keyword


def update_old_filter(
    *, account_id: int, keyword_id: int, phrase: str | None, whole_word: bool | None, **values: Any
) -> FilterKeyword:
    """Change a keyword and, where it is its filter's only one, the filter. Raises NotFound, Problem."""
    with transaction.atomic():
        _hold(account_id)
        found = keyword_of(account_id=account_id, keyword_id=keyword_id)
        _set_keyword(found, KeywordChange(keyword=phrase, whole_word=whole_word))
        row = found.filter
        before = (row.title, row.contexts, row.action, row.expires_at)
        _assign(row, values if phrase is None else {**values, "title": phrase[:LONGEST_TITLE]})
        if (row.title, row.contexts, row.action, row.expires_at) != before:
            if row.keywords.count() > 1:
                raise Problem(SEVERAL_KEYWORDS)
            row.save()
        _changed_later(account_id)
    return found


def _hold(account_id: int) -> None:
    """One change at a time, so that what is counted stays true."""
    Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()


def _changed_later(account_id: int) -> None:
    after_commit(keep_filters, account_id)
    after_commit(stream.tell_accounts, [account_id], Message(FILTERS_CHANGED, Place.ACCOUNT))


def _assign(row: Filter, values: Mapping[str, Any]) -> None:
    faults = []
    if "title" in values:
        row.title = values["title"].strip()
        if not row.title:
            faults.append("Title can't be blank")
        elif len(row.title) > LONGEST_TITLE:
            faults.append(f"Title is too long (maximum is {LONGEST_TITLE} characters)")
    if "contexts" in values:
        row.contexts = [one for one in dict.fromkeys(word.strip() for word in values["contexts"]) if one]
        if not row.contexts:
            faults.append("Context can't be blank")
        if not row.contexts or set(row.contexts) - set(CONTEXTS):
            faults.append("Context None or invalid context supplied")
    if values.get("action") is not None:
        row.action = values["action"]
        if row.action not in Filter.Action.values:
            faults.append("Filter action is not one of warn, hide, blur")
    if "expires_in" in values:
        seconds = values["expires_in"]
        if seconds is not None and not 0 <= seconds <= LONGEST_EXPIRY.total_seconds():
            faults.append("Expires in is a number of seconds, of 100 years at most")
        else:
            row.expires_at = None if seconds is None else timezone.now() + timedelta(seconds=seconds)
    if faults:
        raise Problem(f"Validation failed: {', '.join(faults)}")


def _change_keywords(row: Filter, changes: Sequence[KeywordChange]) -> None:
    for change in changes:
        if change.id is None:
            # As in Mastodon, an entry that says nothing makes nothing.
            if not change.remove and (change.keyword or change.whole_word is not None):
                _make_keyword(row, change)
            continue
        found = FilterKeyword.objects.filter(filter=row, pk=change.id).first()
        if found is None:
            raise NotFound("Record not found")
        if change.remove:
            found.delete()
        else:
            _set_keyword(found, change)


def _make_keyword(row: Filter, change: KeywordChange) -> FilterKeyword:
    if keywords_of(row.account_id).count() >= MOST_KEYWORDS:
        raise Problem(f"Validation failed: filters hold at most {MOST_KEYWORDS} keywords", limit=MOST_KEYWORDS)
    made = FilterKeyword(filter=row)
    _set_keyword(made, KeywordChange(keyword=change.keyword or "", whole_word=change.whole_word))
    return made


def _set_keyword(row: FilterKeyword, change: KeywordChange) -> None:
    if change.keyword is not None:
        row.keyword = change.keyword.strip()
        if not row.keyword:
            raise Problem("Validation failed: Keyword can't be blank", field="keyword")
        if len(row.keyword) > LONGEST_KEYWORD:
            sentence = f"Validation failed: Keyword is too long (maximum is {LONGEST_KEYWORD} characters)"
            raise Problem(sentence, field="keyword", limit=LONGEST_KEYWORD)
    if change.whole_word is not None:
        row.whole_word = change.whole_word
    row.save()
