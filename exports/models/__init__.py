"""Rows of the releases."""

from exports.models.contribution import Contribution
from exports.models.dataset import Dataset, Recipient
from exports.models.download import Download
from exports.models.recipient_key import RecipientKey
from exports.models.release import Acknowledgement, Release
from exports.models.statistic import PublishedStatistic

__all__ = [
    "Acknowledgement",
    "Contribution",
    "Dataset",
    "Download",
    "PublishedStatistic",
    "Recipient",
    "RecipientKey",
    "Release",
]
