"""Addresses of what one does with statuses and accounts."""

from django.urls import URLPattern, URLResolver

from feed.api import endorsements, interactions, quotes
from feed.api.addresses import address

urlpatterns: list[URLPattern | URLResolver] = [
    address("api/v1/statuses/:id/(?P<act>favourite|unfavourite)", interactions.FavouriteView),
    address("api/v1/statuses/:id/(?P<act>bookmark|unbookmark)", interactions.BookmarkView),
    address("api/v1/statuses/:id/(?P<act>pin|unpin)", interactions.PinView),
    address("api/v1/statuses/:id/(?P<act>mute|unmute)", interactions.MuteThreadView),
    address("api/v1/statuses/:id/reblog", interactions.ReblogView),
    address("api/v1/statuses/:id/unreblog", interactions.UnreblogView),
    address("api/v1/statuses/:id/favourited_by", interactions.FavouritedByView),
    address("api/v1/statuses/:id/reblogged_by", interactions.RebloggedByView),
    address("api/v1/statuses/:id/quotes", quotes.QuotesView),
    address(r"api/v1/statuses/:id/quotes/(?P<quoting>[0-9]{1,40})/revoke", quotes.RevokeQuoteView),
    address("api/v1/statuses/:id/interaction_policy", quotes.InteractionPolicyView),
    address("api/v1/favourites", interactions.FavouritesView),
    address("api/v1/bookmarks", interactions.BookmarksView),
    address("api/v1/endorsements", endorsements.EndorsementsView),
    address("api/v1/accounts/:id/endorsements", endorsements.EndorsementsOfView),
    address("api/v1/accounts/:id/(?P<act>endorse|unendorse|pin|unpin)", endorsements.EndorseView),
]
