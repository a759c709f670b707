"""The certificate under which this network signs."""

from functools import lru_cache

from django.conf import settings

from feed.engines import certificates
from feed.engines.certificates import Certificates


@lru_cache(maxsize=1)
def signing_certificates() -> Certificates:
    """The operator's own where settings name it, else the development one. Raises CertificateError."""
    if settings.C2PA_CERTIFICATE_CHAIN and settings.C2PA_PRIVATE_KEY:
        return certificates.from_files(settings.C2PA_CERTIFICATE_CHAIN, settings.C2PA_PRIVATE_KEY)
    return certificates.for_development(settings.VAR / "provenance")
