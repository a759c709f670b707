"""How letters leave."""

import pytest

from config.environment import Environment
from config.mail import mail_of


@pytest.mark.parametrize(
    ("url", "port", "starttls", "implicit"),
    [
        ("smtp://me:p%40ss@mail.example", 587, True, False),
        ("smtp://me:p%40ss@mail.example:2525", 2525, True, False),
        ("smtps://me:p%40ss@mail.example", 465, False, True),
        ("smtp://me:p%40ss@localhost:25", 25, False, False),
    ],
)
def test_no_letter_leaves_the_machine_unencrypted(url: str, port: int, starttls: bool, implicit: bool) -> None:
    mail = mail_of(Environment(smtp_url=url))
    assert (mail.port, mail.starttls, mail.implicit_tls) == (port, starttls, implicit)
    assert (mail.user, mail.password) == ("me", "p@ss")
    assert "p@ss" not in repr(mail)


def test_without_a_server_letters_are_files_and_never_printed() -> None:
    assert mail_of(Environment(smtp_url=None)).backend.endswith("filebased.EmailBackend")
