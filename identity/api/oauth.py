"""How allauth's OAuth and OpenID Connect provider is fitted to Humankind."""

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Set as `IDP_OIDC_ADAPTER`."""
