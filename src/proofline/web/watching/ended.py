"""Sessions that ended while somebody was typing: they are told, and what they typed comes again.

What was posted is kept in the session that signs in next from this browser, for a quarter of an
hour, and shown on the page that it was posted from; it is never sent by itself. It is kept only
where it is known whose session it was, and only they see it: a stranger writes nothing. It can be
of a patient, so it lies in the book sealed, and its key lies with the browser alone: neither a
backup nor a session that nobody came back to can be read. Secrets are not kept.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

_KEPT = "typed before"
_MOST, _SECONDS = 64 << 10, 15 * 60
_NEVER = ("csrfmiddlewaretoken", "password", "secret", "token", "code")


def send_to_sign_in(request: HttpRequest, person: str, *, comes_again: bool) -> HttpResponse:
    """Answer what was posted after the session of a person had ended; blank: nobody knows whose.

    `comes_again` tells whether the page of this address can show what was typed.
    """
    body = _worth_keeping(request) if comes_again and person else ""
    tell(request, kept=bool(body))
    answer = redirect_to_login(request.get_full_path() if comes_again else _page_before(request))
    if body:
        _keep(request, answer, person, body)
    return answer


def tell(request: HttpRequest, *, kept: bool | None = None) -> None:
    """Tell that the session has ended; `kept` tells what became of what was posted, if it was."""
    told = _("Your session has ended. Sign in again.")
    if kept is not None:
        told += " " + _("Nothing was written.")
    if kept:
        told += " " + _("What you typed will be there again.")
    waiting = messages.get_messages(request)
    if told not in {str(one) for one in waiting}:  # so many that they fill a row, no stranger gets
        messages.warning(request, told)
    waiting.used = False  # type: ignore[union-attr]  # what keeps them is there


def typed_before(request: HttpRequest) -> QueryDict | None:
    """Give what this person typed for this page before the session ended; once, and soon."""
    forget_for_others(request)
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[_KEPT]
    try:
        key = Fernet(request.COOKIES.get(_cookie(), ""))
        body = key.decrypt(kept["body"], ttl=_SECONDS).decode()
    except (InvalidToken, ValueError):
        return None
    messages.warning(request, _("This is what you typed before your session ended. Send it now."))
    return QueryDict(body)


def forget_for_others(request: HttpRequest) -> None:
    """Drop what was typed if its time is over, or somebody else has signed in from this browser."""
    if kept := request.session.get(_KEPT):
        other = request.user.is_authenticated and str(request.user.pk) != kept["person"]
        if other or time.time() - kept["at"] > _SECONDS:
            del request.session[_KEPT]


def signed_in(request: HttpRequest) -> None:
    """Let a session in which something was kept last as long as any other, for its person."""
    forget_for_others(request)
    request.session.set_expiry(0)  # with the browser, as Django is told for all


def is_from_a_page(request: HttpRequest) -> bool:
    """Whether a browser shows the answer, so that somebody can read it."""
    return "text/html" in request.headers.get("Accept", "")


def has_ended(request: HttpRequest) -> bool:
    """Whether the browser shows the cookie of a session that is none any more, or never was one's.

    One that is there, and nobody's, is of somebody who is just signing in: what they post from an
    older page is worth as much, and to look at a page tells them nothing new.
    """
    shown = settings.SESSION_COOKIE_NAME in request.COOKIES
    return shown and (request.method == "POST" or request.session.is_empty())


def _keep(request: HttpRequest, answer: HttpResponse, person: str, body: str) -> None:
    key = Fernet.generate_key()
    sealed = Fernet(key).encrypt(body.encode()).decode()
    request.session[_KEPT] = {
        "path": request.path,
        "body": sealed,
        "person": person,
        "at": time.time(),
    }
    request.session.set_expiry(_SECONDS)
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(
        _cookie(), key.decode(), _SECONDS, secure=secure, httponly=True, samesite="Lax"
    )


def _cookie() -> str:
    """Name the cookie of the key, as the session's own is named."""
    return "__Host-typed" if settings.SESSION_COOKIE_SECURE else "typed"


def _worth_keeping(request: HttpRequest) -> str:
    said = request.POST.copy()
    for name in [name for name in said if name.startswith(_NEVER)]:
        del said[name]
    body = str(said.urlencode())
    return body if len(body) <= _MOST and any(any(values) for _name, values in said.lists()) else ""


def _page_before(request: HttpRequest) -> str:
    """Give the page that a form was on: what only takes forms shows nothing to who comes anew."""
    said = urlsplit(request.headers.get("Referer", ""))
    return said.path if said.netloc == request.get_host() and said.path else "/"
