"""Why an X12 file is refused, and where; never with a word of what stands in it."""

from __future__ import annotations

from msgspec import Struct

from proofline.errors import ProoflineError


class Place(Struct, frozen=True):
    """A place in a file: segment `number` counted from 1, its `tag`, `element` from 1, byte offset.

    Zero, and an empty tag, mean that the trouble is not that of one segment or element. `tag` holds
    letters and digits only, as X12 has them, so it tells nothing of a patient.
    """

    number: int = 0
    tag: str = ""
    element: int = 0
    offset: int = 0

    def __str__(self) -> str:
        """Say the place as a person would look for it."""
        if not self.number:
            return f"byte {self.offset}"
        name = f" ({self.tag})" if self.tag else ""
        element = f", element {self.element}" if self.element else ""
        return f"segment {self.number}{name}{element}, byte {self.offset}"


class X12Refused(ProoflineError):
    """A file, or values for one, that X12 005010 does not allow; nothing of it was taken.

    `place` says where. Codes begin with `claims.x12_` and are listed in docs/errors.md.
    """

    def __init__(self, code: str, message: str, remedy: str, place: Place | None = None) -> None:
        """Keep all four as arguments of the exception, so that it pickles whole."""
        super().__init__(code, message, remedy)
        self.place = place or Place()
        self.args = (code, message, remedy, self.place)


def refused(kind: str, place: Place, reason: str, cure: str) -> X12Refused:
    """Make the refusal `claims.x12_KIND` of what stands at a place; `reason` is a whole sentence.

    Neither `reason` nor `cure` may hold a value of the file.
    """
    where = str(place)
    return X12Refused(
        f"claims.x12_{kind}", f"{where[:1].upper()}{where[1:]}: {reason}", cure, place
    )
