"""What beat starts and how often. A sweep finds what a lost message left behind; each is safe to run twice."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab


def beat_schedule(*, release_minutes: int) -> dict[str, Any]:
    """Celery's `beat_schedule`; plain numbers are seconds."""
    return {
        "sweep-enrolments": {"task": "identity.tasks.sweep_enrolments", "schedule": 10.0},
        "sweep-passkeys": {"task": "identity.tasks.sweep_passkeys", "schedule": timedelta(minutes=10)},
        "sweep-reviews": {"task": "identity.tasks.sweep_reviews", "schedule": timedelta(minutes=1)},
        "sweep-notices": {"task": "identity.tasks.sweep_notices", "schedule": 10.0},
        "sweep-key-epochs": {"task": "identity.tasks.sweep_key_epochs", "schedule": 60.0},
        "sweep-world-id": {"task": "identity.tasks.sweep_world_id", "schedule": 10.0},
        "sweep-recoveries": {"task": "identity.tasks.sweep_recoveries", "schedule": timedelta(minutes=10)},
        "sweep-renewals": {"task": "identity.tasks.sweep_renewals", "schedule": timedelta(hours=1)},
        "sweep-fan-out": {"task": "feed.tasks.sweep_fan_out", "schedule": 10.0},
        "sweep-scheduled": {"task": "feed.tasks.sweep_scheduled", "schedule": 10.0},
        "close-polls": {"task": "feed.tasks.close_polls", "schedule": 10.0},
        "sweep-profile-links": {"task": "feed.tasks.sweep_profile_links", "schedule": 60.0},
        "sweep-leftovers": {"task": "feed.tasks.sweep_leftovers", "schedule": timedelta(hours=1)},
        "find-languages": {"task": "feed.tasks.find_languages", "schedule": 60.0},
        "sweep-cards": {"task": "feed.tasks.sweep_cards", "schedule": 30.0},
        "tell-announcements": {"task": "feed.tasks.tell_announcements", "schedule": 60.0},
        "refresh-trends": {"task": "feed.tasks.refresh_trends", "schedule": timedelta(minutes=5)},
        "sweep-generations": {"task": "feed.tasks.sweep_generations", "schedule": 20.0},
        "sweep-conversions": {"task": "feed.tasks.sweep_conversions", "schedule": 20.0},
        "sweep-push": {"task": "feed.tasks.sweep_push", "schedule": 30.0},
        "end-mutes": {"task": "feed.tasks.end_mutes", "schedule": 15.0},
        "sweep-bot-likelihood": {"task": "moderation.tasks.sweep_bot_likelihood", "schedule": 30.0},
        "forget-closed-accounts": {
            "task": "moderation.tasks.forget_closed_accounts",
            "schedule": timedelta(minutes=10),
        },
        "sweep-decisions": {"task": "moderation.tasks.sweep_decisions", "schedule": timedelta(minutes=10)},
        "sweep-training-holds": {"task": "moderation.tasks.sweep_training_holds", "schedule": timedelta(minutes=10)},
        "sweep-releases": {
            "task": "exports.tasks.sweep_releases",
            "schedule": timedelta(minutes=release_minutes),
        },
        "publish-statistics": {
            "task": "exports.tasks.publish_statistics",
            "schedule": crontab(hour="4", minute="20"),
        },
        "rewrite-tables": {"task": "identity.tasks.rewrite_tables", "schedule": 60.0},
        "rewrite-tables-nightly": {
            "task": "identity.tasks.rewrite_tables_nightly",
            "schedule": crontab(hour="3", minute="40"),
        },
        "sweep-archives": {"task": "identity.tasks.sweep_archives", "schedule": 30.0},
        "erase-closed-accounts": {"task": "feed.tasks.erase_closed_accounts", "schedule": 15.0},
        "heartbeat": {"task": "common.tasks.heartbeat", "schedule": 15.0},
        "sweep-common": {"task": "common.tasks.sweep_idempotency", "schedule": timedelta(hours=1)},
    }
