"""`manage.py ask_age_again USERNAME`: what an operator does for somebody whose answer was a slip."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from identity.operations.age import set_age_aside


class Command(BaseCommand):
    help = "Set aside the answer by which an account is too young, so that it is asked again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            set_age_aside(username=options["username"])
        except Problem as problem:
            raise CommandError(problem.sentence) from problem
        self.stdout.write(f"{options['username']} is asked again.")
