"""Views for a recipient's programs: who reads, and within which limits."""

import datetime as dt
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request

from common.authentication import HasScope
from common.pagination import LARGEST_ID
from common.problems import NotAllowed, Problem, TooMany
from common.views import View
from exports.models import Dataset, Recipient, Release
from exports.operations.downloads import spend_request
from exports.operations.recipient_keys import SCOPE
from exports.queries import releases
from exports.queries.recipients import recipient_of_client, require_reading

LARGEST_NUMBER = 2**31 - 1


class RecipientView(View):
    """For a recipient's program: an app-only token with `export:read`. It counts against the recipient's own limit."""

    permission_classes: Any = [HasScope]
    scopes: ClassVar[dict[str, str]] = {"*": SCOPE}
    _found: Recipient | None = None

    def find(self, request: Request) -> Recipient | None:
        """The recipient that the request speaks for; None for nobody."""
        token: Any = request.auth
        if token is None or token.user_id is not None or SCOPE not in token.get_scopes():
            return None
        return recipient_of_client(token.client_id)

    def recipient(self, request: Request) -> Recipient:
        """Who is reading; raises NotAllowed."""
        token: Any = request.auth
        if token is not None and token.user_id is not None:
            raise NotAllowed("Releases are read with the recipient's own (client credentials) token.")
        return require_reading(self._found)

    def dataset(self, request: Request, dataset_id: int) -> Dataset:
        """The recipient's own dataset; raises NotFound."""
        return releases.dataset_of(self.recipient(request), dataset_id if dataset_id <= LARGEST_ID else 0)

    def release(self, request: Request, dataset_id: int, number: int) -> Release:
        """A release of the recipient's own dataset; raises NotFound."""
        return releases.release_of(self.dataset(request, dataset_id), min(number, LARGEST_NUMBER))

    def _spend(self, account_id: int | None, request: Request) -> None:
        self._found = self.find(request)
        if self._found is None:
            super()._spend(account_id, request)
            return
        self._allowance = spend_request(self._found)
        if self._allowance.exceeded:
            wait = self._allowance.resets_at - timezone.now()
            raise TooMany(
                f"Too many requests: {self._allowance.limit} are allowed in a minute.",
                limit=self._allowance.limit,
                more={"limited_by": "requests_per_minute", "retry_after": max(1, -(-wait // dt.timedelta(seconds=1)))},
            )


def whole_number(request: Request, name: str, *, default: int = 0, most: int = 10**9) -> int:
    """A number of the query, 0 to `most`; raises Problem."""
    value = request.query_params.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= most):
        raise Problem(f"{name} is a whole number from 0 to {most}.", field=name, limit=most)
    return int(value)
