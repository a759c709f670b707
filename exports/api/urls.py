"""Addresses of this app."""

from django.urls import URLPattern, path

from exports.api import files, views
from exports.api.statistics import Statistics

ROOT = "api/humankind/v1/exports"
RELEASE = f"{ROOT}/datasets/<int:dataset_id>/releases/<int:number>"

urlpatterns: list[URLPattern] = [
    path(f"{ROOT}/statistics", Statistics.as_view()),
    path(f"{ROOT}/mine", views.Mine.as_view()),
    path(f"{ROOT}/terms", views.TermsOfUse.as_view()),
    path(f"{ROOT}/datasets", views.Datasets.as_view()),
    path(f"{ROOT}/datasets/<int:dataset_id>/releases", views.Releases.as_view()),
    path(f"{ROOT}/datasets/<int:dataset_id>/retractions", views.Retractions.as_view()),
    path(RELEASE, views.OneRelease.as_view()),
    path(f"{RELEASE}/manifest", files.ManifestFile.as_view()),
    path(f"{RELEASE}/files/<path:path>", files.DataFile.as_view()),
    path(f"{RELEASE}/acknowledgement", views.Acknowledgements.as_view()),
    path(f"{ROOT}/download", files.SignedFile.as_view()),
]
