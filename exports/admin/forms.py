"""What an operator fills in."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from exports.engines.filters import LABELS, LEVELS
from exports.models import Recipient
from exports.operations.recipient_keys import LONGEST_GRACE, MOST_BYTES, MOST_REQUESTS
from exports.operations.recipients import LONGEST_NAME
from exports.operations.releases import LONGEST_REASON
from exports.queries.shapes import SHAPES
from exports.queries.terms import all_terms

TEXT = UnfoldAdminTextInputWidget


class DateInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # unfold publishes no types
    input_type = "date"


class NumberInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # unfold publishes no types
    input_type = "number"


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class ReasonForm(forms.Form):
    """Why; the recipient reads it."""

    reason = forms.CharField(max_length=LONGEST_REASON, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class RecipientForm(forms.Form):
    """A team that has accepted the terms."""

    name = forms.CharField(max_length=LONGEST_NAME, widget=TEXT)
    contact = forms.EmailField(widget=TEXT, label="Contact (e-mail)")
    terms_version = forms.ChoiceField(widget=UnfoldAdminSelectWidget, label="Version of the terms that it accepted")
    region = forms.RegexField(
        r"\A([A-Z]{2})?\Z", required=False, widget=TEXT, help_text="ISO 3166 code of where the data is kept, such as DE"
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        versions = self.fields["terms_version"]
        assert isinstance(versions, forms.ChoiceField)  # noqa: S101  for the type checker
        versions.choices = [(terms.version, terms.version) for terms in reversed(all_terms())]


class LimitsForm(forms.Form):
    """How much a recipient may ask for."""

    requests_per_minute = forms.IntegerField(min_value=1, max_value=MOST_REQUESTS, widget=NumberInput)
    bytes_per_day = forms.IntegerField(min_value=1, max_value=MOST_BYTES, widget=NumberInput)


class RotationForm(forms.Form):
    """For how long today's keys open beside the new one."""

    grace_days = forms.IntegerField(
        min_value=0,
        max_value=LONGEST_GRACE.days,
        initial=7,
        widget=NumberInput,
        label="Days that today's keys still open",
    )


class DatasetForm(forms.Form):
    """A dataset and its filter; what is left empty takes everything."""

    recipient_id = forms.TypedChoiceField(coerce=int, label="Recipient", widget=UnfoldAdminSelectWidget)
    purpose = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    name = forms.CharField(max_length=100, required=False, widget=TEXT, help_text="empty: the purpose")
    languages = forms.CharField(
        max_length=600, required=False, widget=TEXT, help_text="ISO 639 codes, such as en, fi; empty: all"
    )
    since = forms.DateField(required=False, widget=DateInput, help_text="nothing older; empty: everything")
    made_by = forms.MultipleChoiceField(
        required=False,
        choices=[(label, label) for label in LABELS],
        widget=forms.CheckboxSelectMultiple,
        help_text="none: all",
    )
    minimum_level = forms.ChoiceField(
        choices=[(level, level) for level in LEVELS], widget=UnfoldAdminSelectWidget, label="Personhood, at least"
    )
    minimum_quality = forms.FloatField(
        min_value=0, max_value=1, required=False, widget=TEXT, help_text="0 to 1; empty: 0"
    )
    near_duplicates = forms.ChoiceField(
        choices=[("drop", "drop"), ("keep", "keep")], widget=UnfoldAdminSelectWidget, label="Near-duplicates"
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        recipients, purposes = self.fields["recipient_id"], self.fields["purpose"]
        assert isinstance(recipients, forms.TypedChoiceField) and isinstance(purposes, forms.ChoiceField)  # noqa: S101  for the type checker
        recipients.choices = list(Recipient.objects.filter(active=True).order_by("name").values_list("pk", "name"))
        purposes.choices = [(purpose, purpose) for purpose in SHAPES]

    def filter(self) -> dict[str, Any]:
        """The filter's JSON, of a form that is valid."""
        given = self.cleaned_data
        return {
            "languages": given["languages"].replace(",", " ").lower().split(),
            "since": given["since"].isoformat() if given["since"] else None,
            "made_by": given["made_by"],
            "minimum_level": given["minimum_level"],
            "minimum_quality": given["minimum_quality"] or 0.0,
            "near_duplicates": given["near_duplicates"],
        }
