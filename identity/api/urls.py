"""Addresses of this app."""

from django.urls import URLPattern, path

from identity.api import age, consents, enrolments, presence, receipts

NATIVE = "api/humankind/v1"

urlpatterns: list[URLPattern] = [
    path(f"{NATIVE}/age", age.AgeView.as_view()),
    path(f"{NATIVE}/policies", consents.PoliciesView.as_view()),
    path(f"{NATIVE}/consents", consents.ConsentsView.as_view()),
    path(f"{NATIVE}/consents/<str:purpose>", consents.ConsentView.as_view()),
    path(f"{NATIVE}/personhood", consents.PersonhoodView.as_view()),
    path(f"{NATIVE}/presence", presence.PresenceView.as_view()),
    path(f"{NATIVE}/receipts/keys", receipts.ReceiptKeysView.as_view()),
    path(f"{NATIVE}/enrolments", enrolments.EnrolmentsView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>", enrolments.EnrolmentDetailView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/frames", enrolments.FramesView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/submit", enrolments.SubmitView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/events", enrolments.EventsView.as_view()),
]
