"""Sessions that ended while somebody was typing: they are told, and what they typed comes again.

What was posted is kept in the session that signs in next from this browser, for a few minutes, and
shown on the page that it was posted from; it is never sent by itself. Only the same person sees it.
Where it cannot be known who that was, since the key of sessions is another, it is whoever the page
itself lets in. Secrets are not kept.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

_KEPT = "typed before"
_MOST, _SECONDS = 64 << 10, 15 * 60
_NEVER = ("csrfmiddlewaretoken", "password", "secret", "token", "code")


def send_to_sign_in(request: HttpRequest, person: str, *, comes_again: bool) -> HttpResponse:
    """Answer what was posted after a session had ended; `person` is blank if nobody can tell whose.

    `comes_again` tells whether the page of this address can show what was typed.
    """
    body = _worth_keeping(request) if comes_again else ""
    if body:
        kept = {"path": request.path, "body": body, "person": person, "at": time.time()}
        request.session[_KEPT] = kept
    if comes_again:
        tell(request, kept=bool(body))
        return redirect_to_login(request.get_full_path())
    tell(request, kept=False)
    return redirect_to_login(_page_before(request))


def tell(request: HttpRequest, *, kept: bool | None = None) -> None:
    """Tell that the session has ended; `kept` tells what became of what was posted, if it was."""
    told = _("Your session has ended. Sign in again.")
    if kept is not None:
        told += " " + _("Nothing was written.")
    if kept:
        told += " " + _("What you typed will be there again.")
    messages.warning(request, told)


def typed_before(request: HttpRequest) -> QueryDict | None:
    """Give what this person typed for this page before the session ended; once, and soon."""
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[_KEPT]
    theirs = kept["person"] in {"", str(request.user.pk)}
    if not theirs or time.time() - kept["at"] > _SECONDS:
        return None
    messages.warning(request, _("This is what you typed before your session ended. Send it now."))
    return QueryDict(kept["body"])


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
