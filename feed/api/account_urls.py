"""Addresses of accounts, and of how they stand to each other."""

from django.urls import URLPattern

from feed.api import accounts, applications, relations
from feed.api.addresses import address

urlpatterns: list[URLPattern] = [
    address("api/v1/accounts", applications.SignUpView),
    address("api/v1/accounts/verify_credentials", accounts.OwnAccountView),
    address("api/v1/accounts/update_credentials", accounts.UpdateOwnAccountView),
    address("api/v1/accounts/lookup", accounts.LookupView),
    address("api/v1/accounts/relationships", relations.RelationshipsView),
    address("api/v1/accounts/familiar_followers", relations.FamiliarFollowersView),
    address("api/v1/accounts/:id", accounts.AccountView),
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
    address("api/v1/blocks", relations.BlocksView),
    address("api/v1/mutes", relations.MutesView),
    address("api/v1/follow_requests", relations.FollowRequestsView),
    address("api/v1/follow_requests/:id/(?P<answer>authorize|reject)", relations.AnswerFollowRequestView),
    address("api/v1/preferences", accounts.PreferencesView),
]
