"""The map of addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("proofline.api.urls")),
    path("account/", include("proofline.web.account_urls")),
    path("", include("proofline.api.ingest.urls")),
    path("", include("proofline.web.urls")),
]

handler404 = "proofline.api.problems.nowhere"
handler429 = "proofline.web.accounts.too_many"  # allauth's
handler500 = "proofline.api.problems.crashed"
