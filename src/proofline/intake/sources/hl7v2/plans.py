"""What the codes of a row come to, whatever its value and its time.

Senders say the same codes, units and methods in row after row, so what they come to is kept, for
rows of ordinary length, and only value, time and place are read anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeAlias

from msgspec import Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.measurement import UNSAID, Said
from proofline.intake.measurements.preliminary import until_final
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.hl7v2.codes import SETTING, Code, code_of, entry_of, unit_of
from proofline.intake.sources.hl7v2.er7 import Delimiters, repetitions
from proofline.intake.sources.hl7v2.whose import FACTS
from proofline.intake.words import trouble

# Fields of OBX.
TYPE, SUB_ID, VALUE, UNIT, STATUS, TIME, DEVICE = 2, 4, 5, 6, 11, 14, 18

_HELD = frozenset("FCPRSUABV")  # final, corrected, preliminary, not verified, partial, …
_PRELIMINARY = frozenset("PS")
_WITHDRAWN = frozenset("DWX")  # deleted, wrong, not to be had
_NO_MEASUREMENT = frozenset({"INV", "NAV", "CAL", "BUSY", "EARLY"})
_TESTS = frozenset({"TEST", "DEMO"})
_NOWHERE = Place("")
LONGEST_KEPT = 512


Planning: TypeAlias = "Callable[[str, str, str, str, str], Plan]"


class Plan(Struct, frozen=True, gc=False):
    """What becomes of a row with these codes.

    `refused` is why it is no reading at all, `unfit` why its value cannot stand; both are for
    another place. `fact` is what of the instrument the row tells, `withdrawn` the status that takes
    the value back, `preliminary` that by which it is not final, `test` the word of OBX-8 that makes
    it a test.
    """

    metric: str = ""
    unit: str = ""
    entry: Said = UNSAID
    test: str = ""
    withdrawn: str = ""
    preliminary: str = ""
    fact: str = ""
    refused: Trouble | None = None
    unfit: Trouble | None = None


def at(place: Place, told: Trouble) -> Trouble:
    """Tell a trouble of a plan where it happened."""
    return Trouble(place, told.kind, told.code, told.path, told.reason, told.cure)


def _plan_of(marks: Delimiters, *said: str) -> Plan:
    code_sent, unit_sent, flags_sent, status, method = said
    if marks.repetition in code_sent and _any_taken(code_sent, marks):
        return Plan(refused=trouble(_NOWHERE, "repeated", "OBX-3"))
    code = code_of(code_sent, marks)
    flags = frozenset(repetitions(flags_sent, marks) or ())
    entry = entry_of(method, marks) if method else UNSAID
    if (why := _no_reading(code, status, entry, flags)) is not None:
        fact = FACTS.get(code.mdc, "")
        return Plan(fact=fact, refused=trouble(_NOWHERE, *why))
    preliminary = status if status in _PRELIMINARY else ""
    unit = unit_of(unit_sent, marks) if unit_sent else ""
    metric = code.metric(unit)
    unfit = None
    if not unit_sent:
        unfit = trouble(_NOWHERE, "missing", "OBX-6")
    elif not metric or not metrics.fits(metric, unit):
        unfit = trouble(_NOWHERE, "unit_unknown", "OBX-6", shown(unit_sent))
    return Plan(
        metric=metric,
        unit=unit,
        entry=until_final(entry, f"OBX-11={status}") if preliminary else entry,
        test=min(flags & _TESTS, default=""),
        withdrawn=status if status in _WITHDRAWN else "",
        preliminary=preliminary,
        unfit=unfit,
    )


def _any_taken(codes_sent: str, marks: Delimiters) -> bool:
    """Say whether one of several codes in one row, which name no one thing, is of a measurement."""
    return any(code_of(one, marks).is_taken() for one in repetitions(codes_sent, marks) or ())


@lru_cache(maxsize=2)
def planning(marks: Delimiters) -> tuple[Planning, Planning]:
    """Give what makes plans of OBX-3, 6, 8, 11 and 17 as sent; the second keeps those it made.

    Keep only those of rows of at most LONGEST_KEPT characters, so that memory is bounded.
    """
    make = partial(_plan_of, marks)
    return make, lru_cache(maxsize=4096)(make)


def _no_reading(
    code: Code, status: str, entry: Said, flags: frozenset[str]
) -> tuple[str, str, str] | None:
    """Why a row is no reading, as code, path and detail; None if it is one."""
    if code.of_the_device():
        return "not_a_reading", "OBX-3", f"MDC {code.shown} speaks of the device"
    if not code.is_taken():
        return "no_system" if code.bare else "metric_not_known", "OBX-3", code.shown
    if status not in _HELD and status not in _WITHDRAWN:
        said = ("not_a_reading", "OBX-11", f"its status is {shown(status)}")
        return said if status else ("missing", "OBX-11", "")
    if entry is SETTING:
        return "not_a_reading", "OBX-17", "it was set, not measured"
    if flags & _NO_MEASUREMENT:
        return "not_a_reading", "OBX-8", f"its device calls it {min(flags & _NO_MEASUREMENT)}"
    return None
