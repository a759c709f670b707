"""What this app needs before it can serve."""

from feed.engines.certificates import CertificateError
from feed.queries.certificates import signing_certificates


def signing_problems() -> list[str]:
    """A sentence when generated images cannot be signed; makes the development certificates at first start."""
    try:
        signing_certificates()
    except (CertificateError, OSError) as error:
        return [str(error)]
    return []
