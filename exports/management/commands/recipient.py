"""`manage.py recipient`: keys, suspension and limits of a recipient."""

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from exports.models import Recipient
from exports.operations.recipient_keys import (
    limit_recipient,
    resume_recipient,
    revoke_key,
    rotate_key,
    suspend_recipient,
)


class Command(BaseCommand):
    help = "Rotate or revoke a recipient's keys, suspend it, or set its limits; without any of these, show them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--operator", required=True, help="your username; the account must be staff")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--rotate", type=int, metavar="DAYS", help="a new key; those of today end after so many days")
        what.add_argument("--revoke", metavar="CLIENT_ID", help="end one key at once")
        what.add_argument("--suspend", action="store_true", help="give it nothing from now on")
        what.add_argument("--resume", action="store_true")
        what.add_argument("--limits", type=int, nargs=2, metavar=("REQUESTS_PER_MINUTE", "BYTES_PER_DAY"))

    def handle(self, *arguments: Any, **options: Any) -> None:
        operator = get_user_model().objects.filter(username=options["operator"]).first()
        recipient = Recipient.objects.filter(name=options["name"]).first()
        if operator is None or recipient is None:
            raise CommandError("There is no such operator." if operator is None else "There is no such recipient.")
        try:
            self._act(operator.pk, recipient, options)
        except Problem as problem:
            raise CommandError(problem.sentence) from problem
        recipient.refresh_from_db()
        state = (
            f"suspended since {recipient.suspended_at:%Y-%m-%d %H:%M}" if recipient.suspended_at else "not suspended"
        )
        limits = f"{recipient.requests_per_minute} requests a minute, {recipient.bytes_per_day} bytes a day"
        self.stdout.write(f"{recipient.name}: {state}; {limits}")
        for key in recipient.keys.order_by("pk"):
            ends = f"ends {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else "has no end"
            self.stdout.write(f"client id {key.oauth_client_id}: {ends}")

    def _act(self, operator_id: int, recipient: Recipient, options: dict[str, Any]) -> None:
        who = {"operator_id": operator_id, "recipient_id": recipient.pk}
        if options["rotate"] is not None:
            made = rotate_key(**who, grace=dt.timedelta(days=options["rotate"]))
            self.stdout.write(f"client id {made.client_id}\nclient secret {made.client_secret} (not shown again)")
        elif options["revoke"]:
            key = recipient.keys.filter(oauth_client_id=options["revoke"]).first()
            revoke_key(operator_id=operator_id, key_id=key.pk if key else 0)
        elif options["suspend"]:
            suspend_recipient(**who)
        elif options["resume"]:
            resume_recipient(**who)
        elif options["limits"]:
            requests_per_minute, bytes_per_day = options["limits"]
            limit_recipient(**who, requests_per_minute=requests_per_minute, bytes_per_day=bytes_per_day)
