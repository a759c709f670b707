"""The database itself refuses to change or delete what was published, and with it what it has cost."""

from django.db import migrations

FORWARD = """
create function exports_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on exports_publishedstatistic
    for each row execute function exports_append_only();
"""
BACKWARD = """
drop trigger append_only on exports_publishedstatistic;
drop function exports_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_datasets_of_every_shape")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
