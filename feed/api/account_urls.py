"""Addresses of accounts, and of how they stand to each other."""

from django.urls import URLPattern

from feed.api import accounts, applications, finding, own_account, relations
from feed.api.addresses import address, by_method

urlpatterns: list[URLPattern] = [
    address("api/v1/accounts", by_method(post=applications.SignUpView, get=accounts.SeveralAccountsView)),
    address("api/v1/accounts/search", finding.AccountSearchView),
    address("api/v1/emails/confirmations", applications.EmailConfirmationView),
    address("api/v1/emails/check_confirmation", applications.EmailConfirmedView),
    address("api/v1/accounts/verify_credentials", own_account.OwnAccountView),
    address("api/v1/accounts/update_credentials", own_account.UpdateOwnAccountView),
    address("api/v1/accounts/lookup", accounts.LookupView),
    address("api/v1/accounts/relationships", relations.RelationshipsView),
    address("api/v1/accounts/familiar_followers", relations.FamiliarFollowersView),
    address("api/v1/accounts/:id", accounts.AccountView),
    address("api/v1/accounts/:id/identity_proofs", accounts.IdentityProofsView),
    address("api/v1/accounts/:id/statuses", accounts.AccountStatusesView),
    address("api/v1/accounts/:id/followers", accounts.FollowersView),
    address("api/v1/accounts/:id/following", accounts.FollowingView),
    address("api/v1/accounts/:id/follow", relations.FollowView),
    address("api/v1/accounts/:id/unfollow", relations.UnfollowView),
    address("api/v1/accounts/:id/remove_from_followers", relations.RemoveFollowerView),
    address("api/v1/accounts/:id/block", relations.BlockView),
    address("api/v1/accounts/:id/unblock", relations.UnblockView),
    address("api/v1/accounts/:id/mute", relations.MuteView),
    address("api/v1/accounts/:id/unmute", relations.UnmuteView),
    address("api/v1/accounts/:id/note", relations.NoteView),
    address("api/v1/domain_blocks", finding.DomainBlocksView),
    address("api/v1/domain_blocks/preview", finding.DomainBlockPreviewView),
    address("api/v1/directory", finding.DirectoryView),
    address("api/v1/suggestions", finding.OldSuggestionsView),
    address("api/v1/suggestions/:id", finding.SuggestionView),
    address("api/v2/suggestions", finding.SuggestionsView),
    address("api/v1/blocks", relations.BlocksView),
    address("api/v1/mutes", relations.MutesView),
    address("api/v1/follow_requests", relations.FollowRequestsView),
    address("api/v1/follow_requests/:id/(?P<answer>authorize|reject)", relations.AnswerFollowRequestView),
    address("api/v1/profile", own_account.ProfileView),
    address("api/v1/profile/(?P<name>avatar|header)", own_account.PictureView),
    address("api/v1/preferences", own_account.PreferencesView),
]
