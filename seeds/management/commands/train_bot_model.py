"""`manage.py train_bot_model`: the bot likelihood model, from the simulated agents."""

import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser

from moderation.engines.ebm import MODEL_FILE, ExplainableBoostingScorer
from moderation.engines.ebm_training import area_under_curve, shares_above, threshold_at, train
from moderation.engines.features import NAMES, measure
from seeds.simulated_activity import NOW, Simulated, simulated_accounts

HELD_OUT_SEED = 2
AGES = ((7, "under a week"), (30, "under a month"), (365, "under a year"))
FALSE_POSITIVE_RATE = 0.01


class Command(BaseCommand):
    help = "Train the bot likelihood model on simulated agents and write it with its figures on held-out ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", type=int, default=6000, help="simulated accounts to train on")
        parser.add_argument("--output", type=Path, default=MODEL_FILE)

    def handle(self, *arguments: Any, **options: Any) -> None:
        seen = simulated_accounts(count=options["accounts"], seed=1)
        unseen = simulated_accounts(count=max(1000, options["accounts"] // 2), seed=HELD_OUT_SEED)
        model = train([measure(each.activity, now=NOW) for each in seen], [int(each.is_bot) for each in seen])
        content = {
            "version": f"ebm-simulated-{len(seen)}-1",
            "trained_on": f"{len(seen)} simulated accounts of seeds/simulated_activity.py, half of them bots, seed 1",
            "features": list(NAMES),
            "figures": {},
            "model": model,
        }
        output: Path = options["output"]
        output.write_text(json.dumps(content))
        content["figures"] = figures(ExplainableBoostingScorer(output), unseen)
        output.write_text(json.dumps(content, indent=1) + "\n")
        self.stdout.write(json.dumps(content["figures"], indent=2))


def figures(scorer: ExplainableBoostingScorer, accounts: list[Simulated]) -> dict[str, Any]:
    """How the model does on accounts it never saw: by group, at the score that 1 % of all humans pass."""
    scores = [each.score for each in scorer.score([measure(account.activity, now=NOW) for account in accounts])]
    labels = [int(account.is_bot) for account in accounts]
    threshold = threshold_at(scores, labels, false_positive_rate=FALSE_POSITIVE_RATE)
    humans, bots = [not account.is_bot for account in accounts], [account.is_bot for account in accounts]

    def of_humans(groups: list[str]) -> dict[str, Any]:
        return dict(shares_above(scores, humans, groups, threshold=threshold))

    return {
        "held_out": f"{len(accounts)} simulated accounts, seed {HELD_OUT_SEED}",
        "area_under_curve": round(area_under_curve(scores, labels), 4),
        "threshold_that_1_percent_of_humans_pass": round(threshold, 4),
        "false_positives": {
            "by_account_age": of_humans([_age_group(account.account_age_days) for account in accounts]),
            "by_language": of_humans([account.language for account in accounts]),
            "by_credential": of_humans([account.activity.level for account in accounts]),
            "by_kind": of_humans([account.kind for account in accounts]),
        },
        "found": dict(shares_above(scores, bots, [account.kind for account in accounts], threshold=threshold)),
    }


def _age_group(days: float) -> str:
    return next((name for limit, name in AGES if days < limit), "a year or more")
