"""`manage.py template_keys list|start|retire|compromised`: the key epochs of the face codes."""

import datetime as dt
import getpass
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from identity.operations.template_keys import mark_compromised, retire_epoch, start_epoch
from identity.queries.key_epochs import WRONG, key_epochs
from identity.queries.readiness import face_engines

WITHOUT_CONFIRMATION = (
    "This erases every code of key epoch {number} and ends the credentials that rest on them: those people cannot write until"
    " they have shown their face again, and nobody can be admitted before the last code is gone. Nothing brings the codes"
    " back. Say it again with --yes if the key, or the root secret, is in other hands."
)


class Command(BaseCommand):
    help = "List, start and retire the key epochs of the face codes, or erase the codes of a compromised one."
    # It must also run where the root secret is wrong: that is when it is needed most.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        commands.add_parser(
            "list", help="number, state, codes, start and check of each epoch; status 1 where one is wrong"
        )
        start = commands.add_parser(
            "start", help="a new epoch becomes the newest; older ones stay live and are searched"
        )
        retire = commands.add_parser("retire", help="end an epoch that no code hangs on")
        retire.add_argument("number", type=int)
        retire.add_argument(
            "--ask-to-renew", type=int, metavar="DAYS", help="the credentials that rest on it expire by then"
        )
        retire.add_argument(
            "--erase-lapsed", action="store_true", help="erase codes of people without a live face credential"
        )
        compromised = commands.add_parser("compromised", help="erase its codes now; their people show their face again")
        compromised.add_argument("number", type=int)
        compromised.add_argument("--yes", action="store_true", help="that it is meant")
        for command in (start, retire, compromised):
            command.add_argument("--by", default=getpass.getuser(), help="who does this, for the event log")

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            getattr(self, options["what"])(options)
        except Problem as problem:
            raise CommandError(problem.sentence) from problem

    def list(self, options: dict[str, Any]) -> None:
        rows = key_epochs(face_engines())
        self.stdout.write(f"{'epoch':>5}  {'state':<11}  {'codes':>9}  {'started':<16}  {'ended':<16}  root secret")
        for row in rows:
            ended = f"{row.ended_at:%Y-%m-%d %H:%M}" if row.ended_at else "-"
            self.stdout.write(
                f"{row.number:>5}  {row.state:<11}  {row.codes:>9}  {row.started_at:%Y-%m-%d %H:%M}  {ended:<16}  {row.check}"
            )
        if any(row.state == "live" and row.check.startswith(WRONG) for row in rows):
            raise CommandError(
                "A live epoch was started with another root secret than those at hand: nobody is admitted."
            )

    def start(self, options: dict[str, Any]) -> None:
        started = start_epoch(by=options["by"])
        if started.new:
            self.stdout.write(f"Key epoch {started.number} is started. People move to it as they renew.")
        else:
            self.stdout.write(f"Key epoch {started.number} has no codes yet: nothing to start.")

    def retire(self, options: dict[str, Any]) -> None:
        number, days = options["number"], options["ask_to_renew"]
        done = retire_epoch(
            number=number,
            by=options["by"],
            renew_within=dt.timedelta(days=days) if days is not None else None,
            erase_lapsed_codes=options["erase_lapsed"],
        )
        if done.erased:
            self.stdout.write(f"{done.erased} codes of people without a live face credential are erased.")
        if days is not None:
            self.stdout.write(
                f"{done.asked} people were asked to renew within {days} days; the others had been before."
            )
        if done.retired:
            self.stdout.write(f"Key epoch {number} is retired.")
        else:
            self.stdout.write(f"{done.codes} codes hang on key epoch {number}: retire it once they have moved.")

    def compromised(self, options: dict[str, Any]) -> None:
        number = options["number"]
        if not options["yes"]:
            raise CommandError(WITHOUT_CONFIRMATION.format(number=number))
        done = mark_compromised(number=number, by=options["by"])
        self.stdout.write(
            f"Key epoch {number} is compromised: {done.erased} codes are erased, their credentials ended."
        )
        if not done.rewritten:
            self.stdout.write("The files of the tables could not be rewritten now: tonight's rewriting does it.")
        if not any(row.state == "live" for row in key_epochs(face_engines())):
            self.stdout.write(
                "No epoch is live, so nobody is admitted. If the root secret itself was stolen, set another first"
                " (HUMANKIND_TEMPLATE_ROOT_SECRET, _FILE or _VAULT); then: manage.py template_keys start"
            )
