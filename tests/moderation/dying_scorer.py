"""Settings for a process that is killed in the middle of its second batch of scoring, as a worker may be."""

import os
import signal
from collections.abc import Sequence

from config.settings import *  # noqa: F403
from moderation.engines.ebm import ExplainableBoostingScorer
from moderation.engines.port import Likelihood

BOT_SCORER = "tests.moderation.dying_scorer.DyingScorer"


class DyingScorer(ExplainableBoostingScorer):
    """Scores one batch, and dies of SIGKILL at the next."""

    batches = 0

    def score(self, rows: Sequence[Sequence[float]]) -> list[Likelihood]:
        self.batches += 1
        if self.batches == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().score(rows)
