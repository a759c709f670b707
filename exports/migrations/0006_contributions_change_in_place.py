from django.db import migrations

# An increment changes how many records many people have. With room on its page a row is changed there, and its indexes
# stay as they are (heap-only tuples).
ROOM = "alter table exports_contribution set (fillfactor = 70)"


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0005_one_index_for_each_lookup"),
    ]

    operations = [
        migrations.RunSQL(ROOM, "alter table exports_contribution reset (fillfactor)"),
    ]
