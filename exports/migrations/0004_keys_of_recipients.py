import common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0003_published_statistics_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecipientKey",
            fields=[
                ("id", common.ids.TimestampIdField(serialize=False)),
                (
                    "oauth_client_id",
                    models.CharField(help_text="whose app-only tokens read for it", max_length=100, unique=True),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, help_text="opens nothing from then on", null=True),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="exports.recipient"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            "insert into exports_recipientkey (oauth_client_id, at, recipient_id)"
            " select oauth_client_id, at, id from exports_recipient",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="recipient",
            name="oauth_client_id",
        ),
    ]
