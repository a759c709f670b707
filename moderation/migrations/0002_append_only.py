"""The database itself refuses to change what was reported, decided, undone or scored. Erasing an account still deletes."""

from django.db import migrations

TABLES = ("moderation_report", "moderation_decision", "moderation_undo", "moderation_botscore")
FORWARD = """
create function moderation_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
""" + "".join(
    f"create trigger append_only before update on {table} for each row execute function moderation_append_only();\n"
    for table in TABLES
)
BACKWARD = (
    "".join(f"drop trigger append_only on {table};\n" for table in TABLES) + "drop function moderation_append_only();"
)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
