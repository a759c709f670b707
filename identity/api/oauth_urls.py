"""Addresses of OAuth, where Mastodon has them."""

from django.urls import path

from identity.api import oauth_endpoints, oauth_pages

urlpatterns = [
    path("oauth/login", oauth_pages.login),
    path("oauth/authorize", oauth_pages.authorize),
    path("oauth/token", oauth_endpoints.token),
    path("oauth/revoke", oauth_endpoints.revoke),
    path(".well-known/oauth-authorization-server", oauth_endpoints.server_metadata),
]
