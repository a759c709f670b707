"""Which of allauth's own pages are in use. The names of the others exist, since its pages link to them."""

from typing import Any

from allauth.account import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import include, path

from identity.api import oauth_pages
from identity.models import Account


class ResetPassword(forms.ResetPasswordForm):  # type: ignore[misc]  # allauth publishes no types
    """Set as `ACCOUNT_FORMS["reset_password"]`: a letter for accounts that have a password, and for no others."""

    users: list[Account]

    def clean_email(self) -> str:
        """Whoever won an account back by face has passkeys alone: an e-mail address, perhaps lost too, is no way in."""
        address: str = super().clean_email()
        self.users = [user for user in self.users if user.has_usable_password()]
        return address


def closed(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
    """Accounts are made and changed over the API, with its checks and limits, and nowhere beside it."""
    sentence = "There is no such page: accounts are made and changed in an app, over the API."
    return HttpResponseNotFound(sentence, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("login/", oauth_pages.Login.as_view()),
    path("signup/", closed),
    path("email/", closed),
    path("password/set/", closed),
    path("", include("allauth.account.urls")),
]
