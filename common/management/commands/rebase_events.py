"""`manage.py rebase_events`: after a logical restore into a new cluster, before anything else runs."""

from typing import Any

from django.core.management import BaseCommand

from common import events


class Command(BaseCommand):
    help = "Make the event log readable in a cluster whose transaction numbers start lower."

    def handle(self, *arguments: Any, **options: Any) -> None:
        self.stdout.write(f"{events.rebase()} events rebased.")
