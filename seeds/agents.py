"""Simulated people and spammers who act through the operations that everybody's requests go through.

They are admitted by the operator of a development machine, under a level that says so.
"""

import random
import time
from collections.abc import Sequence

from feed.operations.accounts import register
from feed.operations.follows import follow
from feed.operations.statuses import post_status
from identity.models import Account
from identity.operations.admission import admit_simulated
from seeds.phrases import advertised, said, template_of

OPERATOR = "seeds"


def join(*, username: str, password: str, operator: str = OPERATOR) -> Account:
    """A simulated account that may write. Raises NotAllowed outside development."""
    account = register(username=username, email="", password=password)
    admit_simulated(account_id=account.pk, operator=operator)
    return account


def person(
    *, username: str, password: str, follows: Sequence[int] = (), posts: int = 4, language: str = "en", seed: int = 1
) -> Account:
    """Somebody who follows a few and says a few different things. Within a demo nobody has time for more."""
    random_source = random.Random(f"{username}{seed}")
    account = join(username=username, password=password)
    for target_id in follows:
        follow(source_id=account.pk, target_id=target_id)
    for _ in range(posts):
        post_status(account_id=account.pk, text=said(random_source, language), language=language)
        time.sleep(random_source.lognormvariate(-3, 1))
    return account


def spammer(
    *,
    username: str,
    password: str,
    follows: Sequence[int] = (),
    posts: int = 25,
    pause: float = 0.2,
    language: str = "en",
    seed: int = 1,
) -> Account:
    """Somebody who posts one advertisement over and over, every `pause` seconds, with a word and a link changed."""
    random_source = random.Random(f"{username}{seed}")
    account = join(username=username, password=password)
    for target_id in follows:
        follow(source_id=account.pk, target_id=target_id)
    template = template_of(random_source, language)
    due = time.monotonic()
    for _ in range(posts):
        post_status(account_id=account.pk, text=advertised(random_source, template), language=language)
        due += pause
        time.sleep(max(0.0, due - time.monotonic()))
    return account
