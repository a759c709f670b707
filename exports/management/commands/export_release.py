"""`manage.py export_release`: build a dataset's next release now, in this process."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from exports.engines.folder import release_name
from exports.jobs.build_release import build_release
from exports.models import Dataset
from exports.queries.files import public_key
from exports.queries.stores import store


class Command(BaseCommand):
    help = "Build a dataset's next release now, and say where it is and how to verify it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", type=int, help="the dataset's id")
        parser.add_argument(
            "--of-all",
            action="store_true",
            help="ask of everybody now whether they may be read; else it is done once a day",
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        dataset_id = options["dataset"]
        if not Dataset.objects.filter(pk=dataset_id).exists():
            raise CommandError(f"There is no dataset {dataset_id}.")
        release = build_release(dataset_id=dataset_id, of_all=options["of_all"])
        if release is None:
            self.stdout.write("No release: nothing changed, the dataset is not active, or a worker is building it.")
            return
        self.stdout.write(
            f"Release {release.number}: {release.records} records of {release.authors} authors,"
            f" {release.added} added, {release.changed} changed, {release.retracted} retracted."
        )
        name, there = release_name(dataset_id, release.number), store()
        if there.url:
            self.stdout.write(f"It lies under {there.url}/{name}; humankind-data sync fetches and verifies it.")
        else:
            self.stdout.write(f"Verify it: humankind-data verify {there.root / name} --key {public_key()}")
