"""The Django app that holds templates and static files; it has no models."""

from __future__ import annotations

from django.apps import AppConfig


class Web(AppConfig):
    """The pages."""

    name = "proofline.web"
    label = "web"
