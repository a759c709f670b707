"""Whom a face is like: who is near in a case, the newcomer's codes while it is undecided, and who was told apart."""

from django.db import models
from pgvector.django import BitField

from identity.models.biometric import CODE_BITS
from identity.models.review import ReviewCase


class CaseCandidate(models.Model):
    """Somebody whom the newcomer may be. Kept while the case is undecided; reviewers know them by `number` alone."""

    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    distance = models.FloatField(help_text="share of differing bits, leading embedder")
    second_distance = models.FloatField(null=True, help_text="the same for the second opinion")
    capture = models.PositiveIntegerField(help_text="the capture of the case that it was measured with, from 1")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="a_candidate_once_in_a_case"),
            models.UniqueConstraint(fields=["case", "number"], name="one_number_for_each_candidate"),
        ]

    def __str__(self) -> str:
        return f"candidate {self.number} of case {self.case_id}"


class PendingCode(models.Model):
    """The newcomer's protected codes under one key epoch. Deleted with the decision or the deadline: never searched by
    anybody else's check, only compared with the enrolled when a reviewer admits.
    """

    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="codes", db_index=False)
    key_epoch = models.ForeignKey("identity.KeyEpoch", on_delete=models.PROTECT, related_name="pending_codes")
    leading = BitField(length=CODE_BITS)
    second = BitField(length=CODE_BITS)
    model = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key_epoch"], name="one_pending_code_for_each_key_epoch")
        ]

    def __str__(self) -> str:
        return f"pending code of case {self.case_id}, epoch {self.key_epoch_id}"


class DistinctPeople(models.Model):
    """Two people whom a reviewer told apart although their faces are close: each keeps the mark for their later checks.

    Nobody outside identity reads it, and nothing shows it: it would tell who is whose sibling.
    """

    class Relation(models.TextChoices):
        SIBLING = "sibling", "siblings or twins"
        DIFFERENT = "different", "different people"

    first = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    relation = models.CharField(max_length=10, choices=Relation)
    case = models.ForeignKey(ReviewCase, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_told_apart_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="a_pair_in_its_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.relation}"
