"""Ask for an image."""

from django.conf import settings
from django.db import transaction

from common.after_commit import after_commit
from common.problems import Problem, TooMany
from common.rate_limits import spend
from feed.engines.prompts import PromptRefusedError, clean
from feed.models import Generation
from feed.operations.accounts import require_may_write
from feed.queries.images import UNFINISHED
from feed.tasks import generate_image

SMALLEST_SIDE = 256
LARGEST_SIDE = 1024
MOST_WAITING = 5


def request_generation(*, account_id: int, prompt: str, width: int = 768, height: int = 768) -> Generation:
    """Queue one image. The prompt is kept as the engine will see it: one line, without directives.

    Raises NotAllowed (personhood, suspended), Problem (prompt, size), TooMany (an account's hourly limit, or too many unfinished).
    """
    require_may_write(account_id)
    try:
        cleaned = clean(prompt)
    except PromptRefusedError as refusal:
        raise Problem(str(refusal), code=refusal.code, field="prompt", limit=refusal.limit) from refusal
    for field, side in (("width", width), ("height", height)):
        if not SMALLEST_SIDE <= side <= LARGEST_SIDE:
            raise Problem(
                f"{field} is a number of pixels from {SMALLEST_SIDE} to {LARGEST_SIDE}.",
                field=field,
                limit=SMALLEST_SIDE if side < SMALLEST_SIDE else LARGEST_SIDE,
            )
    waiting = Generation.objects.filter(account_id=account_id, state__in=UNFINISHED).count()
    if waiting >= MOST_WAITING:
        raise TooMany(
            f"{waiting} images of yours are still being made; at most {MOST_WAITING} can wait at once.",
            limit=MOST_WAITING,
        )
    allowance = spend("generations", who=f"account:{account_id}", limit=settings.GENERATIONS_PER_HOUR, minutes=60)
    if allowance.exceeded:
        raise TooMany(
            f"{allowance.limit} images an hour can be made by one account.",
            limit=allowance.limit,
            more={"retry_after": allowance.seconds_left()},
        )
    with transaction.atomic():
        generation = Generation.objects.create(account_id=account_id, prompt=cleaned, width=width, height=height)
        # Without a broker the row waits for the sweep.
        after_commit(generate_image.delay, generation.pk)
    return generation
