"""What stands between a signed-in browser and every page: limits of a session, a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[[HttpRequest], HttpResponse]
_BEGAN, _USED = "began", "used"
_OPEN = ("/account/", "/static/", "/api/")
"""Where one gets a second factor and what those pages need; the API refuses in its own shape."""


class SessionLimits:
    """End a session that was not used for a while, and any session after a day's work."""

    def __init__(self, then: View) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, signed out if its session is over."""
        if request.user.is_authenticated:
            now = time.time()
            began = request.session.setdefault(_BEGAN, now)
            used = request.session.get(_USED, now)
            if now - used > settings.IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
            else:
                request.session[_USED] = now
        return self._then(request)


def second_factor_at(request: HttpRequest) -> datetime | None:
    """Say when this session last showed its second factor, for acts that need it fresh."""
    records = get_authentication_records(request, request.user)
    shown = [one["at"] for one in records if one.get("method") == "mfa"]
    return datetime.fromtimestamp(max(shown), UTC) if shown else None


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the person who is signed in has set one up."""
    return bool(is_mfa_enabled(request.user))


class SecondFactor:
    """Send whoever has no second factor to the page where one is set up, and nowhere else."""

    def __init__(self, then: View) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through if its person has a second factor."""
        user = request.user
        if (
            user.is_authenticated
            and not request.path.startswith(_OPEN)
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_activate_totp")
        return self._then(request)
