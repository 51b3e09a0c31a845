"""The pages' addresses."""

from __future__ import annotations

from django.urls import include, path

from proofline.web.admin import inspection
from proofline.web.pages import (
    audit,
    billing,
    calls,
    denials,
    home,
    intake,
    patient,
    practice,
    rules,
    search,
    settings,
    signing,
    timer,
    today,
)
from proofline.web.watching import health

PAGES = (
    *(audit, billing, calls, denials, intake, patient, practice, rules),
    *(search, settings, signing, timer, today),
)

urlpatterns = [
    path("", home.home),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", inspection().urls),
    *(path("", include(page)) for page in PAGES),
]
