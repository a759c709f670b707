"""Celery doors: ids in, one job called."""

from celery import shared_task

from feed.jobs import announce as announce_job
from feed.jobs import announcements as announcements_job
from feed.jobs import close_polls as closing
from feed.jobs import convert_media as conversion_job
from feed.jobs import end_mutes as mutes_job
from feed.jobs import erase_closed as erasing
from feed.jobs import fan_out as fan_out_job
from feed.jobs import fetch_card as card_job
from feed.jobs import find_languages as languages_job
from feed.jobs import generate_image as image_job
from feed.jobs import leftovers as leftovers_job
from feed.jobs import post_scheduled as scheduled_job
from feed.jobs import push as push_job
from feed.jobs import trends as trends_job
from feed.jobs import verify_links as links_job
from feed.queries.push import unpushed_notices


@shared_task
def fan_out(status_id: int) -> None:
    """Nudge: a status was posted."""
    fan_out_job.fan_out(status_id)


@shared_task
def sweep_fan_out() -> None:
    """Sent by beat: take up what no nudge reached."""
    fan_out_job.sweep_fan_out()


@shared_task
def announce(status_id: int, event: str) -> None:
    """Nudge: a status was edited, deleted or withheld, and streams say so."""
    announce_job.announce(status_id, event)


@shared_task
def generate_image(generation_id: int) -> None:
    """Nudge: an image was asked for."""
    image_job.generate_image(generation_id)


@shared_task
def sweep_generations() -> None:
    """Sent by beat: take up images whose nudge was lost or whose worker was killed."""
    for generation_id in image_job.unfinished_generations():
        generate_image.delay(generation_id)


@shared_task
def convert_media(media_id: int) -> None:
    """Nudge: a film, a sound or an animation was uploaded. Whoever frees a slot fetches the next."""
    converted = conversion_job.convert_media(media_id)
    if converted and (waiting := conversion_job.next_waiting()):
        convert_media.delay(waiting)


@shared_task
def sweep_conversions() -> None:
    """Sent by beat: take up uploads whose nudge was lost, that found no slot, or whose worker was killed."""
    for media_id in conversion_job.unconverted_media():
        convert_media.delay(media_id)


@shared_task
def push_notices(notice_ids: list[int]) -> None:
    """Nudge: somebody with push subscriptions was notified."""
    push_job.push_notices(notice_ids)


@shared_task
def sweep_push() -> None:
    """Sent by beat: push what no nudge reached or what did not arrive; forget subscriptions of revoked tokens."""
    push_job.forget_revoked_subscriptions()
    for notice_id in unpushed_notices():
        push_notices.delay([notice_id])


@shared_task
def erase_closed_accounts() -> None:
    """Sent by beat: delete what closed accounts left here."""
    erasing.erase_closed_accounts()


@shared_task
def end_mutes() -> None:
    """Sent by beat: end mutes whose time is over."""
    mutes_job.end_mutes()


@shared_task
def fetch_card(card_id: int) -> None:
    """Nudge: a status links to a page that is not known yet."""
    card_job.fetch_card(card_id)


@shared_task
def sweep_cards() -> None:
    """Sent by beat: fetch pages whose nudge was lost or whose worker was killed."""
    for card_id in card_job.waiting_cards():
        fetch_card.delay(card_id)


@shared_task
def find_languages() -> None:
    """Sent by beat: look at what was written before languages were found at posting."""
    languages_job.find_languages()


@shared_task
def close_polls() -> None:
    """Sent by beat: tell those who voted that a poll has ended."""
    closing.close_due_polls()


@shared_task
def post_scheduled(scheduled_id: int) -> None:
    """Post one scheduled status."""
    scheduled_job.post_scheduled(scheduled_id, fan_out=fan_out.delay, fetch_card=fetch_card.delay)


@shared_task
def sweep_scheduled() -> None:
    """Sent by beat: post what is due."""
    for scheduled_id in scheduled_job.due_statuses():
        post_scheduled.delay(scheduled_id)


@shared_task
def verify_links(account_id: int) -> None:
    """Nudge: somebody wrote links into their profile."""
    links_job.verify_links(account_id)


@shared_task
def sweep_profile_links() -> None:
    """Sent by beat: look at links whose nudge was lost, whose page did not answer or whose worker was killed."""
    for account_id in links_job.profiles_with_links_to_verify():
        verify_links.delay(account_id)


@shared_task
def sweep_leftovers() -> None:
    """Sent by beat: forget uploads that were never posted, and schedules that were."""
    leftovers_job.forget_posted_schedules()
    leftovers_job.remove_unposted_uploads()


@shared_task
def refresh_trends() -> None:
    """Sent by beat: compute what trends."""
    trends_job.refresh_trends()


@shared_task
def tell_announcements() -> None:
    """Sent by beat: tell announcements whose time has come."""
    announcements_job.tell_published()
