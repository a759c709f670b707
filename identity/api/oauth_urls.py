"""Addresses of OAuth, where Mastodon has them, and of our own pages."""

from django.urls import path, re_path

from identity.api import applications, oauth_endpoints, oauth_pages, passkey_pages

# Published clients write these three with a slash at the end, too (toot: `/oauth/authorize/`).
urlpatterns = [
    path("oauth/login", oauth_pages.Login.as_view()),
    path("oauth/login/passkey", passkey_pages.sign_in),
    re_path(r"^oauth/authorize/?$", oauth_pages.authorize),
    re_path(r"^oauth/token/?$", oauth_endpoints.token),
    re_path(r"^oauth/revoke/?$", oauth_endpoints.revoke),
    path("oauth/authorized_applications", applications.page),
    path("oauth/authorized_applications/<str:client_id>/revoke", applications.revoke),
    path(".well-known/oauth-authorization-server", oauth_endpoints.server_metadata),
    path("account/passkeys", passkey_pages.own),
    path("account/passkeys/begin", passkey_pages.begin),
    path("account/passkeys/ownership", passkey_pages.ownership),
    path("account/passkeys/<int:passkey_id>/rename", passkey_pages.rename),
    path("account/passkeys/<int:passkey_id>/remove", passkey_pages.remove),
]
