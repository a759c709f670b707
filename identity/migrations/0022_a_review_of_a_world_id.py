from django.db import migrations, models


QUESTION = "update identity_reviewcase set about = 'world_id' where kind = 'world_id_taken'"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0021_key_epoch_rewritten_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reviewcase",
            name="about",
            field=models.CharField(
                choices=[
                    ("face", "who a captured face is"),
                    ("referees", "what the word of referees is worth"),
                    ("recoveries", "whether the account may be recovered again"),
                    ("world_id", "whose a World ID is"),
                ],
                default="face",
                help_text="the question: an appeal has that of its refusal",
                max_length=10,
            ),
        ),
        migrations.RunSQL(QUESTION, migrations.RunSQL.noop),
    ]
