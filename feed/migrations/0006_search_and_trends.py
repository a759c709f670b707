"""Full text search over statuses and accounts, tags by their beginning, trends, and threads of direct statuses."""

from django.db import migrations, models

# Snowball stemmers of PostgreSQL 14 and later, by the language's ISO 639-1 code. Other languages are found by their
# words as they are written, and by how those begin.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
CASES = " ".join(f"when '{code}' then 'pg_catalog.{name}'::regconfig" for code, name in STEMMERS.items())
VECTOR = f"""
create function feed_search_vector(language text, spoiler text, body text) returns tsvector
language sql immutable parallel safe as $$
    select to_tsvector('pg_catalog.simple'::regconfig, spoiler || ' ' || body) || case
        when language = '' then ''::tsvector
        else to_tsvector(
            case split_part(lower(replace(language, '_', '-')), '-', 1) {CASES}
            else 'pg_catalog.simple'::regconfig end,
            spoiler || ' ' || body
        ) end
$$
"""
STATUS_INDEX = """
create index status_text on feed_status using gin (feed_search_vector(language, spoiler_text, text))
where deleted_at is null and reblog_of_id is null
"""
NAME_INDEX = (
    "create index profile_names on feed_profile using gin (to_tsvector('pg_catalog.simple'::regconfig, display_name))"
)
# Tags of what was posted before.
TAGS = "insert into feed_tag (name, accounts) select distinct name, 0 from feed_statustag order by name on conflict do nothing"


class Migration(migrations.Migration):
    dependencies = [("feed", "0005_social_network")]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                (
                    "accounts",
                    models.PositiveIntegerField(default=0, help_text="how many people used it openly within a week"),
                ),
                ("refreshed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="tags_by_beginning", opclasses=["varchar_pattern_ops"])]
            },
        ),
        migrations.CreateModel(
            name="Trend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("tag", "Tag"), ("status", "Status"), ("link", "Link")], max_length=6),
                ),
                ("subject", models.CharField(max_length=100)),
                ("peak", models.FloatField(help_text="the highest score it had")),
                ("peak_at", models.DateTimeField()),
                ("score", models.FloatField(help_text="the peak as it has faded since")),
                ("language", models.CharField(blank=True, max_length=10)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "-score"], name="trends_by_score")],
                "constraints": [models.UniqueConstraint(fields=("kind", "subject"), name="trend_once")],
            },
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(
                fields=["root_id", "-id"],
                name="direct_threads",
                condition=models.Q(("deleted_at", None), ("visibility", "direct")),
            ),
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(
                fields=["card", "-id"], name="statuses_with_card", condition=models.Q(("card__isnull", False))
            ),
        ),
        migrations.RunSQL(VECTOR, "drop function feed_search_vector(text, text, text)"),
        migrations.RunSQL(STATUS_INDEX, "drop index status_text"),
        migrations.RunSQL(NAME_INDEX, "drop index profile_names"),
        migrations.RunSQL(TAGS, migrations.RunSQL.noop),
    ]
