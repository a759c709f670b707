"""Unknown or unsafe settings stop the start-up with a sentence."""

import os
import subprocess
import sys

import pytest

from config.stack import ROOT

SECRETS = {
    f"HUMANKIND_{name}": "x" * 40
    for name in (
        "SECRET_KEY",
        "TEMPLATE_ROOT_SECRET",
        "RELEASE_SIGNING_KEY",
        "PSEUDONYM_ROOT_SECRET",
        "RECEIPT_SIGNING_KEY",
        "VAPID_SECRET",
    )
}
PRODUCTION = {
    **SECRETS,
    "HUMANKIND_ENV": "production",
    "HUMANKIND_PUBLIC_URL": "https://social.example",
    "HUMANKIND_SMTP_URL": "smtp://somebody:hidden-word@mail.example:587",
    "DATABASE_URL": "postgresql://nobody@localhost/none",
    "REDIS_URL": "redis://localhost:1/0",
    # Any file does here; /readyz says whether certificates are in it.
    "HUMANKIND_C2PA_CERTIFICATE_CHAIN": str(ROOT / "manage.py"),
    "HUMANKIND_C2PA_PRIVATE_KEY": str(ROOT / "manage.py"),
}


def start(variables: dict[str, str]) -> tuple[int, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUMANKIND_")}
    command = [sys.executable, "-c", "from config.startup import environment; print(environment().url)"]
    outcome = subprocess.run(command, cwd=ROOT, env={**clean, **variables}, capture_output=True, text=True, check=False)
    return outcome.returncode, outcome.stdout + outcome.stderr


def test_production_starts_when_everything_it_needs_is_given() -> None:
    assert start(PRODUCTION) == (0, "https://social.example\n")


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_production_does_not_start_without_a_secret(secret: str) -> None:
    code, sentence = start({**PRODUCTION, secret: ""})
    assert code == 78
    assert f"{secret} must hold at least 32 characters in production" in sentence


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"HUMANKIND_PERSONHOD_GATE": "true"}, "Unknown setting HUMANKIND_PERSONHOD_GATE"),
        ({"HUMANKIND_DEBUG": "true", "HUMANKIND_PUBLIC_URL": "https://social.example"}, "debug pages show secrets"),
        ({**PRODUCTION, "HUMANKIND_PERSONHOOD_GATE": "false"}, "only where HUMANKIND_ENV is development"),
        ({**PRODUCTION, "HUMANKIND_ADMIT_ON_REGISTRATION": "1"}, "HUMANKIND_ADMIT_ON_REGISTRATION may be on only"),
        ({**PRODUCTION, "HUMANKIND_PUBLIC_URL": "http://social.example"}, "must be the https:// address"),
        ({**PRODUCTION, "HUMANKIND_C2PA_PRIVATE_KEY": "/nowhere"}, "must name a PEM file in production"),
        ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL and REDIS_URL must be set in production"),
        (
            {**PRODUCTION, "HUMANKIND_LINK_CARD_NETWORKS": '["10.0.0.0/8"]'},
            "HUMANKIND_LINK_CARD_NETWORKS must be empty",
        ),
        ({"HUMANKIND_LINK_CARD_NETWORKS": '["home"]'}, "LINK_CARD_NETWORKS"),
        ({"HUMANKIND_PORT": "99999"}, "HUMANKIND_PORT"),
        ({"HUMANKIND_TRUSTED_PROXIES": "10.0.0.0/8, *"}, "HUMANKIND_TRUSTED_PROXIES"),
        ({"HUMANKIND_MINIMUM_AGE": "7"}, "HUMANKIND_MINIMUM_AGE"),
        ({"HUMANKIND_MINIMUM_AGES": '{"DE": 7}'}, "MINIMUM_AGES"),
        ({"HUMANKIND_MINIMUM_AGES": '{"Germany": 16}'}, "MINIMUM_AGES"),
        ({"HUMANKIND_MINIMUM_AGES": "16"}, "MINIMUM_AGES"),
        ({**PRODUCTION, "HUMANKIND_SMTP_URL": ""}, "HUMANKIND_SMTP_URL must be set in production"),
        ({**PRODUCTION, "HUMANKIND_SMTP_URL": "mail.example"}, "smtp://user:password@host:587"),
    ],
)
def test_an_unknown_or_unsafe_setting_is_named(variables: dict[str, str], sentence: str) -> None:
    code, output = start(variables)
    assert code == 78
    assert sentence in output


def test_no_secret_is_printed_when_the_start_fails() -> None:
    _, output = start({**PRODUCTION, "HUMANKIND_SECRET_KEY": "a-short-secret"})
    assert "a-short-secret" not in output


def test_the_example_file_explains_every_setting() -> None:
    from config.environment import Environment

    example = (ROOT / ".env.example").read_text()
    own = {f"HUMANKIND_{name.upper()}" for name in Environment.model_fields} - {
        "HUMANKIND_DATABASE_URL",
        "HUMANKIND_REDIS_URL",
    }
    assert {name for name in own | {"DATABASE_URL", "REDIS_URL"} if f"#{name}=" not in example} == set()
