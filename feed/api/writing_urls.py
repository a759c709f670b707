"""Addresses of what is written: statuses, their edits, polls and what is scheduled."""

from feed.api import edits, polls, scheduled, statuses, training
from feed.api.addresses import address, by_method

urlpatterns = [
    address("api/v1/statuses", by_method(post=statuses.StatusesView, get=statuses.SeveralView)),
    address(
        "api/v1/statuses/:id",
        by_method(get=statuses.StatusView, put=statuses.OwnStatusView, delete=statuses.OwnStatusView),
    ),
    address("api/v1/statuses/:id/context", statuses.ContextView),
    address("api/v1/statuses/:id/history", edits.HistoryView),
    address("api/v1/statuses/:id/source", edits.SourceView),
    address("api/v1/statuses/:id/translate", edits.TranslateView),
    address("api/humankind/v1/statuses/:id/training", training.ForTrainingView),
    address("api/v1/polls/:id", polls.PollView),
    address("api/v1/polls/:id/votes", polls.VotesView),
    address("api/v1/scheduled_statuses", scheduled.ScheduledStatusesView),
    address("api/v1/scheduled_statuses/:id", scheduled.ScheduledStatusView),
]
