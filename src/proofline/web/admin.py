"""What is kept, to be looked at and never edited: for compliance the evidence, for others people.

Django's admin behind the same log-in and second factor. It shows one practice at a time, each look
at a patient is on record, and everything that may be changed is changed at the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.decorators import login_not_required
from django.db.models import BinaryField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from proofline.desk.found import look
from proofline.desk.people import practices_of
from proofline.desk.roles import may
from proofline.store.book import Book, visible_to
from proofline.web.screens import refused
from proofline.web.watching.practice import PracticeEnded, worked_for

PEOPLE = frozenset({"person", "membership", "breakglass"})
"""Models without patients; those who manage people see these alone."""

HIDDEN = frozenset({"job", "answer", "message"})
"""Models that hold what machines sent, or nothing to look at."""


class Inspection(AdminSite):
    """The pages, inside the practice of whoever is signed in."""

    site_header = site_title = "Proofline: what is kept"
    index_title = "Look, and change nothing"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may come in at all."""
        return bool(request.user.is_authenticated and request.user.is_active)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401, ARG002
        """There is one way to sign in, and it is not here."""
        asked = urlencode({"next": reverse("admin:index")})
        return redirect(f"{reverse('account_login')}?{asked}")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - Django's shape
        """Open the practice's book for as long as a page is made."""

        def _inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            now = datetime.now(UTC)
            person = request.user
            tenants = practices_of(person, now) if person.is_authenticated else []
            if not tenants or not person.is_authenticated:
                raise Http404
            try:
                tenant = worked_for(request, tenants)
            except PracticeEnded as error:
                return refused(request, error)
            with visible_to(person, tenant, now) as book:
                request.book = book  # type: ignore[attr-defined]
                answer: HttpResponse = plain(request, *args, **kwargs)
                if hasattr(answer, "render"):
                    answer.render()
                return answer

        plain = super().admin_view(view, cacheable)
        return _inside


class Kept(ModelAdmin):  # type: ignore[type-arg]
    """Rows of one model: listed and shown; nothing is added, changed or removed."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_list_display(self, request: HttpRequest) -> Any:  # noqa: ANN401, ARG002 - Django's shape
        """The columns: all that are text."""
        return self._names()[:8]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401, ARG002
        """The cells of one row."""
        return self._names()

    def _names(self) -> list[str]:
        fields = self.model._meta.concrete_fields  # noqa: SLF001 - Django's own word for it
        secret = {"password"}
        return [f.name for f in fields if not isinstance(f, BinaryField) and f.name not in secret]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The practice's own rows."""
        found = super().get_queryset(request)
        book = _book(request)
        if self.model._meta.model_name == "person":  # noqa: SLF001
            return found.filter(membership__tenant_id=book.tenant_id).distinct()
        return found.filter(tenant_id=book.tenant_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the room is shown."""
        return hasattr(request, "book")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        """Some roles see all, some see people."""
        book: Book | None = getattr(request, "book", None)
        if book is None:
            return False
        people = self.model._meta.model_name in PEOPLE  # noqa: SLF001
        return may(book, "evidence.see") or (people and may(book, "people.see"))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's shape
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        """No."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ANN401
        """List rows, and put on record whose they are."""
        answer = super().changelist_view(request, extra_context)
        listed = getattr(answer, "context_data", None) or {}
        if "cl" in listed:
            _looked(request, listed["cl"].result_list)
        return answer

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Show one row, and put on record whose it is."""
        answer = super().changeform_view(request, *args, **kwargs)
        listed = getattr(answer, "context_data", None) or {}
        if listed.get("original") is not None:
            _looked(request, [listed["original"]])
        return answer

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:  # noqa: ANN401, ARG002
        """The ledger has the history; Django's own would always be empty."""
        raise Http404


def _looked(request: HttpRequest, rows: Any) -> None:  # noqa: ANN401 - rows of any model
    book = _book(request)
    named = [vars(row) for row in rows]
    enrolled = {one["enrollment_id"] for one in named if one.get("enrollment_id")}
    worn = {one["device_id"] for one in named if one.get("device_id")}
    patients = {one["patient_id"] for one in named if one.get("patient_id")}
    patients |= book.shelf.ids("enrollments", "patient_id", enrollment_id=enrolled)
    patients |= book.shelf.ids("assignments", "patient_id", device_id=worn)
    for patient_id in sorted(patients):
        look(book, "evidence.see", patient_id, datetime.now(UTC))


def _book(request: HttpRequest) -> Book:
    book: Book = request.book  # type: ignore[attr-defined]
    return book


def inspection() -> Inspection:
    """Make the pages, one for each model of the store."""
    made = Inspection(name="inspection")
    for model in apps.get_app_config("store").get_models():
        name = model._meta.model_name or ""  # noqa: SLF001
        if name not in HIDDEN and name != "tenant":
            made.register(model, type(f"{model.__name__}Kept", (Kept,), {}))
    return made
