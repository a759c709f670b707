"""`manage.py register_recipient`: register who receives training data."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, CommandParser

from common.problems import Problem
from exports.operations.recipients import create_dataset, register_recipient
from exports.queries.files import public_key


class Command(BaseCommand):
    help = "Register a recipient that has accepted the terms, with one dataset; its client secret is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--operator", required=True, help="your username; the account must be staff")
        parser.add_argument("--contact", required=True, help="an e-mail address")
        parser.add_argument("--terms", required=True, help="the version of the terms that was accepted")
        parser.add_argument("--region", default="", help="where the data is kept and used: ISO 3166, such as DE")
        parser.add_argument("--purpose", default="training_text")

    def handle(self, *arguments: Any, **options: Any) -> None:
        operator = get_user_model().objects.filter(username=options["operator"]).first()
        if operator is None:
            raise CommandError(f"There is no account {options['operator']}.")
        try:
            made = register_recipient(
                operator_id=operator.pk,
                name=options["name"],
                contact=options["contact"],
                terms_version=options["terms"],
                region=options["region"],
            )
            dataset = create_dataset(
                operator_id=operator.pk, recipient_id=made.recipient.pk, purpose=options["purpose"]
            )
        except Problem as problem:
            raise CommandError(problem.sentence) from problem
        self.stdout.write(
            f"dataset {dataset.pk}\npublic key {public_key()}\nclient id {made.client_id}\nclient secret {made.client_secret} (not shown again)"
        )
