from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Statuses are written while the index is made.
    atomic = False

    dependencies = [
        ("feed", "0012_one_index_for_each_lookup"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="status",
            index=models.Index(
                fields=["id"],
                name="language_not_looked_for",
                condition=models.Q(found_language="", reblog_of=None, deleted_at=None),
            ),
        ),
    ]
