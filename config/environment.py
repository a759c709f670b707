"""Every setting that the environment can give, typed; `.env.example` explains each to an operator."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BASE = Path(__file__).resolve().parent.parent
# From the lowest age at which the laws we know let a child consent on the web (COPPA; GDPR art. 8) to a full majority.
Age = Annotated[int, Field(ge=13, le=21)]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
TEMPLATE_ROOTS = ("template_root_secret", "template_root_secret_file", "template_root_vault")
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
SECRETS = (
    "secret_key",
    "template_root_secret",
    "release_signing_key",
    "pseudonym_root_secret",
    "receipt_signing_key",
    "vapid_secret",
)


class Environment(BaseSettings):
    """`HUMANKIND_*` variables, also read from `.env`. An unsafe combination is refused with a sentence."""

    model_config = SettingsConfigDict(env_prefix="HUMANKIND_", env_file=BASE / ".env", extra="ignore")

    env: Literal["development", "production"] = "development"
    debug: bool = False
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    public_url: str = ""
    var: Path = BASE / "var"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"

    secret_key: SecretStr | None = None
    template_root_secret: SecretStr | None = None
    template_root_secret_file: Path | None = None
    template_root_vault: str | None = None
    template_root_vault_token_file: Path | None = None
    template_root_vault_key_version: int = Field(1, ge=1)
    template_root_vault_ca_file: Path | None = None
    template_root_secret_previous_file: Path | None = None
    release_signing_key: SecretStr | None = None
    pseudonym_root_secret: SecretStr | None = None
    receipt_signing_key: SecretStr | None = None
    vapid_secret: SecretStr | None = None
    c2pa_certificate_chain: Path | None = None
    c2pa_private_key: Path | None = None

    smtp_url: SecretStr | None = None
    mail_from: str = "Humankind <no-reply@localhost>"
    mail_folder: Path | None = None

    database_url: str | None = Field(None, validation_alias="DATABASE_URL")
    redis_url: str | None = Field(None, validation_alias="REDIS_URL")
    database_pool: int = Field(10, ge=1, le=100)

    personhood_gate: bool = True
    admit_on_registration: bool = False
    admission_policy: dict[str, Any] | None = None
    credential_days: int = Field(365, ge=1, le=3650)
    # Words that a referee may give in 30 days, and the days that they must have had the role before the first.
    vouches_per_month: int = Field(10, ge=1)
    referee_trusted_days: int = Field(30, ge=0)
    # World ID is off without the first; with the second proofs are of version 4.0, else of 3.0.
    world_id_app_id: str = Field("", pattern=r"^(app_[A-Za-z0-9_]{1,80})?$")
    world_id_rp_id: str = Field("", pattern=r"^(rp_[A-Za-z0-9_]{1,80})?$")
    world_id_signing_key: SecretStr | None = None
    world_id_action: str = Field("be-one-human", min_length=1, max_length=100)
    world_id_environment: Literal["production", "staging", "sandbox"] = "production"
    world_id_credential_since: int = Field(0, ge=0)
    world_id_url: str = Field("https://developer.world.org", pattern=r"^https?://[^\s/?#@]+/?$")
    # Shares of differing bits; from where they come: docs/decisions/0011-uniqueness-thresholds.md.
    uniqueness_duplicate: float | None = Field(None, gt=0, le=0.29)
    uniqueness_review: float | None = Field(None, ge=0.29, lt=0.5)
    uniqueness_second_new: float | None = Field(None, gt=0, lt=0.5)
    passkey_origins: list[str] = []
    enrolments_per_hour: int = Field(10, ge=1)
    link_cards: bool = True
    # For tests and trying out alone: from here strangers' addresses would otherwise reach the operator's own network.
    link_card_networks: list[IPv4Network | IPv6Network] = []
    generations_per_hour: int = Field(30, ge=1)
    uploads_per_hour: int = Field(120, ge=1)
    conversions_at_once: int = Field(1, ge=1, le=64)
    minimum_age: Age = 16
    minimum_ages: dict[Region, Age] = Field(default_factory=dict, max_length=249)
    age_asked_again_days: int = Field(30, ge=1, le=365)
    capture_minutes: int = Field(5, ge=1, le=15)
    # Days: to decide a case, to decide the next one of somebody whose case lapsed, to appeal, to hold a capture.
    review_days: int = Field(14, ge=1, le=90)
    review_again_days: int = Field(3, ge=1, le=90)
    appeal_days: int = Field(30, ge=1, le=365)
    review_hold_days: int = Field(7, ge=1, le=7)
    recovery_hours: int = Field(72, ge=1, le=24 * 30)
    recoveries_per_hour: int = Field(5, ge=1)
    worker_processes: int = Field(2, ge=1, le=64)
    trusted_proxies: str = Field("", max_length=2000)
    web_workers: int = Field(1, ge=1, le=64)
    streams_per_process: int = Field(2000, ge=1, le=100_000)
    streams_per_address: int = Field(200, ge=1, le=100_000)
    export_masker: str = "exports.engines.pii.columnar.PatternMasker"
    export_runner: Literal["native", "ray"] = "native"
    export_ray_address: str | None = None
    release_minutes: int = Field(60, ge=1)
    release_grace_days: int = Field(7, ge=0, le=30)
    export_storage: str = Field("", pattern=r"^(s3://[^/]+(/[^/]+)*)?$")
    export_storage_endpoint: str = ""
    export_storage_key: SecretStr | None = None
    export_storage_secret: SecretStr | None = None
    # Published statistics: days between two publications, what one costs everybody, what a year may cost (0: none).
    statistics_days: int = Field(30, ge=1, le=366)
    statistics_epsilon: float = Field(0.3, ge=0.001, le=10)
    statistics_epsilon_per_year: float = Field(4.0, ge=0, le=100)
    training_bot_score: float = Field(0.8, ge=0, le=1)
    requests_per_five_minutes: int | None = Field(None, ge=1)
    push_to_private_addresses: bool = False
    contact_email: str = Field("", max_length=254)
    source_url: str = Field("", max_length=2048, pattern=r"^(https?://\S+)?$")

    def storage_options(self) -> dict[str, Any]:
        """What s3fs is told beside `export_storage`; without keys it looks where AWS programs do."""
        options: dict[str, Any] = {}
        if self.export_storage_endpoint:
            options["endpoint_url"] = self.export_storage_endpoint
        if self.export_storage_key and self.export_storage_secret:
            options["key"] = self.export_storage_key.get_secret_value()
            options["secret"] = self.export_storage_secret.get_secret_value()
        return options

    @property
    def url(self) -> str:
        """The address people use, without a slash at its end."""
        host = "localhost" if self.host in {"0.0.0.0", "::", "127.0.0.1"} else self.host  # noqa: S104
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def proxies(self) -> list[str]:
        """Addresses and networks of the reverse proxies whose word on a caller's address is taken."""
        return [each.strip() for each in self.trusted_proxies.split(",") if each.strip()]

    @field_validator("trusted_proxies")
    @classmethod
    def refuse_anybody_as_proxy(cls, given: str) -> str:
        """An entry that is neither address nor network is a mistake; `*` would let each caller choose an address."""
        for each in given.split(","):
            if each.strip():
                ip_network(each.strip(), strict=False)
        return given

    @property
    def hostname(self) -> str:
        """The host people use, as it stands in account addresses."""
        return urlsplit(self.url).hostname or "localhost"

    @field_validator("smtp_url", mode="before")
    @classmethod
    def no_address_is_none(cls, value: Any) -> Any:
        """An empty variable says as little as none."""
        return value or None

    @field_validator("smtp_url")
    @classmethod
    def must_name_a_server(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse an address that no mail could be sent through; the sentence does not repeat it."""
        parts = urlsplit(value.get_secret_value()) if value else None
        if parts and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("is smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465")
        return value

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        """Stop the start-up over a setting that would be unsafe in the place where it stands."""
        public = self.hostname not in LOCAL_HOSTS
        if self.debug and public:
            raise ValueError(
                f"HUMANKIND_DEBUG is on while the public host is {self.hostname}: debug pages show secrets."
            )
        if not self.personhood_gate and self.env != "development":
            raise ValueError("HUMANKIND_PERSONHOOD_GATE may be off only where HUMANKIND_ENV is development.")
        if self.push_to_private_addresses and self.env != "development":
            raise ValueError("HUMANKIND_PUSH_TO_PRIVATE_ADDRESSES may be on only where HUMANKIND_ENV is development.")
        if self.admit_on_registration and self.env != "development":
            raise ValueError(
                "HUMANKIND_ADMIT_ON_REGISTRATION may be on only where HUMANKIND_ENV is development: it lets in whoever asks."
            )
        self._refuse_two_template_roots()
        self._refuse_half_a_world_id()
        if self.env == "production":
            self._refuse_for_production()
        return self

    def _refuse_two_template_roots(self) -> None:
        places = [name for name in TEMPLATE_ROOTS if getattr(self, name)]
        if len(places) > 1:
            named = " and ".join(f"HUMANKIND_{name.upper()}" for name in places)
            raise ValueError(f"{named} are both set: the root secret of the template keys has one place.")
        if self.template_root_vault and not self.template_root_vault_token_file:
            raise ValueError("HUMANKIND_TEMPLATE_ROOT_VAULT needs HUMANKIND_TEMPLATE_ROOT_VAULT_TOKEN_FILE.")

    def _refuse_half_a_world_id(self) -> None:
        if self.world_id_rp_id and not self.world_id_app_id:
            raise ValueError("HUMANKIND_WORLD_ID_RP_ID needs HUMANKIND_WORLD_ID_APP_ID beside it.")
        key = self.world_id_signing_key.get_secret_value().removeprefix("0x") if self.world_id_signing_key else ""
        if self.world_id_rp_id and not re.fullmatch("[0-9a-fA-F]{64}", key):
            raise ValueError("HUMANKIND_WORLD_ID_SIGNING_KEY must hold the 64 hexadecimal digits that the portal gave.")
        if self.env == "production" and self.world_id_app_id:
            if not self.world_id_url.startswith("https://"):
                raise ValueError("HUMANKIND_WORLD_ID_URL must be an https:// address in production.")
            if self.world_id_environment != "production":
                raise ValueError("HUMANKIND_WORLD_ID_ENVIRONMENT must be production there: a simulator proves nobody.")

    def _refuse_for_production(self) -> None:
        elsewhere = self.template_root_secret_file or self.template_root_vault
        for name in SECRETS:
            if elsewhere and name == "template_root_secret":
                continue
            value: SecretStr | None = getattr(self, name)
            if value is None or len(value.get_secret_value()) < 32:
                raise ValueError(f"HUMANKIND_{name.upper()} must hold at least 32 characters in production.")
        for name in ("c2pa_certificate_chain", "c2pa_private_key"):
            path: Path | None = getattr(self, name)
            if path is None or not path.is_file():
                raise ValueError(
                    f"HUMANKIND_{name.upper()} must name a PEM file in production: generated images are signed with it."
                )
        if self.smtp_url is None:
            raise ValueError(
                "HUMANKIND_SMTP_URL must be set in production: an account's holder is told by e-mail that somebody recovers it."
            )
        if self.link_card_networks:
            raise ValueError(
                "HUMANKIND_LINK_CARD_NETWORKS must be empty in production: whoever posts a link could read what is there."
            )
        if self.debug:
            raise ValueError("HUMANKIND_DEBUG may not be on in production.")
        if not self.database_url or not self.redis_url:
            raise ValueError(
                "DATABASE_URL and REDIS_URL must be set in production: the embedded servers are for trying out."
            )
        if not self.public_url.startswith("https://"):
            raise ValueError("HUMANKIND_PUBLIC_URL must be the https:// address that people use in production.")
