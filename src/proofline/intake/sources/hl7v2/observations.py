"""One ORU^R01 message: its rows in their order and their tree.

OBX-4 makes the tree: 1.0.1.1 hangs under 1.0.1, that under 1.0 and 1 (zeros at the end say
nothing: 1.13.1.0 is the head of 1.13.1.1). A row without a type and a value is only a head: its
time and its device hold for what hangs under it, and its status (often X) speaks of nothing.

Monitors that write no such tree name their device in the first row of an OBR only. It holds for the
rows after it unless one of them names a device too, or OBX-4 puts them under another trunk: that
is another device of the tree, which nobody named. A hub lends its name to none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from proofline.intake.measurements.measurement import Instrument, Said
from proofline.intake.measurements.typed_words import noted_control, noted_typed
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.hl7v2.er7 import (
    MOST_FIELDS,
    NULL,
    Delimiters,
    component,
    fields,
)
from proofline.intake.sources.hl7v2.header import Message
from proofline.intake.sources.hl7v2.over.notes import note_of
from proofline.intake.sources.hl7v2.over.orders import LONGEST_SUB_ID, Head, Order, bare, trunk
from proofline.intake.sources.hl7v2.plans import (
    DEVICE,
    LONGEST_KEPT,
    SUB_ID,
    TIME,
    TYPE,
    VALUE,
    Plan,
    Planning,
    planning,
)
from proofline.intake.sources.hl7v2.whose import device_of, equipment_of, patient_of
from proofline.intake.words import trouble

_BLANKS = [""] * (DEVICE + 1)
_PATIENT_IDS, _ORDER_TIME, _ORDER_END = 3, 7, 8  # PID, OBR
_BY_NOTE = Said("manual", "NTE-3 (manually entered)")
_NONE: list[Head] = []
_ON_OTHERS = frozenset({"SPM", "PRT", "NTE"})


class Row(Struct, gc=False):
    """One OBX: its fields, what they come to, what is over it, and its number in the message.

    `typed`: a note on it says that somebody typed it in; `of_control`: that it is of a control
    solution.
    """

    cells: list[str]
    plan: Plan
    order: Order
    heads: list[Head]
    of_specimen: bool
    equipment: Instrument | None = None
    number: int = 0
    typed: bool = False
    of_control: bool = False

    def entry(self) -> Said:
        """Give how it was entered: a note that says typed outweighs OBX-17."""
        is_typed = self.typed or self.order.typed or any(head.typed for head in self.heads)
        return _BY_NOTE if is_typed else self.plan.entry

    def is_control(self) -> bool:
        """Whether a note on it, or over it, says that it is of a control solution."""
        over = any(head.of_control for head in self.heads)
        return self.of_control or self.order.of_control or over

    def time(self) -> str:
        """Give OBX-14, else that of the nearest head, else OBR-7, else OBR-8."""
        return self._own_time() or self.order.time or self.order.end

    def until(self) -> str:
        """Give OBR-8 where the time is that of OBR-7, which began what this ends; else a blank."""
        order = self.order
        return order.end if order.end and order.time and not self._own_time() else ""

    def _own_time(self) -> str:
        if sent := self.cells[TIME]:
            return sent
        return next((head.time for head in self.heads if head.time), "")

    def instrument(self, marks: Delimiters) -> Instrument:
        """Give the device of the row or of the nearest head that has one; its id may be blank."""
        sent = self.cells[DEVICE]
        found = device_of(sent, marks) if sent else self.equipment
        if found is None or not found.id:
            found = self._of_heads(marks)
        facts = self.order.facts
        told = facts.get(trunk(self.cells[SUB_ID])) if facts else None
        return Instrument(found.id, **told) if told and found.id else found

    def _of_heads(self, marks: Delimiters) -> Instrument:
        for head in self.heads:
            found = device_of(head.device, marks) if head.device else head.equipment
            if found is not None and found.id:
                return found
        return self.order.of_all(self.cells[SUB_ID], marks)


_Last: TypeAlias = "Row | Head | Order | None"
"""What a note or a device stands under; an Order is one that only its ORC began."""


def rows_of(message: Message) -> list[Row | Trouble]:
    """Give the rows of a message that may be readings, each knowing what stands over it."""
    marks, number = message.marks, 0
    plans = planning(marks)
    order = Order()
    last: _Last = None
    found: list[Row | Trouble] = []
    for name, segment in zip(message.names, message.segments, strict=True):
        if name == "OBX":
            number += 1
            last = _row(segment, order, marks, plans)
            if last is None:
                found.append(_too_wide(message.place, number))
            elif isinstance(last, Row):
                last.number = number
                found.append(last)
        elif name == "OBR":
            order, last = _order(segment, order.patient, marks, last), None
        elif name == "PID":
            order, last = Order(patient_of(_told(segment, _PATIENT_IDS, marks), marks)), None
        elif name == "ORC":
            last = Order()
        elif name in _ON_OTHERS:
            _add_to((order, last), name, segment, marks)
    return found


def _add_to(under: tuple[Order, _Last], name: str, segment: str, marks: Delimiters) -> None:
    """Note what a segment says of what it stands `under`."""
    order, last = under
    if name == "SPM":
        order.of_specimen = True
    elif name == "PRT":
        _add_equipment(segment, marks, order, last)
    elif note := note_of(segment, marks):
        if noted_typed(note):
            _noted_on(order, last).typed = True
        elif noted_control(note):
            _noted_on(order, last).of_control = True


def _noted_on(order: Order, last: _Last) -> Row | Head | Order:
    """Give what a note is on: all rows of the order where it is on none else."""
    if isinstance(last, Head) and last.has_place:
        order.any_noted = True
        return last
    return last if isinstance(last, Row | Order) else order


def _row(
    segment: str, order: Order, marks: Delimiters, plans: tuple[Planning, Planning]
) -> Row | Head | None:
    """Read an OBX; None if it has more fields than any OBX has."""
    cells = segment.split(marks.field, MOST_FIELDS)
    if (count := len(cells)) <= DEVICE:
        cells += _BLANKS[count:]
    elif count > MOST_FIELDS:
        return None
    order.add_row(cells)
    if not cells[TYPE] and not cells[VALUE]:
        return order.add_head(cells)
    plan_of = plans[len(segment) <= LONGEST_KEPT]
    plan = plan_of(cells[3], cells[6], cells[8], cells[11], cells[17])
    if plan.fact:
        order.add_fact(cells[SUB_ID], plan.fact, component(cells[VALUE], 1, marks))
    over, heads = _NONE, order.heads
    if heads and (order.any_noted or not (cells[TIME] and cells[DEVICE])):
        over = [heads[one] for one in _over(cells[SUB_ID]) if one in heads]
    return Row(cells, plan, order, over, order.of_specimen)


def _order(segment: str, patient: str, marks: Delimiters, last: _Last) -> Order:
    """Read an OBR; a note between it and its ORC is on it."""
    sent = (_told(segment, number, marks) for number in (_ORDER_TIME, _ORDER_END))
    began, ended = ("" if one == NULL else one for one in sent)
    before = last if isinstance(last, Order) else Order()
    return Order(patient, began, ended, typed=before.typed, of_control=before.of_control)


def _too_wide(place: Place, number: int) -> Trouble:
    wide = f"{MOST_FIELDS} fields in one segment"
    return trouble(Place(place.file, f"{place.where} OBX {number}"), "too_many", "OBX", wide)


def _told(segment: str, number: int, marks: Delimiters) -> str:
    """Give one field of a segment as it was sent; blank if it is not there."""
    found = segment.split(marks.field, number + 1)
    return found[number] if number < len(found) else ""


def _add_equipment(segment: str, marks: Delimiters, order: Order, last: _Last) -> None:
    equipment = equipment_of(fields(segment, marks) or [], marks)
    if last is not None:
        last.equipment = last.equipment or equipment
        if equipment is not None and not isinstance(last, Order):
            order.add_named(Head("", "", equipment))
    else:
        order.equipment = order.equipment or equipment


def _over(sub_id: str) -> tuple[str, ...]:
    """The heads that can be over an OBX-4, the nearest first; none for one too long to be meant."""
    return _kept_over(sub_id) if len(sub_id) <= LONGEST_SUB_ID else ()


@lru_cache(maxsize=4096)
def _kept_over(sub_id: str) -> tuple[str, ...]:
    above = sub_id
    found: dict[str, None] = {}
    while above := above.rpartition(".")[0]:
        found[bare(above)] = None
    return tuple(found)
