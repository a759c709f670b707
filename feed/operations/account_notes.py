"""What somebody keeps in mind of an account; nobody else is shown it."""

from common.problems import NotFound, Problem
from feed.models import AccountNote, Profile

LONGEST_NOTE = 2000


def set_note(*, source_id: int, target_id: int, text: str) -> None:
    """Set the note, or delete it with an empty text. Raises NotFound, and Problem for more than 2,000 characters."""
    if not Profile.objects.filter(pk=target_id, account__is_active=True).exists():
        raise NotFound("Record not found")
    if "\0" in text:
        raise Problem("Validation failed: Comment may not hold a null character", field="comment")
    if len(text) > LONGEST_NOTE:
        raise Problem(
            f"Validation failed: Comment is too long (maximum is {LONGEST_NOTE} characters)",
            field="comment",
            limit=LONGEST_NOTE,
        )
    if not text.strip():
        AccountNote.objects.filter(source_id=source_id, target_id=target_id).delete()
        return
    AccountNote.objects.update_or_create(source_id=source_id, target_id=target_id, defaults={"text": text})
