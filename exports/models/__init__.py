"""Rows of the releases."""

from exports.models.contribution import Contribution
from exports.models.dataset import Dataset, Recipient
from exports.models.release import Acknowledgement, Release

__all__ = ["Acknowledgement", "Contribution", "Dataset", "Recipient", "Release"]
