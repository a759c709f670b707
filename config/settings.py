"""Django's settings, made from the typed environment. See `config/environment.py` for what can be set."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from config.databases import postgresql, redis_addresses
from config.embedded import hold
from config.http_api import *  # noqa: F403 (Django takes its settings from one module)
from config.log_format import logging_configuration
from config.mail import mail_of
from config.schedule import beat_schedule
from config.startup import development_secret, environment
from config.template_roots import held_secret, template_roots

ENVIRONMENT = environment()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = ENVIRONMENT.var
PUBLIC_URL = ENVIRONMENT.url
HOSTNAME = ENVIRONMENT.hostname
DEBUG = ENVIRONMENT.debug
DEVELOPMENT = ENVIRONMENT.env == "development"


def _secret(name: str) -> str:
    given = getattr(ENVIRONMENT, name)
    return given.get_secret_value() if given else development_secret(VAR, name)


SECRET_KEY = _secret("secret_key")
TEMPLATE_ROOT_SECRETS = template_roots(ENVIRONMENT, VAR)
# Empty where the secret lies in a file or a key management service.
TEMPLATE_ROOT_SECRET = held_secret(TEMPLATE_ROOT_SECRETS)
RELEASE_SIGNING_KEY = _secret("release_signing_key")
PSEUDONYM_ROOT_SECRET = _secret("pseudonym_root_secret")
RECEIPT_SIGNING_KEY = _secret("receipt_signing_key")
VAPID_SECRET = _secret("vapid_secret")

_embedded = hold(VAR / "services") if not (ENVIRONMENT.database_url and ENVIRONMENT.redis_url) else None
DATABASES = {"default": postgresql(ENVIRONMENT, _embedded)}
REDIS_URL, CELERY_BROKER_URL = redis_addresses(ENVIRONMENT, _embedded)

ALLOWED_HOSTS = [HOSTNAME, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC_URL.startswith("https://") else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if PUBLIC_URL.startswith("https://") else 0

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "common",
    "identity",
    "feed",
    "moderation",
    "exports",
    "seeds",
]

MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if ENVIRONMENT.admit_on_registration:
    # Clients' own test suites sign up with words such as "swordfish"; Mastodon asks for eight characters and no more.
    AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}}
    ]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"reset_password": "identity.api.account_pages.ResetPassword"}
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
# Letters hold links that act without a login, so they are never printed: without a mail server they are files.
_mail = mail_of(ENVIRONMENT)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.implicit_tls
EMAIL_FILE_PATH = ENVIRONMENT.mail_folder or VAR / "mail"
EMAIL_TIMEOUT = 20

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# Captures must never reach the disk in the clear, so no upload is spooled to a temporary file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40

CACHES = {"default": {"BACKEND": "common.cache.SharedRedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "cache"}}

LOGGING = logging_configuration(ENVIRONMENT)
DJANGO_STRUCTLOG_CELERY_ENABLED = True

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_WORKER_CONCURRENCY = ENVIRONMENT.worker_processes
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_SCHEDULE = beat_schedule(release_minutes=ENVIRONMENT.release_minutes)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

UNFOLD = {"SITE_TITLE": "Humankind", "SITE_HEADER": "Humankind console"}
IDP_OIDC_ADAPTER = "identity.api.oauth.Adapter"
# Mastodon's clients expect a token to last until it is revoked, and have no other way than to log in again.
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 10 * 365 * 86_400
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 600
# The first makes new hashes; the last only checks the random secrets of applications (docs/decisions/0001-oauth.md).
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "common.authentication.RandomSecretHasher",
]

# Limits and thresholds that the apps read; the engines among them are dotted paths, each behind a port of its app.
FACE_ENGINES = "identity.engines.defaults.default_engines"
# The adapter that attests each kind of credential, and how long a credential holds where its adapter says nothing else.
ATTESTERS = {
    "face": "identity.engines.face_attester.FaceAttester",
    "passkey": "identity.engines.passkey_attester.PasskeyAttester",
    "world_id": "identity.engines.world_id_attester.WorldIdAttester",
    "referee": "identity.engines.referee_attester.RefereeAttester",
}
CREDENTIAL_VALID_FOR = timedelta(days=ENVIRONMENT.credential_days)
# Which credentials let an account write: `identity/engines/admission_policy.py` says how it is read.
ADMISSION_POLICY: dict[str, Any] = ENVIRONMENT.admission_policy or {
    "any": [
        {"kind": "face"},
        {"kind": "world_id"},
        {"kind": "referee"},
        {"kind": "operator", "level": "simulated"},
    ]
}
VOUCHES_PER_MONTH = ENVIRONMENT.vouches_per_month
REFEREE_TRUSTED_FOR = timedelta(days=ENVIRONMENT.referee_trusted_days)
WORLD_ID_APP_ID = ENVIRONMENT.world_id_app_id
WORLD_ID_RP_ID = ENVIRONMENT.world_id_rp_id
WORLD_ID_SIGNING_KEY = ENVIRONMENT.world_id_signing_key.get_secret_value() if ENVIRONMENT.world_id_signing_key else ""
WORLD_ID_ACTION = ENVIRONMENT.world_id_action
WORLD_ID_ENVIRONMENT = ENVIRONMENT.world_id_environment
WORLD_ID_CREDENTIAL_SINCE = ENVIRONMENT.world_id_credential_since
WORLD_ID_URL = ENVIRONMENT.world_id_url.rstrip("/")
UNIQUENESS_DUPLICATE = ENVIRONMENT.uniqueness_duplicate
UNIQUENESS_REVIEW = ENVIRONMENT.uniqueness_review
UNIQUENESS_SECOND_NEW = ENVIRONMENT.uniqueness_second_new
PERSONHOOD_GATE = ENVIRONMENT.personhood_gate
# Only on a development machine: every account may write from its registration, by a credential that is no proof.
ADMIT_ON_REGISTRATION = ENVIRONMENT.admit_on_registration
# Origins beside our own from which passkeys are taken, compared as whole strings.
PASSKEY_ORIGINS = ENVIRONMENT.passkey_origins
ENROLMENTS_PER_HOUR = ENVIRONMENT.enrolments_per_hour
# Completed years below which no camera opens, by region where it has a figure of its own.
MINIMUM_AGE = ENVIRONMENT.minimum_age
MINIMUM_AGES = ENVIRONMENT.minimum_ages
AGE_ASKED_AGAIN_AFTER = timedelta(days=ENVIRONMENT.age_asked_again_days)
CAPTURE_MINUTES = ENVIRONMENT.capture_minutes
REVIEW_WITHIN = timedelta(days=ENVIRONMENT.review_days)
REVIEW_AGAIN_WITHIN = timedelta(days=ENVIRONMENT.review_again_days)
APPEAL_WITHIN = timedelta(days=ENVIRONMENT.appeal_days)
HOLD_CAPTURE_FOR = timedelta(days=ENVIRONMENT.review_hold_days)
RECOVERY_WINDOW = timedelta(hours=ENVIRONMENT.recovery_hours)
# How long before its expiry a credential may be renewed; the first reminder goes out then.
RENEWAL_BEFORE = timedelta(days=60)
RECOVERIES_PER_HOUR = ENVIRONMENT.recoveries_per_hour
# Mastodon's figure; in development clients' own test suites and load generators run, each with one account.
REQUESTS_PER_FIVE_MINUTES = ENVIRONMENT.requests_per_five_minutes or (300_000 if DEVELOPMENT else 300)
CONTACT_EMAIL = ENVIRONMENT.contact_email
SOURCE_URL = ENVIRONMENT.source_url
PUSH_TO_PRIVATE_ADDRESSES = ENVIRONMENT.push_to_private_addresses
STREAMS_PER_PROCESS = ENVIRONMENT.streams_per_process
STREAMS_PER_ADDRESS = ENVIRONMENT.streams_per_address
# Home timelines: entries kept in Redis, days without reading after which none is kept, and the number of followers
# above which an author's statuses are looked up when a home timeline is read instead of written into each.
HOME_TIMELINE_LENGTH = 800
HOME_TIMELINE_DAYS = 14
FOLLOWERS_FANNED_OUT_TO = 50_000
# A hashtag or a link trends when so many people use it within a day, a status when it has so many likes and reblogs.
TRENDS_LEAST_PEOPLE = 5
LONGEST_STATUS = 500
# Whether pages that statuses link to are fetched for their cards.
LINK_CARDS = ENVIRONMENT.link_cards
# Networks beside the public internet from which they may be fetched.
LINK_CARD_NETWORKS = ENVIRONMENT.link_card_networks
GENERATIONS_PER_HOUR = ENVIRONMENT.generations_per_hour
UPLOADS_PER_HOUR = ENVIRONMENT.uploads_per_hour
C2PA_CERTIFICATE_CHAIN = ENVIRONMENT.c2pa_certificate_chain
C2PA_PRIVATE_KEY = ENVIRONMENT.c2pa_private_key
CONVERSIONS_AT_ONCE = ENVIRONMENT.conversions_at_once
RECORDING_ENGINE = "feed.engines.ffmpeg.FFmpeg"
IMAGE_ENGINE = "feed.engines.procedural.ProceduralPainter"
BOT_SCORER = "moderation.engines.ebm.ExplainableBoostingScorer"
# Each gives what its app holds of a person, for the archive of all of it; a port, so that no app reads another's rows.
ARCHIVE_PROVIDERS = (
    "identity.queries.archive.identity_parts",
    "feed.queries.archive.feed_parts",
    "moderation.queries.archive.moderation_parts",
    "exports.queries.archive.exports_parts",
)
ARCHIVE_ROOT = VAR / "archives"
EXPORT_ROOT = VAR / "releases"
EXPORT_STORAGE = ENVIRONMENT.export_storage
EXPORT_STORAGE_OPTIONS = ENVIRONMENT.storage_options()
# Masks personal data in texts: `exports/engines/pii/port.py`.
EXPORT_MASKER = ENVIRONMENT.export_masker
EXPORT_RUNNER = ENVIRONMENT.export_runner
EXPORT_RAY_ADDRESS = ENVIRONMENT.export_ray_address
RELEASE_GRACE = timedelta(days=ENVIRONMENT.release_grace_days)
STATISTICS_DAYS = ENVIRONMENT.statistics_days
STATISTICS_EPSILON = ENVIRONMENT.statistics_epsilon
STATISTICS_EPSILON_PER_YEAR = ENVIRONMENT.statistics_epsilon_per_year
# Bot likelihood (0 to 1) from which on nothing of an account goes into training.
TRAINING_BOT_SCORE = ENVIRONMENT.training_bot_score
