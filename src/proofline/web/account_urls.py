"""The addresses for signing in: allauth's, but for those that this service keeps closed."""

from __future__ import annotations

from django.urls import include, path, re_path

from proofline.web import accounts

CLOSED = r"^(?:signup|password/reset|password/set|email|confirm-email|login/code)(?:/.*)?$"
"""No sign-up; and no post, since whoever reads a practice's post would be everybody in it."""

urlpatterns = [
    re_path(CLOSED, accounts.closed),
    path("reauthenticate/", accounts.show_again),
    path("", include("allauth.urls")),
]
