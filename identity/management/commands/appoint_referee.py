"""`manage.py appoint_referee USERNAME --by STAFF`: gives, or with --end takes away, the role of referee."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from identity.models import Account
from identity.operations.referees import appoint_referee, end_referee


class Command(BaseCommand):
    help = "Make an admitted account a referee, in the name of staff with the permission to appoint."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--by", required=True, help="username of the staff member who appoints")
        parser.add_argument("--end", action="store_true", help="take the role away")

    def handle(self, *arguments: Any, **options: Any) -> None:
        ids = {name: self._id(options[name]) for name in ("username", "by")}
        try:
            if options["end"]:
                end_referee(account_id=ids["username"], ended_by=ids["by"])
            else:
                appoint_referee(account_id=ids["username"], appointed_by=ids["by"])
        except Problem as problem:
            raise CommandError(problem.sentence) from problem
        self.stdout.write(f"{options['username']} is {'no referee any more' if options['end'] else 'a referee'}.")

    def _id(self, username: str) -> int:
        account = Account.objects.filter(username__iexact=username).first()
        return account.pk if account else 0
