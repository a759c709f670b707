"""`manage.py appoint_reviewer USERNAME`: what an operator does once the person has an account."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from identity.models import Account
from identity.operations.reviewers import appoint_reviewer, dismiss_reviewer


class Command(BaseCommand):
    help = "Let an account review cases of personhood, or with --end no longer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--end", action="store_true", help="take the role away")

    def handle(self, *arguments: Any, **options: Any) -> None:
        account = Account.objects.filter(username__iexact=options["username"]).first()
        change = dismiss_reviewer if options["end"] else appoint_reviewer
        try:
            change(account_id=account.pk if account else 0)
        except Problem as problem:
            raise CommandError(problem.sentence) from problem
        self.stdout.write(f"{options['username']} {'is no reviewer any more' if options['end'] else 'is a reviewer'}.")
