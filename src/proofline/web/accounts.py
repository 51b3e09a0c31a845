"""Signing in: nobody signs themselves up, a lock really locks, and no way leads around it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.views import reauthenticate as by_password
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import cache as caching
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from proofline.desk.people import let_in_since
from proofline.store.people.accounts import counted_as, tries_of
from proofline.web.watching import ended

if TYPE_CHECKING:
    from proofline.store.people import Person

_LOG = logging.getLogger("proofline.accounts")

_LET_YOU_IN = _(
    "On %(at)s the operator of this service let you in again, with a new password and without the"
    " second factor that you had. Choose a password that nobody else knows, and make a second"
    " administrator. If you did not ask for this, say so at once."
)
_LET_IN = _(
    "On %(at)s the operator of this service let the account %(name)s in again, with a new password"
    " and without its second factor. The reason stands under Settings, People and roles."
)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator, and found by axes under the name it looks for."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's shape
        """Nobody signs themselves up."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:  # noqa: ANN401
        """Check credentials, with the account's name where axes looks for it.

        Without it axes counts failures but lets the right password in from a locked address,
        because allauth passes `username` while axes reads `login`; and failures to show a password
        again would count for nobody, and lock an address for all who are there.
        """
        named = {"login": credentials.get("username")} | credentials
        return super().authenticate(request, **named)

    def login(self, request: HttpRequest, user: Person) -> None:
        """Begin a session, and tell what the operator did since the last one."""
        before = user.last_login
        super().login(request, user)
        ended.signed_in(request)
        if not is_mfa_enabled(user):
            # They set up the first second factor next, which asks for a password shown lately: it
            # was, a second ago. Asked for again it would prove no more.
            reauthenticate_by_password(request)
        for one in let_in_since(user, before, datetime.now(UTC)):
            said = _LET_YOU_IN if one.own else _LET_IN
            at = f"{one.at:%Y-%m-%d %H:%M} UTC"
            messages.warning(request, said % {"name": one.username, "at": at})

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the address that limits go by."""
        return client_address(request)


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Give the name under which axes counts guesses."""
    told = (credentials or {}).get("login") or request.POST.get("login", "")
    return counted_as(str(told))


def client_address(request: HttpRequest) -> str:
    """Say from where a request comes: behind a proxy, by the last address that this one added.

    What stands before it in the header was written by who asks, and proves nothing.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.BEHIND_PROXY:
        return direct
    said = str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
    if not said:
        _tell_of_a_silent_proxy()
    return said or direct


@cache
def _tell_of_a_silent_proxy() -> None:
    """Say once what makes the lock a weapon: everybody comes from one address."""
    _LOG.warning("the proxy sets no X-Forwarded-For: any stranger can lock everybody out")


class _Counted:
    """A form for codes that can be tried so often: from one address, and for one account.

    Who tries knows the password, or sits at a session of the person's; neither gives more tries,
    nor does a new password. Only whoever is let in again has all of theirs.
    """

    def clean_code(self) -> str:
        """Check the code. Errors: a refusal of the form after too many."""
        user = self.user  # type: ignore[attr-defined]
        of_account = tries_of(user)
        here = f"{of_account} {client_address(context.request)}"
        counts = (("code_from_here", here), ("code_of_account", of_account))
        for action, key in counts:
            if not ratelimit.consume(context.request, action=action, key=key):
                raise get_account_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        for action, key in counts:
            ratelimit.clear(context.request, action=action, key=key)
        return code


class SecondFactorForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code at signing in."""


class FreshFactorForm(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code shown again, as before a signature."""


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Answer for what allauth has and this service does not: sign-up, post, reset by post."""
    raise Http404


def show_again(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor where there is one: a password alone proves nothing new."""
    if request.user.is_authenticated and is_mfa_enabled(request.user):
        asked = request.META.get("QUERY_STRING", "")
        return redirect(reverse("mfa_reauthenticate") + (f"?{asked}" if asked else ""))
    answer: HttpResponse = by_password(request)
    return answer


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer whom a limit keeps out; where no try can be counted, that keeps everybody out."""
    if _can_count():
        return render(request, "429.html", status=429)
    return render(request, "full.html", status=503)


def _can_count() -> bool:
    """Whether a try can be written down; where the database has no room the cache only says no."""
    return bool(caching.cache.add(f"room-{secrets.token_hex(8)}", 1, timeout=1))
