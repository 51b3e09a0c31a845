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

from proofline.web.watching import ended

View = Callable[[HttpRequest], HttpResponse]
_BEGAN, _USED = "began", "used"
_UNNOTED = 1 / 30
"""What of the time without use may pass unnoted: half a minute of a quarter of an hour."""
_OPEN = ("/account/", "/static/", "/api/")
"""Where one gets a second factor and what those pages need; the API refuses in its own shape."""


class SessionLimits:
    """End a session that was not used for a while, and any session after a day's work."""

    def __init__(self, then: View) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, signed out if its session is over."""
        request.ended = ""  # type: ignore[attr-defined]  # whose session it was that is over
        if request.user.is_authenticated:
            now = time.time()
            began = request.session.setdefault(_BEGAN, now)
            used = request.session.setdefault(_USED, now)
            if now - used > settings.IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
                request.ended = str(request.user.pk)  # type: ignore[attr-defined]
                logout(request)
            elif not 0 <= now - used <= settings.IDLE_SECONDS * _UNNOTED:  # so that few pages write
                request.session[_USED] = now
        ended.forget_for_others(request)
        return self._then(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], _args: object, _named: object
    ) -> HttpResponse | None:
        """Tell whose session is over that it is, before they are sent to sign in.

        A forged form does not come so far: its token was looked at before.
        """
        closed = getattr(view, "login_required", True) and not request.path.startswith(_OPEN)
        if request.user.is_authenticated or not closed or not ended.has_ended(request):
            return None
        if not ended.is_from_a_page(request):
            return None
        if request.method == "POST":
            again = bool(getattr(view, "comes_again", False))
            whose = request.ended  # type: ignore[attr-defined]
            return ended.send_to_sign_in(request, whose, comes_again=again)
        ended.tell(request)
        return None


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
