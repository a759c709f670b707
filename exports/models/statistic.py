"""Figures that were published outside, each with what it cost in privacy."""

from django.db import models

from common.ids import TimestampIdField


class PublishedStatistic(models.Model):
    """One differentially private figure. The budget spent in a period is the sum of `epsilon` over it."""

    id = TimestampIdField()
    name = models.CharField(max_length=100)
    period = models.DateField(help_text="its first day")
    value = models.JSONField(help_text="with its noise; the figure without it is not kept")
    epsilon = models.DecimalField(max_digits=8, decimal_places=5)
    sensitivity = models.PositiveIntegerField()
    scale = models.FloatField()
    mechanism = models.CharField(max_length=100)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="published_statistics_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["name", "period"], name="statistic_published_once"),
            models.CheckConstraint(condition=models.Q(epsilon__gt=0), name="every_statistic_costs"),
        ]

    def __str__(self) -> str:
        return f"{self.name} at epsilon {self.epsilon}"
