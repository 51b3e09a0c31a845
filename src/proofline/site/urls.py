"""The map of addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("account/", include("proofline.web.account_urls")),
    path("", include("proofline.api.ingest.urls")),
    path("", include("proofline.web.urls")),
]
