"""Chromium, and the authenticator that it plays."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from tests.live import LiveStack

PATIENCE = 20_000  # milliseconds, on a machine that does much else
expect.set_options(timeout=PATIENCE)


@dataclass
class Authenticator:
    """Chromium's virtual authenticator (W3C Web Authentication, section 11), with a person who may fail to unlock it."""

    session: CDPSession
    id: str

    def verify_user(self, verified: bool) -> None:
        """Whether the person is recognised from now on."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified})

    def credentials(self) -> int:
        """The number of passkeys on it."""
        return len(self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])


@pytest.fixture(scope="module")
def chromium(live_stack: LiveStack) -> Iterator[Browser]:
    """The system's Chromium, started once for a module."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed: what people do in a browser is not tried")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django would refuse to look into the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # No sandbox: in a container there is often no user but root, and the pages are our own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, stack: LiveStack) -> Iterator[Page]:
    """A page in a fresh profile."""
    context = chromium.new_context(base_url=stack.url)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def add_authenticator(page: Page, *, user_verification: bool = True) -> Authenticator:
    """Plug one in: built into the device, keeps passkeys, recognises its person where `user_verification`."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": user_verification,
        "isUserVerified": user_verification,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(session, added["authenticatorId"])
