"""One segment of X12 and the four characters that part it."""

from __future__ import annotations

from msgspec import Struct

from proofline.claims.x12.trouble import Place


class Delimiters(Struct, frozen=True):
    """The characters that the ISA declares: ISA's fourth byte, ISA16, ISA11 and what ends it.

    `repetition` is empty where the interchange declares none (before version 00402, where ISA11
    says `U`).
    """

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


class Segment(Struct, frozen=True, gc=False):
    """One segment as sent: `values` begin with its tag, so NM103 is `segment[3]`.

    What was not sent at the end is not in `values`, so take it by position only after their length.
    `number` counts from 1 through the whole file and `offset` is the byte where it begins; both
    are for messages and for pointing at the kept raw file. `text` is the segment unparted.
    """

    tag: str
    values: list[str]
    number: int
    offset: int
    delimiters: Delimiters = Delimiters()
    text: str = ""

    @property
    def elements(self) -> tuple[str, ...]:
        """All elements, those after the tag."""
        return tuple(self.values[1:])

    def __getitem__(self, position: int) -> str:
        """Give an element by its X12 position, from 1; what was not sent is empty."""
        if position < 1:
            raise IndexError(position)
        return self.values[position] if position < len(self.values) else ""

    def __len__(self) -> int:
        """Count the elements, trailing empty ones as sent."""
        return len(self.values) - 1

    def components(self, position: int) -> tuple[str, ...]:
        """Part a composite element: HI01 `ABK:I10` gives `("ABK", "I10")`, an empty one `()`."""
        value = self[position]
        return tuple(value.split(self.delimiters.component)) if value else ()

    def repetitions(self, position: int) -> tuple[str, ...]:
        """Part a repeated element; one that was not sent gives `()`."""
        value = self[position]
        if not value or not self.delimiters.repetition:
            return (value,) if value else ()
        return tuple(value.split(self.delimiters.repetition))

    def place(self, element: int = 0) -> Place:
        """Say where this segment, or one element of it, stands."""
        return Place(self.number, self.tag, element, self.offset)
