"""Who is kept out of training, for those who decide on it. The gate has its own way to this."""

from feed.models import TrainingHold


def held_accounts(reason: str) -> set[int]:
    """Accounts that are held for one reason."""
    return set(TrainingHold.objects.filter(reason=reason).values_list("account_id", flat=True))
