"""Outlooks as days pass: the days that are left and the chances, told anew without an engine.

A night decides only whom the calendar turns (`desk.days`). Of everybody else the outlook is told as
of the new day from the ground that is kept of it, some hundreds at a time, so that nobody waits
long for the book and the work list of a day is in the order of that day.
"""

from __future__ import annotations

from datetime import datetime

from proofline.desk import days
from proofline.desk.care.foreseeing import row_of, taught_on, told_today
from proofline.evidence.zones import zone
from proofline.insight import Ground
from proofline.store import jobs
from proofline.store.ahead import outlooks
from proofline.store.book import Book
from proofline.store.safekeeping.unpacking import read_as

TOGETHER = 500
"""Outlooks told in one transaction: about a fifth of a second."""


def tell_anew(book: Book, subject: str, at: datetime) -> int:
    """Tell some outlooks of a zone as of its day, and ask for the rest; give how many.

    `subject` is that of the job: the zone, and the number of the outlook after which to begin.
    """
    name, _, after = subject.rpartition(" ")
    day = at.astimezone(zone(name)).date()
    taught = taught_on(book, day)
    if taught is None:
        return 0
    place = (int(after), TOGETHER)
    found = outlooks.older(book.tenant_id, name, day, days.edition(book), place=place)
    grounds = ((number, read_as(one, Ground, f"the ground of {number}")) for number, one in found)
    outlooks.tell_anew((number, row_of(told_today(one, day, taught))) for number, one in grounds)
    if len(found) == TOGETHER:
        jobs.ask(book.tenant_id, days.AGE, {f"{name} {found[-1][0]}"}, at, due=at)
    return len(found)
