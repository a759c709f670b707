"""What the OpenAPI description covers."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[misc]  # drf-spectacular publishes no types
    """How the description names our tokens; drf-spectacular finds it by its being defined."""

    target_class = "common.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def only_native_endpoints(endpoints: list[Any]) -> list[Any]:
    """drf-spectacular hook: the Mastodon client API is described by its makers, ours here."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/humankind/")]
