"""Where the root secrets of the template keys lie, as `settings.TEMPLATE_ROOT_SECRETS` has them."""

from pathlib import Path
from typing import Any

from config.environment import Environment
from config.startup import development_secret

HELD = "identity.engines.root_secret.HeldSecret"
FILE = "identity.engines.root_secret.FileSecret"
VAULT = "identity.engines.vault_transit.VaultTransit"


def template_roots(environment: Environment, var: Path) -> list[dict[str, Any]]:
    """Dotted path and options of each root: first the one of new epochs, then the one that older epochs rest on."""
    roots = [_present(environment, var)]
    if environment.template_root_secret_previous_file:
        roots.append(_file(environment.template_root_secret_previous_file, "TEMPLATE_ROOT_SECRET_PREVIOUS_FILE"))
    return roots


def held_secret(roots: list[dict[str, Any]]) -> str:
    """The present root secret where an environment variable holds it, else nothing."""
    secret: bytes = roots[0]["options"].get("secret", b"")
    return secret.decode()


def _present(environment: Environment, var: Path) -> dict[str, Any]:
    if environment.template_root_vault:
        options = {
            "address": environment.template_root_vault,
            "token_file": str(environment.template_root_vault_token_file),
            "key_version": environment.template_root_vault_key_version,
            "ca_file": str(environment.template_root_vault_ca_file or ""),
            "source": "HUMANKIND_TEMPLATE_ROOT_VAULT",
        }
        return {"engine": VAULT, "options": options}
    if environment.template_root_secret_file:
        return _file(environment.template_root_secret_file, "TEMPLATE_ROOT_SECRET_FILE")
    given = environment.template_root_secret
    secret = given.get_secret_value() if given else development_secret(var, "template_root_secret")
    return {"engine": HELD, "options": {"secret": secret.encode(), "source": "HUMANKIND_TEMPLATE_ROOT_SECRET"}}


def _file(path: Path, name: str) -> dict[str, Any]:
    return {"engine": FILE, "options": {"path": str(path), "source": f"HUMANKIND_{name}"}}
