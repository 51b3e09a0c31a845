"""Who calls: a machine by its token, or a person by a session whose second factor was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from proofline.api.problems import ApiError, wrong
from proofline.api.reading import form_of
from proofline.desk.machines.keys import bad_key, who_shows
from proofline.store.people import Person

_SAFE = {"GET", "HEAD", "OPTIONS"}
_METHODS = "account_authentication_methods"
"""Where allauth notes in the session what was shown, and when."""


@dataclass(frozen=True, slots=True)
class Who:
    """A person, or the account of a machine; a machine is bound to one tenant and to scopes."""

    person: Person
    tenant_id: str | None = None
    scopes: frozenset[str] | None = None
    second_factor_at: datetime | None = None


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:  # noqa: ARG002 - Django's shape
        raise wrong(
            403,
            "api.csrf",
            "The request does not show the token that the page was given.",
            "Send csrf_token of /api/me as the header X-CSRFToken.",
        )


def who_calls(request: HttpRequest, at: datetime) -> Who:
    """Find out who calls. Errors: BadKey for a token that opens nothing; ApiError (401, 403)."""
    shown = request.headers.get("Authorization")
    if shown is not None:
        return _machine(shown, at)
    person = request.user
    if not isinstance(person, Person):
        raise _nobody()
    if not is_mfa_enabled(person) or (factor := _second_factor_at(request)) is None:
        raise wrong(
            403,
            "api.second_factor",
            "The session has not shown a second factor.",
            "Set one up, and sign in with it.",
        )
    if request.method not in _SAFE:
        _refuse_forged(request)
    return Who(person, second_factor_at=factor)


def _machine(shown: str, at: datetime) -> Who:
    scheme, _, token = shown.partition(" ")
    found = who_shows(token.strip(), at) if scheme.lower() == "bearer" else None
    if found is None:
        raise bad_key()
    return Who(found.person, found.tenant_id, found.scopes)


def _nobody() -> ApiError:
    return wrong(
        401,
        "api.nobody",
        "The request does not say who calls.",
        "Send a token of POST /api/token as a bearer, or sign in.",
    )


def _second_factor_at(request: HttpRequest) -> datetime | None:
    shown = request.session.get(_METHODS, [])
    at = [one["at"] for one in shown if one.get("method") == "mfa" and one.get("at")]
    return datetime.fromtimestamp(max(at), UTC) if at else None


def _refuse_forged(request: HttpRequest) -> None:
    form_of(request)  # the check asks for it too, and says nothing of what cannot be read
    check = _Csrf(lambda _: HttpResponse())
    check.process_request(request)
    check.process_view(request, lambda _: HttpResponse(), (), {})
