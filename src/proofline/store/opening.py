"""Opening a book by the name of an account, as somebody at the machine's own keyboard does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError

from proofline.store.book import Book, visible_to
from proofline.store.models import Membership, Person
from proofline.store.trouble import StoreError, not_visible


@contextmanager
def opened_as(account: str, tenant_id: str, at: datetime) -> Iterator[Book]:
    """Open the book of a practice as an account; blank `tenant_id`: the one that it works for.

    Errors: NotVisible; StoreError if the account works for several practices,
    or where there is no book.
    """
    try:
        person = Person.objects.filter(username=account).first()
    except DatabaseError as error:
        raise StoreError(
            "store.no_book",
            "There is no book here yet, or the database does not answer.",
            "Look at PROOFLINE_HOME and PROOFLINE_DATABASE; proofline init makes the first book.",
        ) from error
    if person is None:
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
