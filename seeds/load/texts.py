"""What simulated people say: words from the demo world's vocabulary, hashtags by a power law, names of those spoken to."""

import random

import numpy as np

from seeds.load.plan import NOBODY, Numbers, Plan
from seeds.phrases import LANGUAGES, WORDS, said

SENTENCES = 5_000
TAGS = 2_000
TAGGED_ONE_IN = 4
PREFIX = "load_"


def username(place: int) -> str:
    """What somebody is called."""
    return f"{PREFIX}{place}"


def tags() -> list[str]:
    """Hashtags, the most used first."""
    words = sorted({word.lower() for word in WORDS["en"] + WORDS["de"] if word.isalpha()})
    drawn = random.Random(1)
    pairs = dict.fromkeys(f"{drawn.choice(words)}{drawn.choice(words)}" for _ in range(2 * TAGS))
    return [*words, *pairs][:TAGS]


class Texts:
    """Text, language and hashtag of each status of a plan, the same for the same plan; reblogs say nothing."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        drawn = random.Random(2)
        self.languages = [drawn.choice(LANGUAGES) for _ in range(SENTENCES)]
        self.sentences = [said(drawn, language) for language in self.languages]
        self.tags = tags()
        weights = np.cumsum(1.0 / np.arange(1, len(self.tags) + 1))
        part = (plan.seeds % 65_536) / 65_536
        ranks = np.searchsorted(weights / weights[-1], part)
        tagged = (plan.seeds // 65_536 % TAGGED_ONE_IN == 0) & (plan.reblogged == NOBODY)
        self.tag: Numbers = np.where(tagged, ranks, NOBODY)
        self.sentence: Numbers = plan.seeds % SENTENCES

    def spoken_to(self) -> list[list[int]]:
        """Whom each status names: whoever it answers first, and perhaps somebody more; nobody names themselves."""
        author, parent, mentioned = (
            column.tolist() for column in (self.plan.author, self.plan.parent, self.plan.mentioned)
        )
        named: list[list[int]] = []
        for one, above, more in zip(author, parent, mentioned, strict=True):
            wanted = [author[above]] if above != NOBODY else []
            wanted += [more] if more != NOBODY else []
            named.append([each for each in dict.fromkeys(wanted) if each != one])
        return named

    def all(self, spoken_to: list[list[int]]) -> tuple[list[str], list[str]]:
        """Texts and languages, in the plan's order."""
        texts, languages = [], []
        for reblogged, names, sentence, tag in zip(
            self.plan.reblogged.tolist(), spoken_to, self.sentence.tolist(), self.tag.tolist(), strict=True
        ):
            if reblogged != NOBODY:
                texts.append("")
                languages.append("")
                continue
            words = [f"@{username(one)}" for one in names]
            words.append(self.sentences[sentence])
            words += [f"#{self.tags[tag]}"] if tag != NOBODY else []
            texts.append(" ".join(words))
            languages.append(self.languages[sentence])
        return texts, languages
