"""How the API answers browsers of other sites, and how DRF and its OpenAPI description are set."""

from corsheaders.defaults import default_headers

__all__ = [
    "CORS_ALLOW_ALL_ORIGINS",
    "CORS_ALLOW_HEADERS",
    "CORS_EXPOSE_HEADERS",
    "CORS_URLS_REGEX",
    "REST_FRAMEWORK",
    "SPECTACULAR_SETTINGS",
]

CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/(api|oauth|nodeinfo|\.well-known)/"
CORS_ALLOW_HEADERS = (*default_headers, "capture-secret", "idempotency-key")
CORS_EXPOSE_HEADERS = [
    "Link",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Retry-After",
    "X-Request-Id",
    "Idempotency-Replayed",
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["common.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Humankind",
    "DESCRIPTION": "Endpoints of Humankind's own. The social network itself speaks the Mastodon client API: see docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/humankind/v1",
    "PREPROCESSING_HOOKS": ["common.openapi.only_native_endpoints"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
