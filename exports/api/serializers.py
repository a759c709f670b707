"""Shapes of what goes in and out."""

from rest_framework import serializers

from exports.models import Dataset, Release


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    id = serializers.CharField()

    class Meta:
        model = Dataset
        fields = ["id", "purpose", "schema_version", "active"]


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    parent_number = serializers.IntegerField(source="parent.number", default=None)

    class Meta:
        model = Release
        fields = [
            "number",
            "parent_number",
            "state",
            "schema_version",
            "records",
            "authors",
            "added",
            "changed",
            "retracted",
            "size",
            "manifest_sha256",
            "published_at",
            "closed_at",
            "close_reason",
        ]


class ReleaseListSerializer(serializers.Serializer[object]):
    releases = ReleaseSerializer(many=True)


class DatasetListSerializer(serializers.Serializer[object]):
    datasets = DatasetSerializer(many=True)
    public_key = serializers.CharField(help_text="Ed25519, 64 hexadecimal digits; pin it")


class RetractionSerializer(serializers.Serializer[object]):
    record_id = serializers.CharField()
    reason = serializers.CharField()
    retracted_at = serializers.DateTimeField()
    release = serializers.IntegerField()


class RetractionListSerializer(serializers.Serializer[object]):
    retractions = RetractionSerializer(many=True)
    next_since = serializers.IntegerField(help_text="ask again with since set to this")


class AcknowledgementSerializer(serializers.Serializer[object]):
    manifest_sha256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class ShareSerializer(serializers.Serializer[object]):
    releases = serializers.IntegerField()
    recipients = serializers.IntegerField()
    records = serializers.IntegerField()
    sentence = serializers.CharField()
