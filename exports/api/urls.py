"""Addresses of this app."""

from django.urls import URLPattern, path

from exports.api import views
from exports.api.statistics import Statistics

ROOT = "api/humankind/v1/exports"
RELEASE = f"{ROOT}/datasets/<int:dataset_id>/releases/<int:number>"

urlpatterns: list[URLPattern] = [
    path(f"{ROOT}/statistics", Statistics.as_view()),
    path(f"{ROOT}/mine", views.Mine.as_view()),
    path(f"{ROOT}/datasets", views.Datasets.as_view()),
    path(f"{ROOT}/datasets/<int:dataset_id>/releases", views.Releases.as_view()),
    path(f"{ROOT}/datasets/<int:dataset_id>/retractions", views.Retractions.as_view()),
    path(RELEASE, views.OneRelease.as_view()),
    path(f"{RELEASE}/manifest", views.ManifestFile.as_view()),
    path(f"{RELEASE}/files/<path:path>", views.DataFile.as_view()),
    path(f"{RELEASE}/acknowledgement", views.Acknowledgements.as_view()),
]
