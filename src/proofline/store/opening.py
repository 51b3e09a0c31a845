"""Opening a book by the name of an account, as somebody at the machine's own keyboard does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection

from proofline.store.book import Book, visible_to
from proofline.store.models import Membership
from proofline.store.people import accounts
from proofline.store.safekeeping.floors import refuse_the_role
from proofline.store.safekeeping.vitals import is_of_a_later_version, up_to_date
from proofline.store.trouble import StoreError, not_visible

_LAID = "ledger_head"
"""A table that every book has from its first moment."""


def is_there() -> bool:
    """Whether there is something to open; to open a file that is not there would make it.

    A copy is put back into an empty place only.
    """
    file = str(connection.settings_dict["NAME"])
    return connection.vendor != "sqlite" or "mode=memory" in file or Path(file).exists()


def refuse_no_book() -> None:
    """Refuse to go on where there is no book, or nothing in its place yet. Errors: StoreError."""
    if not is_there() or _LAID not in connection.introspection.table_names():
        raise _no_book()


def refuse_other_tables() -> None:
    """Refuse to go on where there is no book whose tables are of this version.

    Errors: StoreError, also for a role of the database that walls between tenants do not hold.
    """
    refuse_the_role()
    refuse_no_book()
    if not up_to_date():
        raise StoreError(
            "store.other_tables",
            "The tables of the book are of another version of Proofline.",
            "Back it up, then start proofline serve of this version once, which brings them up to"
            " date; or go on with the version that last served it.",
        )


def refuse_a_later_version() -> None:
    """Refuse to serve a book that a later version has brought on. Errors: StoreError."""
    if is_of_a_later_version():
        raise StoreError(
            "store.other_tables",
            "The tables of the book are of a later version of Proofline.",
            "Go on with the version that last served it; there is no way back for a book.",
        )


@contextmanager
def opened_as(account: str, tenant_id: str, at: datetime) -> Iterator[Book]:
    """Open the book of a practice as an account; blank `tenant_id`: the one that it works for.

    Errors: NotVisible; StoreError if the account works for several practices,
    or where there is no book of this version.
    """
    refuse_other_tables()
    person = accounts.account(account)
    if person is None or person.machine:  # a key's account: it comes in by its token and scopes
        raise not_visible()
    works_for = Membership.objects.filter(person=person, until=None)
    known = sorted(set(works_for.values_list("tenant_id", flat=True)))
    if not tenant_id and len(known) > 1:
        raise StoreError(
            "store.which_practice",
            f"This account works for {len(known)} practices.",
            f"Name one with --practice: {', '.join(known)}.",
        )
    with visible_to(person, tenant_id or "".join(known), at) as book:
        yield book


def _no_book() -> StoreError:
    return StoreError(
        "store.no_book",
        "There is no book here yet, or the database does not answer.",
        "Look at PROOFLINE_HOME and PROOFLINE_DATABASE; proofline init makes the first book.",
    )
