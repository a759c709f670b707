"""What a moderator must say to decide: the statement of reasons, checked before anything is written."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from common.problems import Problem
from moderation.models import Decision
from moderation.models.decision import LONGEST_FACTS, LONGEST_RULE

Ground = Decision.Ground
Category = Decision.Category
ContentType = Decision.ContentType
Source = Decision.Source
Automation = Decision.Automation


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The fields of a statement of reasons: Regulation (EU) 2022/2065, article 17 (3)."""

    ground: str
    category: str
    rule: str
    facts: str
    content_type: str
    content_date: dt.date
    source: str
    automated_detection: bool
    automated_decision: str = Automation.NOT_AUTOMATED
    end_date: dt.date | None = None

    def check(self) -> None:
        """Raises Problem, naming the field, for what the statement may not say or leave out."""
        for name, choices in (
            ("ground", Ground),
            ("category", Category),
            ("content_type", ContentType),
            ("source", Source),
            ("automated_decision", Automation),
        ):
            if getattr(self, name) not in choices.values:
                raise Problem(f"{name} is one of {', '.join(choices.values)}.", field=name)
        for name, longest in (("rule", LONGEST_RULE), ("facts", LONGEST_FACTS)):
            text = getattr(self, name)
            if not text.strip() or len(text) > longest:
                raise Problem(f"{name} has 1 to {longest} characters.", field=name, limit=longest)
        today = timezone.now().date()
        if self.content_date > today:
            raise Problem("The content cannot be from a day to come.", field="content_date")
        if self.end_date is not None and self.end_date <= today:
            raise Problem("A decision ends on a later day than today, or not by itself.", field="end_date")
