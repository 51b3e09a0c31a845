"""The first page after signing in: as whom one works, and what there is to open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from proofline.desk.people import practices_of
from proofline.desk.roles import may
from proofline.store.book import visible_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    """Show the roles of whoever is signed in, and the pages that these open."""
    now, person = datetime.now(UTC), request.user
    if not person.is_authenticated:
        raise Http404  # the log-in comes before any page; see LoginRequiredMiddleware
    roles: list[str] = []
    looks = False
    for tenant_id in practices_of(person, now)[:1]:
        with visible_to(person, tenant_id, now) as book:
            roles = sorted(role.replace("_", " ") for role in book.roles)
            looks = may(book, "evidence.see") or may(book, "people.see")
    return render(request, "web/home.html", {"roles": roles, "looks": looks})
