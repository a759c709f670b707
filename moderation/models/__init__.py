"""Rows of moderation: what was reported, what was decided and why, what was taken back, and how likely a bot is."""

from moderation.models.bot_score import BotScore
from moderation.models.case import Case, Report
from moderation.models.decision import Decision, Undo

__all__ = ["BotScore", "Case", "Decision", "Report", "Undo"]
