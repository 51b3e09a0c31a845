"""What somebody looks for, sealed into an address: the browser's Back shows it again.

A name may stand in no address, and a page that a form was posted to asks to be sent again when
somebody comes back to it. So what is posted goes on to an address that only this service can read,
and only for the session that looked.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode

LONGEST = 80
"""So many characters of it are looked for; no name or number is longer."""

_FOR = "for"


def looked_for(request: HttpRequest) -> str:
    """Give what the address asks for; nothing where it is of another session, or of nobody's."""
    try:
        return _seal(request).decrypt(request.GET.get(_FOR, "").encode()).decode()
    except InvalidToken:
        return ""


def sent_on(request: HttpRequest, page: str) -> HttpResponseRedirect:
    """Send a search that was posted as `q` on to the address of a page that shows it."""
    words = request.POST.get("q", "")[:LONGEST]
    sealed = _seal(request).encrypt(words.encode()).decode()
    return redirect(f"{page}?{urlencode({_FOR: sealed})}")


def _seal(request: HttpRequest) -> Fernet:
    """Give the seal of this session, which follows from the service's secret key."""
    made = salted_hmac(__name__, request.session.session_key or "", algorithm="sha256")
    return Fernet(urlsafe_b64encode(made.digest()))
