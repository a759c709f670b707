import common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Download",
            fields=[
                ("id", common.ids.TimestampIdField(serialize=False)),
                ("path", models.CharField(max_length=200)),
                ("bytes", models.PositiveBigIntegerField(default=0, help_text="sent, without headers")),
                ("status", models.PositiveSmallIntegerField(help_text="of the HTTP answer")),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="PublishedStatistic",
            fields=[
                ("id", common.ids.TimestampIdField(serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("value", models.JSONField(help_text="with its noise; the figure without it is not kept")),
                ("period", models.DateField(help_text="its first day")),
                ("epsilon", models.DecimalField(decimal_places=5, max_digits=8)),
                ("sensitivity", models.PositiveIntegerField()),
                ("scale", models.FloatField()),
                ("mechanism", models.CharField(max_length=100)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="dataset",
            name="one_dataset_for_each_purpose",
        ),
        migrations.AddField(
            model_name="dataset",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dataset",
            name="filter",
            field=models.JSONField(blank=True, default=dict, help_text="keys of exports.engines.filters.Filter"),
        ),
        migrations.AddField(
            model_name="dataset",
            name="name",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="recipient",
            name="bytes_per_day",
            field=models.PositiveBigIntegerField(default=50000000000),
        ),
        migrations.AddField(
            model_name="recipient",
            name="region",
            field=models.CharField(
                blank=True, help_text="ISO 3166 code of where the data is kept and used", max_length=2
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="requests_per_minute",
            field=models.PositiveIntegerField(default=120),
        ),
        migrations.AddField(
            model_name="recipient",
            name="suspended_at",
            field=models.DateTimeField(blank=True, help_text="given nothing since then", null=True),
        ),
        migrations.AddField(
            model_name="recipient",
            name="terms_text_sha256",
            field=models.CharField(blank=True, help_text="of the terms that were accepted", max_length=64),
        ),
        migrations.AddField(
            model_name="release",
            name="funnel",
            field=models.JSONField(
                default=dict, help_text="{filter: rows it dropped}, of what was read for this release"
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="statistics",
            field=models.JSONField(default=dict, help_text="as in the release's statistics.json"),
        ),
        migrations.RunSQL("update exports_dataset set name = purpose where name = ''", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.UniqueConstraint(fields=("recipient", "name"), name="one_dataset_of_each_name"),
        ),
        migrations.AddField(
            model_name="download",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="exports.recipient"
            ),
        ),
        migrations.AddField(
            model_name="download",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="exports.release"
            ),
        ),
        migrations.AddIndex(
            model_name="publishedstatistic",
            index=models.Index(fields=["-at"], name="published_statistics_by_time"),
        ),
        migrations.AddConstraint(
            model_name="publishedstatistic",
            constraint=models.UniqueConstraint(fields=("name", "period"), name="statistic_published_once"),
        ),
        migrations.AddConstraint(
            model_name="publishedstatistic",
            constraint=models.CheckConstraint(condition=models.Q(("epsilon__gt", 0)), name="every_statistic_costs"),
        ),
        migrations.AddIndex(
            model_name="download",
            index=models.Index(fields=["recipient", "-at"], name="downloads_of_recipient"),
        ),
    ]
