"""Who may see a status. Every read of statuses passes here."""

from collections.abc import Callable

from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, F, Func, OuterRef, Q, QuerySet

from feed.models import Follow, List, ListMember, Mention, Profile, Status, StatusTag, TagFollow
from feed.queries.blocking import Viewer, avoided_by, blocks, inside, unwanted_by

OPEN_VISIBILITIES = (Status.Visibility.PUBLIC, Status.Visibility.UNLISTED)
SHOWN_AUTHORS = (Profile.Restriction.NONE, Profile.Restriction.LIMITED)


def shown() -> Q:
    """Neither deleted nor withheld, by an author who is not suspended."""
    return Q(
        deleted_at=None, withheld_at=None, account__is_active=True, account__profile__restriction__in=SHOWN_AUTHORS
    )


def followed_by(viewer_id: Viewer) -> Exists:
    """The viewer follows the author; a request that still waits does not count."""
    return Exists(_follows(viewer_id))


def reblogs_wanted_by(viewer_id: Viewer) -> Q:
    """Not a reblog, or by somebody whom the viewer follows without having turned their reblogs off."""
    return Q(reblog_of=None) | Q(Exists(_follows(viewer_id).filter(reblogs=True)))


def mentions(viewer_id: Viewer) -> Exists:
    """The status speaks to the viewer."""
    return Exists(Mention.objects.filter(status_id=OuterRef("pk"), account_id=inside(viewer_id)))


def visible_to(viewer_id: Viewer | None) -> Q:
    """What `viewer_id` may see; None is somebody who is not signed in. Authors also see what was withheld of theirs.

    Of reblogs those of what the viewer may see too. Whoever is blocked sees nothing of who blocked them; what one blocks
    or mutes oneself may still be looked at, and is left out of timelines (`wanted_by`).
    """
    return visible_itself(viewer_id) & within_sight_of(viewer_id)


def within_sight_of(viewer_id: Viewer | None) -> Q:
    """Not a reblog, or one of a status that the viewer may see."""
    inner = Status.objects.filter(visible_itself(inside(viewer_id)), pk=OuterRef("reblog_of_id"))
    return Q(reblog_of=None) | Q(Exists(inner))


def visible_itself(viewer_id: Viewer | None) -> Q:
    """As `visible_to`, whatever became of the status that a reblog shows."""
    everyone = shown() & Q(visibility__in=OPEN_VISIBILITIES)
    if viewer_id is None:
        return everyone
    own = Q(account_id=viewer_id, deleted_at=None)
    addressed = Q(mentions(viewer_id)) | Q(Q(visibility=Status.Visibility.PRIVATE) & Q(followed_by(viewer_id)))
    return own | (shown() & (Q(visibility__in=OPEN_VISIBILITIES) | addressed) & ~blocks(viewer_id))


def wanted_by(viewer_id: Viewer | None) -> Q:
    """What timelines, conversations and streams may show to the viewer, beside `visible_to`: nothing, itself or
    reblogged, of those whom they mute or between whom and them a block stands.
    """
    return Q() if viewer_id is None else ~_of_author(unwanted_by, viewer_id)


def may_be_quoted_by(viewer_id: Viewer) -> Q:
    """Of statuses that the viewer may see those that they may quote: their own, and open ones as the author allows."""
    own = Q(account_id=viewer_id) & ~Q(visibility=Status.Visibility.DIRECT)
    allowed = Q(quote_policy="public") | (Q(quote_policy="followers") & Q(followed_by(viewer_id)))
    return own | (Q(visibility__in=OPEN_VISIBILITIES) & allowed)


def in_home_of(viewer_id: Viewer) -> Q:
    """What may stand in the viewer's home timeline: their own, what those they follow let them see, followed hashtags."""
    open_to_followers = ~Q(visibility=Status.Visibility.DIRECT) | Q(mentions(viewer_id))
    followed = Q(_followed_in_its_language(viewer_id)) & open_to_followers & reblogs_wanted_by(viewer_id)
    followed &= ~Q(on_an_exclusive_list_of(viewer_id))
    others = (followed | has_followed_tag(viewer_id)) & _kept_in_home_of(viewer_id)
    return shown() & (Q(account_id=viewer_id) | others) & within_sight_of(viewer_id)


def on_an_exclusive_list_of(viewer_id: Viewer) -> Exists:
    """The author is on a list of the viewer's whose members are left out of home."""
    return Exists(
        ListMember.objects.filter(
            list__account_id=inside(viewer_id), list__exclusive=True, account_id=OuterRef("account_id")
        )
    )


