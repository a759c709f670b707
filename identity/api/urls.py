"""Addresses of this app."""

from django.urls import URLPattern, path

from identity.api import age, consents, enrolments, erasures, notices, passkeys, presence, receipts, world_id

NATIVE = "api/humankind/v1"

urlpatterns: list[URLPattern] = [
    path(f"{NATIVE}/age", age.AgeView.as_view()),
    path(f"{NATIVE}/policies", consents.PoliciesView.as_view()),
    path(f"{NATIVE}/consents", consents.ConsentsView.as_view()),
    path(f"{NATIVE}/consents/<str:purpose>", consents.ConsentView.as_view()),
    path(f"{NATIVE}/erasures", erasures.ErasuresView.as_view()),
    path(f"{NATIVE}/erasures/<int:erasure_id>", erasures.ErasureView.as_view()),
    path(f"{NATIVE}/erasures/<int:erasure_id>/receipt", erasures.ErasureReceiptView.as_view()),
    path(f"{NATIVE}/personhood", consents.PersonhoodView.as_view()),
    path(f"{NATIVE}/notices", notices.NoticesView.as_view()),
    path(f"{NATIVE}/presence", presence.PresenceView.as_view()),
    path(f"{NATIVE}/passkeys", passkeys.PasskeysView.as_view()),
    path(f"{NATIVE}/passkeys/<int:passkey_id>", passkeys.PasskeyView.as_view()),
    path(f"{NATIVE}/passkeys/<int:passkey_id>/revoke", passkeys.RevokeView.as_view()),
    path(f"{NATIVE}/passkeys/registration/begin", passkeys.BeginRegistrationView.as_view()),
    path(f"{NATIVE}/passkeys/registration/complete", passkeys.CompleteRegistrationView.as_view()),
    path(f"{NATIVE}/passkeys/sign-in/begin", passkeys.BeginSignInView.as_view()),
    path(f"{NATIVE}/passkeys/sign-in/complete", passkeys.CompleteSignInView.as_view()),
    path(f"{NATIVE}/passkeys/assertion/begin", passkeys.BeginAssertionView.as_view()),
    path(f"{NATIVE}/passkeys/assertion/complete", passkeys.CompleteAssertionView.as_view()),
    path(f"{NATIVE}/receipts/keys", receipts.ReceiptKeysView.as_view()),
    path(f"{NATIVE}/enrolments", enrolments.EnrolmentsView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>", enrolments.EnrolmentDetailView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/frames", enrolments.FramesView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/submit", enrolments.SubmitView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/more-time", enrolments.MoreTimeView.as_view()),
    path(f"{NATIVE}/enrolments/<int:enrolment_id>/events", enrolments.EventsView.as_view()),
    path(f"{NATIVE}/world-id", world_id.WorldIdView.as_view()),
    path(f"{NATIVE}/world-id/requests", world_id.WorldIdRequestsView.as_view()),
    path(f"{NATIVE}/world-id/proofs", world_id.WorldIdProofsView.as_view()),
    path(f"{NATIVE}/world-id/proofs/<int:proof_id>", world_id.WorldIdProofView.as_view()),
]
