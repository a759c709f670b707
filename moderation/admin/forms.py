"""What a moderator fills in."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from moderation.models import Decision
from moderation.models.decision import LONGEST_FACTS, LONGEST_RULE, LONGEST_UNDO_REASON
from moderation.operations.statement import Statement
from moderation.queries.cases import CaseFile


def _choice(choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget)


class DateInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # unfold publishes no types
    input_type = "date"


class DecisionForm(forms.Form):
    """An effect and its statement of reasons."""

    effect = _choice(Decision.Effect.choices)
    status_ids = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="Statuses", widget=forms.CheckboxSelectMultiple
    )
    ground = _choice(Decision.Ground.choices)
    category = _choice(Decision.Category.choices)
    rule = forms.CharField(max_length=LONGEST_RULE, widget=UnfoldAdminTextInputWidget, label="Law or term, and why")
    facts = forms.CharField(max_length=LONGEST_FACTS, widget=UnfoldAdminTextareaWidget)
    content_type = _choice(Decision.ContentType.choices)
    content_date = forms.DateField(widget=DateInput)
    source = _choice(Decision.Source.choices)
    automated_detection = forms.BooleanField(
        required=False, widget=UnfoldBooleanWidget, label="A machine pointed it out"
    )
    automated_decision = _choice(Decision.Automation.choices)
    end_date = forms.DateField(required=False, widget=DateInput, help_text="empty: until undone")

    def __init__(self, *arguments: Any, file: CaseFile, **options: Any) -> None:
        super().__init__(*arguments, **options)
        statuses = self.fields["status_ids"]
        assert isinstance(statuses, forms.TypedMultipleChoiceField)  # noqa: S101  for the type checker
        statuses.choices = [(status.id, status.text[:200]) for status in file.statuses]
        self.initial.setdefault("content_date", file.statuses[-1].created_at.date() if file.statuses else None)

    def statement(self) -> Statement:
        """The statement of a form that is valid."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"effect", "status_ids"}}
        return Statement(**values)


class UndoForm(forms.Form):
    """Why a decision is taken back; the author reads it."""

    reason = forms.CharField(max_length=LONGEST_UNDO_REASON, widget=UnfoldAdminTextareaWidget)
