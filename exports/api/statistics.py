"""What anybody may know of the training data."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.views import PublicView
from exports.api.documentation import described
from exports.queries import published


class PublishedSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    about = serializers.CharField()
    period = serializers.DateField(help_text="its first day")
    published_at = serializers.DateTimeField()
    values = serializers.DictField(child=serializers.IntegerField(), help_text="with noise")
    epsilon = serializers.FloatField(help_text="what this table costs everybody")
    sensitivity = serializers.IntegerField(help_text="the most by which one person can change all counts together")
    mechanism = serializers.CharField()
    scale = serializers.FloatField(help_text="of the noise")
    expected_error = serializers.FloatField(help_text="mean distance of a value from the true count")
    error_within_95 = serializers.IntegerField(help_text="not exceeded by nineteen of twenty values")


class BudgetSerializer(serializers.Serializer[object]):
    spent = serializers.FloatField(help_text="epsilon, in the last 365 days")
    per_year = serializers.FloatField(help_text="once it is spent, nothing more is published")


class StatisticsSerializer(serializers.Serializer[object]):
    statistics = PublishedSerializer(many=True)
    budget = BudgetSerializer()


class Statistics(PublicView):
    @described("statistics", responses=StatisticsSerializer)
    def get(self, request: Request) -> Response:
        """Who agrees to what, and what is there to train on: the newest published tables, with differential privacy."""
        body = {"statistics": published.newest_statistics(), "budget": published.budget()}
        return Response(StatisticsSerializer(body).data)
