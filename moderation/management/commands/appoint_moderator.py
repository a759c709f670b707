"""`manage.py appoint_moderator USERNAME`: what an operator does once the person has an account."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from identity.models import Account
from moderation.operations.roles import appoint_moderator


class Command(BaseCommand):
    help = "Put an account among the moderators and let it into the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *arguments: Any, **options: Any) -> None:
        account = Account.objects.filter(username__iexact=options["username"]).first()
        try:
            appoint_moderator(account_id=account.pk if account else 0)
        except Problem as problem:
            raise CommandError(problem.sentence) from problem
        self.stdout.write(f"{options['username']} is a moderator.")
