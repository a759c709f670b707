"""What clients ask beside the instance document: rules, texts, activity, languages."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from common.problems import NotFound
from feed.api.instance_texts import CHANGED, EXTENDED_DESCRIPTION, PRIVACY_POLICY, RULES, TERMS_OF_SERVICE
from feed.api.views import MastodonPublicView
from feed.queries.numbers import weekly_activity


class RulesView(MastodonPublicView):
    """GET /api/v1/instance/rules"""

    def get(self, request: Request) -> Response:
        """What every account agrees to."""
        return Response(RULES)


class PeersView(MastodonPublicView):
    """GET /api/v1/instance/peers and /api/v1/instance/domain_blocks"""

    def get(self, request: Request) -> Response:
        """There is no other server, so none is known and none is blocked."""
        return Response([])


class ActivityView(MastodonPublicView):
    """GET /api/v1/instance/activity"""

    def get(self, request: Request) -> Response:
        """The last twelve weeks, the present one first."""
        weeks = weekly_activity()
        return Response(
            [
                {
                    "week": str(week.begins_at),
                    "statuses": str(week.statuses),
                    "logins": str(week.seen),
                    "registrations": str(week.registrations),
                }
                for week in weeks
            ]
        )


class ExtendedDescriptionView(MastodonPublicView):
    """GET /api/v1/instance/extended_description"""

    def get(self, request: Request) -> Response:
        """What this place is."""
        return Response({"updated_at": f"{CHANGED}T00:00:00.000Z", "content": EXTENDED_DESCRIPTION})


class PrivacyPolicyView(MastodonPublicView):
    """GET /api/v1/instance/privacy_policy"""

    def get(self, request: Request) -> Response:
        """What is done with what people give."""
        return Response({"updated_at": f"{CHANGED}T00:00:00.000Z", "content": PRIVACY_POLICY})


class TermsOfServiceView(MastodonPublicView):
    """GET /api/v1/instance/terms_of_service, and of a day"""

    def get(self, request: Request, date: str = CHANGED) -> Response:
        """The terms in force; there have been no others."""
        if date != CHANGED:
            raise NotFound("Record not found")
        terms: dict[str, Any] = {"effective_date": CHANGED, "effective": True, "content": TERMS_OF_SERVICE}
        return Response({**terms, "succeeded_by": None})


class LanguagesView(MastodonPublicView):
    """GET /api/v1/instance/languages"""

    def get(self, request: Request) -> Response:
        """Languages of the server's own texts; people write in any."""
        return Response([{"code": "en", "name": "English"}])


class TranslationLanguagesView(MastodonPublicView):
    """GET /api/v1/instance/translation_languages"""

    def get(self, request: Request) -> Response:
        """None: nothing here translates."""
        return Response({})
