"""How letters leave: by an SMTP server, or into files where none is named."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from config.environment import Environment

BACKENDS = "django.core.mail.backends"


@dataclass(frozen=True, slots=True)
class Mail:
    """Django's settings of an e-mail backend; the password is no part of its text form."""

    backend: str = f"{BACKENDS}.filebased.EmailBackend"
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    implicit_tls: bool = False

    def __repr__(self) -> str:
        return f"Mail by {self.host}:{self.port}"


def mail_of(environment: Environment) -> Mail:
    """smtp:// upgrades to TLS before anything is said (STARTTLS), smtps:// begins with it; plain only on this machine."""
    if environment.smtp_url is None:
        return Mail()
    parts = urlsplit(environment.smtp_url.get_secret_value())
    implicit = parts.scheme == "smtps"
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return Mail(
        backend=f"{BACKENDS}.smtp.EmailBackend",
        host=parts.hostname or "localhost",
        port=parts.port or (465 if implicit else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=not implicit and not local,
        implicit_tls=implicit,
    )