def has_followed_tag(viewer_id: Viewer) -> Q:
    """A public status, by an author whom moderation has not limited, with a hashtag that the viewer follows."""
    followed = TagFollow.objects.filter(account_id=inside(inside(viewer_id))).values("name")
    tagged = StatusTag.objects.filter(status_id=OuterRef("pk"), name__in=followed)
    unlimited = Q(account__profile__restriction=Profile.Restriction.NONE)
    return Q(visibility=Status.Visibility.PUBLIC) & unlimited & Q(Exists(tagged))


def in_list(list_id: int | OuterRef, viewer_id: Viewer, replies_policy: str) -> Q:
    """What may stand in the timeline of one of the viewer's lists, which takes replies by Mastodon's rules.

    Those to the author themselves and to the viewer always; to a member under `list`; to anybody followed under `followed`.
    """
    member = Exists(ListMember.objects.filter(list_id=inside(list_id), account_id=OuterRef("account_id")))
    by_author = Q(in_reply_to_account_id=None) | Q(in_reply_to_account_id=F("account_id"))
    replies = by_author | Q(in_reply_to_account_id=viewer_id)
    if replies_policy == List.Replies.LIST:
        answered = ListMember.objects.filter(list_id=inside(list_id), account_id=OuterRef("in_reply_to_account_id"))
        replies |= Q(Exists(answered))
    if replies_policy == List.Replies.FOLLOWED:
        replies |= Q(_follows_the_other_side(viewer_id))
    followed = Q(_followed_in_its_language(viewer_id)) & reblogs_wanted_by(viewer_id) & _kept_in_home_of(viewer_id)
    open_to_followers = ~Q(visibility=Status.Visibility.DIRECT)
    mine_or_followed = Q(account_id=viewer_id) | followed
    return shown() & Q(member) & open_to_followers & mine_or_followed & replies & within_sight_of(viewer_id)


def reply_belongs_in_home_of(viewer_id: Viewer) -> Q:
    """Replies are shown only to those who follow both sides, or are one of them, or follow a hashtag that it has."""
    return (
        Q(in_reply_to_account_id=None)
        | Q(account_id=viewer_id)
        | Q(in_reply_to_account_id=viewer_id)
        | Q(_follows_the_other_side(viewer_id))
        | has_followed_tag(viewer_id)
    )


def _follows_the_other_side(viewer_id: Viewer) -> Exists:
    other_side = Follow.objects.filter(
        source_id=inside(viewer_id), target_id=OuterRef("in_reply_to_account_id"), pending=False
    )
    return Exists(other_side)


def in_public_timeline() -> Q:
    """Public statuses but replies and reblogs, by accounts that moderation has not limited."""
    return openly_public() & Q(in_reply_to=None, reblog_of=None)


def openly_public() -> Q:
    """Public statuses by accounts that moderation has not limited: what the streams of hashtags carry."""
    return shown() & Q(visibility=Status.Visibility.PUBLIC, account__profile__restriction=Profile.Restriction.NONE)


def _follows(viewer_id: Viewer) -> "QuerySet[Follow]":
    return Follow.objects.filter(source_id=inside(viewer_id), target_id=OuterRef("account_id"), pending=False)


def _kept_in_home_of(viewer_id: Viewer) -> Q:
    """Wanted by the viewer, and speaking to nobody whom they block or mute."""
    here = Q(status_id=OuterRef("pk")) | Q(status_id=OuterRef("reblog_of_id"))
    spoken_to = Mention.objects.filter(here, avoided_by(inside(viewer_id)))
    return wanted_by(viewer_id) & ~Q(Exists(spoken_to))


def _of_author(condition: Callable[[Viewer], Q], viewer_id: Viewer) -> Q:
    """The condition holds for the author, or for the author of what is reblogged."""
    reblogged = Status.objects.filter(condition(inside(viewer_id)), pk=OuterRef("reblog_of_id"))
    return condition(viewer_id) | Q(Exists(reblogged))


def _followed_in_its_language(viewer_id: Viewer) -> Exists:
    """The viewer follows the author in all languages, or in the status's; one that names none is in all."""
    language = ExpressionWrapper(OuterRef("language"), output_field=CharField())
    named = Func(F("languages"), language, function="jsonb_exists", output_field=BooleanField())
    follows = _follows(viewer_id).annotate(written_in=language, named=named)
    return Exists(follows.filter(Q(languages=[]) | Q(written_in="") | Q(named=True)))
