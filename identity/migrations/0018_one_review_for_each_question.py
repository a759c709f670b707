from django.db import migrations, models


# Before, an appeal had its question from its refusal alone.
QUESTIONS = """
update identity_reviewcase set about = 'referees' where kind = 'referee_record';
update identity_reviewcase set about = 'recoveries' where kind = 'recoveries_stopped';
update identity_reviewcase appeal set about = refused.about from identity_reviewcase refused
    where refused.id = appeal.appeal_of_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0017_referees"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reviewcase",
            name="one_open_review_for_each_account",
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="about",
            field=models.CharField(
                choices=[
                    ("face", "who a captured face is"),
                    ("referees", "what the word of referees is worth"),
                    ("recoveries", "whether the account may be recovered again"),
                ],
                default="face",
                help_text="the question: an appeal has that of its refusal",
                max_length=10,
            ),
        ),
        migrations.RunSQL(QUESTIONS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "awaiting_capture", "awaiting_second_reviewer"))),
                fields=("account", "about"),
                name="one_open_review_for_each_question",
            ),
        ),
    ]
