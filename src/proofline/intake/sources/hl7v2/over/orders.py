"""What stands over the rows of a message and holds for them: an OBR, and heads in OBX-4's tree."""

from __future__ import annotations

from msgspec import Struct

from proofline.intake.measurements.measurement import Instrument
from proofline.intake.sources.hl7v2.er7 import Delimiters
from proofline.intake.sources.hl7v2.plans import DEVICE, SUB_ID, TIME
from proofline.intake.sources.hl7v2.whose import device_of

LONGEST_SUB_ID = 64
"""Characters of an OBX-4 that is meant."""
_CODE = 3  # OBX
_HUBS = ("531981", "MDC_MOC_VMS_MDS_AHD")  # OBX-3 of the gateway itself
_NO_DEVICE = Instrument("")


class Head(Struct, gc=False):
    """A row without a value: what holds for the rows under it, what a note on it says too.

    It does not know its order, which knows it: nothing here may point in a circle, for the garbage
    collector is told not to look.
    """

    time: str
    device: str
    equipment: Instrument | None = None
    has_place: bool = False
    typed: bool = False
    of_control: bool = False


class Order(Struct, gc=False):
    """What holds for all rows under one OBR (or under a PID, before the first).

    `time` and `end` are OBR-7 and OBR-8: when what is under it began and ended.
    `alone` is the device of the first row, and `sub_id` where that stands, as long as none of the
    `rows` after it names one, and it is not `of_hub`. `typed`: a note says that somebody typed
    in what is under it; `of_control`: that it is of a control solution. `any_noted`: a note says
    one of the two of a head.
    """

    patient: str = ""
    time: str = ""
    end: str = ""
    of_specimen: bool = False
    equipment: Instrument | None = None
    heads: dict[str, Head] | None = None
    facts: dict[str, dict[str, str]] | None = None
    rows: int = 0
    alone: Head | None = None
    sub_id: str = ""
    of_hub: bool = False
    typed: bool = False
    of_control: bool = False
    any_noted: bool = False

    def add_row(self, cells: list[str]) -> None:
        """Note which device a row names, if any."""
        self.rows += 1
        if self.rows == 1:
            self.sub_id = cells[SUB_ID]
            self.of_hub = any(hub in cells[_CODE] for hub in _HUBS)
        if cells[DEVICE]:
            self.add_named(Head("", cells[DEVICE]))

    def add_named(self, device: Head) -> None:
        """Note a device that the last row names."""
        is_first = self.rows == 1 and not self.of_hub
        self.alone = (self.alone or device) if is_first else None

    def of_all(self, sub_id: str, marks: Delimiters) -> Instrument:
        """Give the device that holds for a row which names none; its id may be blank."""
        if self.equipment is not None:
            return self.equipment
        if self.alone is None or not self._is_beside(sub_id):
            return _NO_DEVICE
        return self.alone.equipment or device_of(self.alone.device, marks)

    def _is_beside(self, sub_id: str) -> bool:
        """Whether a row can be of the device of the first row.

        Where no head stands in a tree a mere number is no place in one, else it is a trunk.
        """
        is_tree = bool(self.heads) or "." in sub_id or "." in self.sub_id
        return not is_tree or trunk(sub_id) == trunk(self.sub_id)

    def add_head(self, cells: list[str]) -> Head:
        """Note a row under which others hang, unless its id is too long to be meant."""
        head, sub_id = Head(cells[TIME], cells[DEVICE]), cells[SUB_ID]
        if 0 < len(sub_id) <= LONGEST_SUB_ID:
            self.heads = {} if self.heads is None else self.heads
            before = self.heads.get(bare(sub_id))
            self.heads[bare(sub_id)] = head
            head.has_place = True
            if before is not None:
                head.typed, head.of_control = before.typed, before.of_control
        return head

    def add_fact(self, sub_id: str, name: str, value: str) -> None:
        """Note what a row says of the device whose rows stand under the same trunk."""
        self.facts = {} if self.facts is None else self.facts
        self.facts.setdefault(trunk(sub_id), {})[name] = value


def trunk(sub_id: str) -> str:
    """Give the first number of an OBX-4, under which one device's rows stand."""
    return sub_id.partition(".")[0]


def bare(sub_id: str) -> str:
    """Give an OBX-4 without the zeros at its end, which say nothing."""
    while sub_id.endswith(".0"):
        sub_id = sub_id[:-2]
    return sub_id
