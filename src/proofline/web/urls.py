"""The pages' addresses."""

from __future__ import annotations

from django.urls import path

from proofline.web import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
]
