from django.db import migrations

REFUSE = """
create function identity_consent_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'A receipt of consent is never changed: append another.';
end
$$;
create trigger identity_consent_is_append_only before update on identity_consent
    for each row execute function identity_consent_is_append_only();
"""
ALLOW = (
    "drop trigger identity_consent_is_append_only on identity_consent; drop function identity_consent_is_append_only();"
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
