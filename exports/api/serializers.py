"""Shapes of what goes in and out."""

from rest_framework import serializers

from exports.models import Dataset, Release


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    id = serializers.CharField()
    newest_release = serializers.IntegerField(allow_null=True, help_text="its number")

    class Meta:
        model = Dataset
        fields = ["id", "name", "purpose", "filter", "schema_version", "active", "newest_release"]


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    parent_number = serializers.IntegerField(source="parent.number", default=None)
    acknowledged_at = serializers.DateTimeField(source="acknowledgement.at", default=None)

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
            "acknowledged_at",
        ]


class FileSerializer(serializers.Serializer[object]):
    path = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    records = serializers.IntegerField()
    authors = serializers.IntegerField()
    since = serializers.IntegerField(help_text="number of the release that wrote it")
    bucket = serializers.IntegerField(
        allow_null=True, help_text="of authors: 0 to 63, 64 for records of any; null where it holds no records"
    )
    url = serializers.CharField(allow_null=True, help_text="signed; null for the data of a closed release")


class OneReleaseSerializer(ReleaseSerializer):
    url_seconds = serializers.IntegerField(help_text="for how long the signed addresses open")
    files = FileSerializer(many=True)

    class Meta(ReleaseSerializer.Meta):
        fields = [*ReleaseSerializer.Meta.fields, "url_seconds", "files"]


class ReleaseListSerializer(serializers.Serializer[object]):
    releases = ReleaseSerializer(many=True)
    next_since = serializers.IntegerField(allow_null=True)


class LimitsSerializer(serializers.Serializer[object]):
    requests_per_minute = serializers.IntegerField()
    bytes_per_day = serializers.IntegerField()
    bytes_today = serializers.IntegerField(help_text="since midnight UTC")


class DatasetListSerializer(serializers.Serializer[object]):
    datasets = DatasetSerializer(many=True)
    public_key = serializers.CharField(help_text="Ed25519, 64 hexadecimal digits; pin it")
    limits = LimitsSerializer()


class RetractionSerializer(serializers.Serializer[object]):
    record_id = serializers.CharField()
    reason = serializers.CharField()
    retracted_at = serializers.DateTimeField()
    release = serializers.IntegerField()


class RetractionListSerializer(serializers.Serializer[object]):
    retractions = RetractionSerializer(many=True)
    next_since = serializers.IntegerField(help_text="ask again with since set to this")
    next_offset = serializers.IntegerField(help_text="and offset to this: a release's rows may fill several pages")


class AcknowledgementSerializer(serializers.Serializer[object]):
    manifest_sha256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class TermsSerializer(serializers.Serializer[object]):
    version = serializers.CharField()
    text = serializers.CharField()
    text_sha256 = serializers.CharField()


class TermsListSerializer(serializers.Serializer[object]):
    terms = TermsSerializer(many=True)


class RecipientShareSerializer(serializers.Serializer[object]):
    recipient = serializers.CharField()
    purpose = serializers.CharField()
    dataset = serializers.CharField()
    region = serializers.CharField(help_text="ISO 3166 code of where the data is kept; empty where it is not known")
    releases = serializers.ListField(child=serializers.IntegerField(), help_text="given out now, with your records")
    records = serializers.IntegerField(
        allow_null=True, help_text="in the newest release; null where it did not count them"
    )
    first_downloaded_at = serializers.DateTimeField(allow_null=True)
    last_downloaded_at = serializers.DateTimeField(allow_null=True)
    removal_acknowledged_at = serializers.DateTimeField(allow_null=True)


class ShareSerializer(serializers.Serializer[object]):
    releases = serializers.IntegerField()
    recipients = serializers.IntegerField()
    records = serializers.IntegerField()
    sentence = serializers.CharField()
    by_recipient = RecipientShareSerializer(many=True)
