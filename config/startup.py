"""Reads the environment once, or ends the process with a sentence that says which setting to mend."""

import os
import secrets
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from config.environment import BASE, Environment


def unknown_variables(names: list[str]) -> list[str]:
    """`HUMANKIND_*` names that no setting has: most often a spelling mistake that would silently do nothing."""
    known = {f"HUMANKIND_{name.upper()}" for name in Environment.model_fields}
    return sorted(name for name in names if name.startswith("HUMANKIND_") and name not in known)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The settings of this process. Ends it with status 78 (EX_CONFIG) and a sentence when they are unknown or unsafe."""
    names = list(os.environ)
    dotenv = BASE / ".env"
    if dotenv.exists():
        names += [line.split("=", 1)[0].strip() for line in dotenv.read_text().splitlines() if "=" in line]
    if unknown := unknown_variables(names):
        stop(f"Unknown setting {', '.join(unknown)}. `.env.example` lists the settings there are.")
    try:
        return Environment()
    except ValidationError as error:
        sentences = []
        for detail in error.errors(include_url=False, include_input=False):
            field = ".".join(str(part) for part in detail["loc"]).upper()
            field = f"HUMANKIND_{field}" if field.lower() in Environment.model_fields else field
            sentences.append(f"{field}: {detail['msg']}" if field else detail["msg"].removeprefix("Value error, "))
        stop(" ".join(sentences))


def stop(sentence: str) -> NoReturn:
    """End the process with status 78 (EX_CONFIG) and the sentence."""
    print(f"Humankind cannot start. {sentence}", file=sys.stderr)
    raise SystemExit(78)


def development_secret(folder: Path, name: str) -> str:
    """A random secret made at first start and kept in a file that this user alone can read."""
    path = folder / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        # A link fails where the name is taken, so of two processes starting at once only one names the secret.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()
