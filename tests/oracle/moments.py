"""Lengths of time as the stretches they are made of, exact to the microsecond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Stretch = tuple[int, int]
"""The first microsecond since 1970 and the one after the last."""


@dataclass(frozen=True)
class Moments:
    """Stretches that neither overlap nor touch, in their order; none is empty."""

    stretches: tuple[Stretch, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is any time in them."""
        return bool(self.stretches)

    def __or__(self, other: Moments) -> Moments:
        """Give the time that lies in one or the other, once."""
        return moments((*self.stretches, *other.stretches))

    def __and__(self, other: Moments) -> Moments:
        """Give the time that lies in both."""
        return moments(
            (max(first, second), min(after, following))
            for first, after in self.stretches
            for second, following in other.stretches
        )

    def __sub__(self, other: Moments) -> Moments:
        """Give the time that lies in these and not in those."""
        left = self
        for first, after in other.stretches:
            left = moments(
                piece
                for begins, ends in left.stretches
                for piece in ((begins, min(ends, first)), (max(begins, after), ends))
            )
        return left

    @property
    def microseconds(self) -> int:
        """Give how long they last together."""
        return sum(after - first for first, after in self.stretches)


def moments(stretches: Iterable[Stretch]) -> Moments:
    """Put stretches in order, and those that meet into one."""
    put: list[Stretch] = []
    for first, after in sorted(one for one in stretches if one[0] < one[1]):
        if put and first <= put[-1][1]:
            put[-1] = (put[-1][0], max(after, put[-1][1]))
        else:
            put.append((first, after))
    return Moments(tuple(put))


def together(several: Iterable[Moments]) -> Moments:
    """Give the time that lies in any of them, once."""
    return moments(stretch for one in several for stretch in one.stretches)
