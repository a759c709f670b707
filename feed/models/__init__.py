"""Rows of the social network."""

from feed.models.image import Generation, MediaAttachment
from feed.models.profile import Follow, Marker, Profile
from feed.models.status import Mention, Notice, Status

__all__ = ["Follow", "Generation", "Marker", "MediaAttachment", "Mention", "Notice", "Profile", "Status"]
