"""`manage.py prepare`: everything a release needs before its processes start."""

from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import connection

LOCK = 4_120_000_001


class Command(BaseCommand):
    help = "Apply migrations, one process at a time, and collect static files."

    def handle(self, *arguments: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            # Two containers may start at once; the second waits and then finds nothing to do.
            cursor.execute("select pg_advisory_lock(%s)", [LOCK])
            try:
                call_command("migrate", interactive=False, verbosity=options["verbosity"])
            finally:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
        # What the apps prove against the database: above all that the template keys are the ones it was filled with.
        call_command("check", databases=["default"])
        call_command("collectstatic", interactive=False, verbosity=0)
