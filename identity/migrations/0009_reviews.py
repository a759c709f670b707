import common.ids
import django.db.models.deletion
import identity.models.review
import pgvector.django.bit
from django.conf import settings
from django.db import migrations, models


SEQUENCE = "create sequence identity_review_number"
APPEND_ONLY = ("identity_reviewdecision", "identity_heldcaptureview")
FORWARD = """
-- Sealed pictures reach no write-ahead log, and so no archive, replica or base backup of it.
alter table identity_heldframe set unlogged;
create function identity_review_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
""" + "".join(
    f"create trigger append_only before update on {table} for each row execute function identity_review_append_only();\n"
    for table in APPEND_ONLY
)
BACKWARD = (
    "".join(f"drop trigger append_only on {table};\n" for table in APPEND_ONLY)
    + "drop function identity_review_append_only();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0008_key_epoch_emptied_at"),
    ]

    operations = [
        migrations.RunSQL(SEQUENCE, "drop sequence identity_review_number"),
        migrations.CreateModel(
            name="ReviewCase",
            fields=[
                ("id", common.ids.TimestampIdField(serialize=False)),
                (
                    "number",
                    models.CharField(
                        default=identity.models.review.next_number, editable=False, max_length=20, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("review_band", "the face may be enrolled already"),
                            ("duplicate_refused", "the machine found the face enrolled already"),
                            ("referee_record", "a referee who vouched has a bad record since"),
                            ("appeal", "an appeal against a refusal"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for a reviewer"),
                            ("awaiting_capture", "waits for the person's new capture"),
                            ("awaiting_second_reviewer", "refused, waits for another reviewer to confirm it"),
                            ("decided", "Decided"),
                            ("lapsed", "not decided in time"),
                        ],
                        default="open",
                        max_length=24,
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, help_text="grows with all that a reviewer must have seen"),
                ),
                ("captures", models.PositiveIntegerField(default=0, help_text="captures that it has had")),
                (
                    "capture_offered",
                    models.BooleanField(default=False, help_text="the person means to send another, to be held"),
                ),
                ("grounds", models.JSONField(default=list, help_text="why it was opened: codes and sentences")),
                (
                    "scores",
                    models.JSONField(default=dict, help_text="the band and the thresholds of the newest capture"),
                ),
                ("statement", models.CharField(blank=True, help_text="the person's own words", max_length=2000)),
                ("deadline", models.DateTimeField()),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("admit", "admitted"),
                            ("admit_as_sibling", "admitted, as a sibling or twin of somebody here"),
                            ("refuse", "refused"),
                            ("withdrawn", "ended by the person"),
                            ("not_decided", "nobody decided in time"),
                            ("no_capture", "no new capture came in time"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reasons", models.TextField(blank=True, help_text="the statement of reasons that the person reads")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "appeal_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appeals",
                        to="identity.reviewcase",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        help_text="the newest capture",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reviews",
                        to="identity.enrolment",
                    ),
                ),
            ],
            options={
                "permissions": [("review_case", "Can review cases of personhood")],
            },
        ),
        migrations.CreateModel(
            name="HeldCapture",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="held",
                        serialize=False,
                        to="identity.reviewcase",
                    ),
                ),
                (
                    "salt",
                    models.BinaryField(help_text="32 random bytes; the key is derived from it and the root secret"),
                ),
                ("frames", models.PositiveSmallIntegerField()),
                ("held_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="DistinctPeople",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "relation",
                    models.CharField(
                        choices=[("sibling", "siblings or twins"), ("different", "different people")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="identity.person"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="identity.person"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.reviewcase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseCandidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("distance", models.FloatField(help_text="share of differing bits, leading embedder")),
                ("second_distance", models.FloatField(help_text="the same for the second opinion", null=True)),
                (
                    "capture",
                    models.PositiveIntegerField(help_text="the capture of the case that it was measured with, from 1"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="identity.person"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="candidates", to="identity.reviewcase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HeldCaptureView",
            fields=[
                ("id", common.ids.TimestampIdField(serialize=False)),
                ("frame", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="views", to="identity.reviewcase"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="capture_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PendingCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("leading", pgvector.django.bit.BitField(length=1024)),
                ("second", pgvector.django.bit.BitField(length=1024)),
                ("model", models.CharField(max_length=60)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="identity.reviewcase"
                    ),
                ),
                (
                    "key_epoch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pending_codes",
                        to="identity.keyepoch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewDecision",
            fields=[
                ("id", common.ids.TimestampIdField(serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("admit", "one living human, not here before"),
                            ("admit_as_sibling", "not here before, but a sibling or twin is"),
                            ("better_capture", "a better capture is needed"),
                            ("refuse", "here before, or not one living human: to be confirmed"),
                            ("confirm_refusal", "a second reviewer refuses too"),
                            ("return_to_review", "a second reviewer does not refuse: it is open again"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reasons", models.TextField(max_length=2000)),
                ("revision", models.PositiveIntegerField(help_text="of the case, as the reviewer saw it")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="identity.reviewcase"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HeldFrame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "held",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sealed", to="identity.heldcapture"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(fields=["state", "deadline", "id"], name="review_queue"),
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(fields=["account", "-id"], name="reviews_of_account"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "awaiting_capture", "awaiting_second_reviewer"))),
                fields=("account",),
                name="one_open_review_for_each_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "lapsed"), _negated=True), models.Q(("outcome", "withdrawn"), _negated=True)
                ),
                fields=("appeal_of",),
                name="one_appeal_for_each_refusal",
            ),
        ),
        migrations.AddConstraint(
            model_name="distinctpeople",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="a_pair_is_told_apart_once"),
        ),
        migrations.AddConstraint(
            model_name="distinctpeople",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="a_pair_in_its_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="casecandidate",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="a_candidate_once_in_a_case"),
        ),
        migrations.AddConstraint(
            model_name="casecandidate",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="one_number_for_each_candidate"),
        ),
        migrations.AddIndex(
            model_name="heldcaptureview",
            index=models.Index(fields=["case", "-id"], name="views_of_review"),
        ),
        migrations.AddConstraint(
            model_name="pendingcode",
            constraint=models.UniqueConstraint(
                fields=("case", "key_epoch"), name="one_pending_code_for_each_key_epoch"
            ),
        ),
        migrations.AddIndex(
            model_name="reviewdecision",
            index=models.Index(fields=["case", "-id"], name="decisions_of_review"),
        ),
        migrations.AddConstraint(
            model_name="heldframe",
            constraint=models.UniqueConstraint(fields=("held", "number"), name="one_held_frame_for_each_number"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
