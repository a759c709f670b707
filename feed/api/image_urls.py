"""Addresses of images. Mastodon's own also answer with a slash at their end."""

from django.urls import path, re_path

from feed.api.generations import GenerationDetail, Generations
from feed.api.media import MediaDetail, MediaUpload, MediaUploadV1
from feed.api.media_files import MediaFile
from feed.api.provenance import MediaProvenance

urlpatterns = [
    path("api/humankind/v1/generations", Generations.as_view()),
    path("api/humankind/v1/generations/<int:generation_id>", GenerationDetail.as_view()),
    path("api/humankind/v1/media/<int:media_id>/provenance", MediaProvenance.as_view()),
    re_path(r"^api/v1/media/?$", MediaUploadV1.as_view()),
    re_path(r"^api/v2/media/?$", MediaUpload.as_view()),
    re_path(r"^api/v1/media/(?P<media_id>[0-9]{1,40})/?$", MediaDetail.as_view()),
    # Only what names of stored files look like reaches the storage.
    re_path(
        r"^media/(?P<path>[a-z]+/[0-9a-f]{2}/[0-9a-f]{40}(-small|-static)?\.(jpg|png|gif|mp4|mp3))$",
        MediaFile.as_view(),
    ),
]
