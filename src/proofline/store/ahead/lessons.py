"""What a practice's closed periods taught, kept for those of whom one period is seen only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from proofline.store.models import Learned

if TYPE_CHECKING:
    from proofline.store.act import Act

_AHEAD = timedelta(days=1)
"""So far the day of one zone can be ahead of another's."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a practice's past taught, from how many cycles, as of which day.

    It holds on days on which nobody was when it was taught: somebody may have been on the day after
    already, so from the second day after on. Until then what was taught `before` does, if anything
    was. Where that rested on enough cycles, `before_as_of` is its day, and an outlook that was told
    by it rests on it until its patient is decided; None: none may, and each is told anew.
    """

    cycles: int
    as_of: date
    record: bytes
    before: bytes | None = None
    before_as_of: date | None = None

    def on(self, day: date) -> bytes:
        """Give what holds on a day."""
        if self.before is None or day > self.as_of + _AHEAD:
            return self.record
        return self.before

    def of(self, told_by: date, day: date) -> bytes:
        """Give what an outlook rests on, on a day, that was told by the lesson of another day."""
        if self.before is not None and told_by == self.before_as_of:
            return self.before
        return self.on(day)

    @property
    def rests_from(self) -> date:
        """The day of the first lesson that outlooks may rest on; by an earlier one none may."""
        return self.as_of if self.before_as_of is None else self.before_as_of

    def is_old(self, day: date) -> bool:
        """Whether it holds for everybody by a day, so that another one may be taught."""
        return day > self.as_of + 2 * _AHEAD

    def then(self, cycles: int, as_of: date, record: bytes, *, enough: int) -> Lesson:
        """Give the lesson after another one, which stays if it rests on `enough` cycles."""
        stays = self.as_of if self.cycles >= enough else None
        return Lesson(cycles, as_of, record, self.on(as_of), stays)


def learned(tenant_id: str) -> Lesson | None:
    """Give what the practice's past taught; None: nothing yet."""
    found = Learned.objects.filter(tenant_id=tenant_id).first()
    if found is None:
        return None
    before = None if found.before is None else bytes(found.before)
    return Lesson(found.cycles, found.as_of, bytes(found.record), before, found.before_as_of)


def learn(act: Act, lesson: Lesson) -> Lesson:
    """Keep what the practice's past teaches, in an act, unless more was taught since; give that."""
    known = learned(act.tenant_id)
    if known is not None and known.as_of >= lesson.as_of:
        return known
    kept = {name: getattr(lesson, name) for name in Lesson.__slots__}
    Learned.objects.update_or_create(tenant_id=act.tenant_id, defaults=kept)
    return lesson
