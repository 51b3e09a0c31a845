"""Outlooks as days pass: where each stands in the work list, told ahead for the days to come.

What only counts down follows from the ground of an outlook, the day and what the past taught, until
the calendar turns something (`desk.days`). So it is told when the patient is decided, for every day
until then, and no night has to. When the past teaches something else, it rests on what was taught
before until its patient is decided; told again is only what rests on something earlier still, or on
what few cycles taught.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, groupby, pairwise

from proofline.desk import days
from proofline.desk.care.foreseeing import Ahead, taught_by, told_today
from proofline.insight import Ground, Outlook
from proofline.store import jobs
from proofline.store.act import Act
from proofline.store.ahead import outlooks, places, turning
from proofline.store.ahead.lessons import Lesson, learned
from proofline.store.ahead.places import EVER, FOR_GOOD, Place
from proofline.store.ahead.turning import Turning
from proofline.store.book import Book
from proofline.store.safekeeping.unpacking import read_as

URGENT, SOON = timedelta(days=2), timedelta(days=6)
"""So near its last day something is lost about now, or within the week. Our choice, no source."""
LAST_DAYS, THIS_WEEK, LATER, NOTHING = 0, 1, 2, 9
"""How urgent a period is; `NOTHING` is one in which nothing can be done now."""

TOGETHER = 100
"""Outlooks told again in one transaction: about a fifth of a second."""

_DAY = timedelta(days=1)


def placed(ahead: Ahead, holds: Iterable[Turning]) -> Ahead:
    """Say where outlooks stand on each day from the one on which their patients were decided."""
    if ahead.lesson is None:
        return ahead
    of = {one.patient_id: one for one in holds}
    found = (
        tuple(_places(ground, ahead.as_of, of[ground.patient_id], ahead.lesson, told=outlook))
        for ground, outlook in zip(ahead.grounds, ahead.outlooks, strict=True)
    )
    return replace(ahead, places=tuple(found))


@dataclass(frozen=True, slots=True)
class Anew:
    """Places told again by a lesson, by the number of their outlook; `more` says there may be."""

    places: Mapping[int, tuple[Place, ...]]
    lesson: date
    more: bool


def told_anew(book: Book, at: datetime) -> Anew:
    """Tell again where some outlooks stand, told by an earlier lesson; nothing is written."""
    lesson = learned(book.tenant_id)
    if lesson is None:
        return Anew({}, outlooks.NEVER, more=False)
    asked = lesson.rests_from, days.earliest(at), days.edition(book)
    found = outlooks.by_an_earlier_lesson(book.tenant_id, *asked, most=TOGETHER)
    of = turning.of(book.tenant_id, {one.patient_id for one in found})
    told = {}
    for one in found:
        holds = of[one.patient_id]
        ground = read_as(one.ground, Ground, f"the ground of outlook {one.number}")
        told[one.number] = tuple(_places(ground, days.last_of(holds, at), holds, lesson))
    return Anew(told, lesson.as_of, more=len(found) == TOGETHER)


def keep_anew(act: Act, anew: Anew) -> None:
    """Keep places that were told again, of outlooks that are still there, and ask for the rest."""
    there = outlooks.still_there(act.tenant_id, anew.places)
    places.replace(act.tenant_id, {number: anew.places[number] for number in there})
    outlooks.placed_by(there, anew.lesson)
    if anew.more:
        jobs.ask(act.tenant_id, days.AGE, {days.PLACES}, act.at, due=act.at)


def place_of(one: Outlook, since: int = EVER, until: int = FOR_GOOD) -> Place:
    """Give what an outlook is sorted and filtered by, as long as it is told so."""
    act = one.next_act
    due = act.last_day or one.period_end
    return Place(since, until, _urgency(one, due), abs(act.gain_cents or 0), due, act.act, act.kind)


def _places(
    ground: Ground, first: date, holds: Turning, lesson: Lesson, *, told: Outlook | None = None
) -> Iterator[Place]:
    """Yield where an outlook stands, from a day until the calendar turns something of its patient.

    `told` is what it says on the first day, if that is known already. The month beside a cycle has
    no place in the list.
    """
    if not ground.earns:
        return
    last = ground.end if holds.next_on is None else max(first, holds.next_on - _DAY)
    later = (first + number * _DAY for number in range(told is not None, (last - first).days + 1))
    ahead = chain(
        [] if told is None else [told],
        (told_today(ground, day, taught_by(lesson.on(day))) for day in later),
    )
    spans = [(next(same).as_of, place) for place, same in groupby(ahead, place_of)]
    begins = [EVER, *(days.midnight(holds.zone, day) for day, _ in spans[1:]), FOR_GOOD]
    for (_, place), (since, until) in zip(spans, pairwise(begins), strict=True):
        yield replace(place, since=since, until=until)


def _urgency(one: Outlook, due: date) -> int:
    if one.next_act.act == "none":
        return NOTHING
    left = due - one.as_of
    return LAST_DAYS if left <= URGENT else THIS_WEEK if left <= SOON else LATER
