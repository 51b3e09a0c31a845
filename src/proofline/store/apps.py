"""The one Django app that has models."""

from __future__ import annotations

from django.apps import AppConfig


class Store(AppConfig):
    """The kept tables."""

    name = "proofline.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
