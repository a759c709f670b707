from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from identity.engines.admission_policy import PolicyInvalid, parse


class IdentityConfig(AppConfig):
    name = "identity"

    def ready(self) -> None:
        """Stop a start-up with an admission policy that nobody could meet or read."""
        try:
            parse(settings.ADMISSION_POLICY)
        except PolicyInvalid as error:
            raise ImproperlyConfigured(f"HUMANKIND_ADMISSION_POLICY: {error}") from error
