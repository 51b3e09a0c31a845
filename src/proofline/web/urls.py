"""The pages' addresses."""

from __future__ import annotations

from django.urls import path

from proofline.web import health, home
from proofline.web.admin import inspection

urlpatterns = [
    path("", home.home),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("admin/", inspection().urls),
]
