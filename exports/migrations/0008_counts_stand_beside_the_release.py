from django.db import migrations, models

# How many records people have who have some is in the newest release's state, which its next build writes anew.
OLD_COUNTS = "update exports_contribution set records = null where until is null"
NO_COUNTS = "update exports_contribution set records = 0 where records is null"
# Rows do not change in place any more.
ROOM, NO_ROOM = (
    "alter table exports_contribution set (fillfactor = 70)",
    "alter table exports_contribution reset (fillfactor)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0007_the_gate_is_asked_of_all"),
    ]

    operations = [
        migrations.RemoveField(model_name="contribution", name="bucket"),
        migrations.AlterField(
            model_name="contribution",
            name="records",
            field=models.PositiveIntegerField(
                help_text="in the last of these releases; while there is none, the state of the newest release has the number",
                null=True,
            ),
        ),
        migrations.RunSQL(NO_ROOM, ROOM),
        migrations.RunSQL(OLD_COUNTS, NO_COUNTS),
    ]
