"""From bounds to outcomes, as SQL: which code of a ladder takes the period, and the others' fate.

A code is refused by an unmet gate, held by an unmet hold or by anything unproven, and billable
otherwise; a warning never blocks. Of an exclusive group the highest code that is not refused takes
the period. An add-on stands no better than its base. On the cycle clock a management code must
stand on a calendar month of its own as well, which `month_choice.sql` finds from `candidates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.decide.asked import period_kind, values
from proofline.decide.bounds import Bits, bits_of
from proofline.facts import catalog
from proofline.packs import shelf

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.decide.asked import Asked
    from proofline.packs.page import Code, Page

BILLABLE, HELD, NOT_BILLABLE, OPEN = range(4)
OUTCOMES = ("billable", "held", "not_billable", "open")
SERVICE_DAY = {"period_end": "end_day", "last_minutes": "work_day", "setup": "setup_day"}
"""Which column of a line holds the service date of a code, by the basis its page names."""


def candidates(page: Page) -> str:
    """Write the SELECT of what each calendar month could do for a cycle's management code.

    `rung` is the highest code of the ladder that the cycle earns by itself (0 is the highest),
    `month_rung` the highest that the month reaches, `supports` whether it reaches the cycle's own,
    `strength` how many add-on units it carries.
    """
    bits = bits_of(page, "cycle")
    codes = _ladder_order(page, [c for c in page.codes.values() if c.period == "clock"])
    ladder = [code for code in codes if code.base is None]
    add_ons = [code for code in codes if code.base is not None]
    earns = [f"{_own(bits, code, code.requires)} < {NOT_BILLABLE}" for code in ladder]
    rung = " ".join(f"WHEN {earned} THEN {place}" for place, earned in enumerate(earns))
    supports = " ".join(
        f"WHEN {earned} THEN {_stands_on_month(bits, code)}"
        for earned, code in zip(earns, ladder, strict=True)
    )
    month_rung = " ".join(
        f"WHEN {_stands_on_month(bits, code)} THEN {place}" for place, code in enumerate(ladder)
    )
    strength = " + ".join(_carried(bits, code) for code in add_ons) or "0"
    return (
        "SELECT period_no, month, month_minutes,\n"
        f"    CASE {rung} END AS rung, CASE {month_rung} END AS month_rung,\n"
        f"    CASE {supports} ELSE FALSE END AS supports,\n"
        f"    CAST({strength} AS BIGINT) AS strength\n"
        f"FROM bounded\nWHERE page = '{page.name}' AND kind = 'cycle' AND work_day IS NOT NULL"
    )


def decided(page: Page, asked: Asked) -> Iterator[str]:
    """Write, for each basis of the page, the SELECT of the outcome of every code on every line."""
    bases: dict[tuple[str, str], list[Code]] = {}
    for code in page.codes.values():
        basis = (code.service_date, period_kind(code.period, asked.clock))
        bases.setdefault(basis, []).append(code)
    for (service_date, kind), codes in bases.items():
        bits = bits_of(page, asked.clock)
        yield _Basis(bits, service_date, kind, tuple(codes), asked.law).decided()


@dataclass(frozen=True, slots=True)
class _Basis:
    """The codes of a page that share the kind of period and the basis of the service date."""

    bits: Bits
    service_date: str
    kind: str
    codes: tuple[Code, ...]
    law: Path

    def decided(self) -> str:
        """Write each code's outcome on each line, with what the findings between codes need."""
        day = SERVICE_DAY[self.service_date]
        final = self._by_code(self._final, str(NOT_BILLABLE))
        return (
            f"SELECT d.chart_no, d.period_no, d.line_no, d.month, d.page, d.{day} AS service_day,\n"
            f"    c.code, CASE WHEN d.closed OR c.absent THEN {final} ELSE {OPEN} END AS outcome,\n"
            f"    {final} AS standing,\n"
            f"    CAST({self._by_code(self._units, '1')} AS INTEGER) AS earned_units,\n"
            f"    {self._by_code(self._unsettled, 'FALSE')} AS units_unsettled,\n"
            "    d.unmet & c.mask AS unmet, d.unproven & c.mask AS unproven,\n"
            f"    CAST({self._by_code(self._taker, 'NULL')} AS VARCHAR) AS taken_by,\n"
            f"    CAST({self._by_code(self._base, 'NULL')} AS INTEGER) AS base_standing,\n"
            f"    d.month_taken, {self._supported()} AS supported\n"
            f"FROM ({self._standing_lines()}) AS d\n"
            f"CROSS JOIN ({self._code_rows()}) AS c\n"
            f"WHERE {'d.setup_place = 1' if self._setup_days() else 'TRUE'}"
        )

    def _standing_lines(self) -> str:
        """Write the lines with the outcome of each code by itself, and who takes each ladder."""
        own = "".join(f",\n    {self._own_with_month(c)} AS own_{c.code}" for c in self.codes)
        took = "".join(
            f",\n    {_took(ladder.codes, self._here())} AS took_{name}"
            for name, ladder in self.bits.page.exclusives.items()
            if self._here() & set(ladder.codes)
        )
        lines = f"SELECT *{own}\n  FROM ({self._lines()}) AS b"
        return f"\n  SELECT *{took}{self._setup_place()} FROM (\n  {lines}\n) AS o"

    def _lines(self) -> str:
        where = (
            f"WHERE b.page = '{self.bits.page.name}' AND b.kind = '{self.kind}'"
            f" AND b.{SERVICE_DAY[self.service_date]} IS NOT NULL"
        )
        if not any(self.bits.second_test(code) for code in self.codes):
            nothing = "FALSE AS month_taken, CAST(NULL AS INTEGER) AS month_rung"
            return f"SELECT b.*, {nothing} FROM bounded AS b {where}"
        return (
            "SELECT b.*, h.month_taken, h.month_rung"
            " FROM bounded AS b JOIN month_choice AS h"
            f" ON h.period_no = b.period_no AND h.month = b.month {where}"
        )

    def _supported(self) -> str:
        """Write the highest code of the ladder that a calendar month of the cycle reaches."""
        ladder = _ladder_order(self.bits.page, [c for c in self.codes if c.base is None])
        whens = " ".join(f"WHEN {place} THEN '{code.code}'" for place, code in enumerate(ladder))
        return f"CASE d.month_rung {whens} END" if ladder else "CAST(NULL AS VARCHAR)"

    def _here(self) -> set[str]:
        return {code.code for code in self.codes}

    def _own_with_month(self, code: Code) -> str:
        taken = ("month_taken",) if self.bits.second_test(code) else ()
        return _own(self.bits, code, self.bits.asked_of(code), held=taken)

    def _ladder_of(self, code: Code) -> str | None:
        exclusives = self.bits.page.exclusives.items()
        return next((name for name, ladder in exclusives if code.code in ladder.codes), None)

    def _taker(self, code: Code) -> str:
        ladder = self._ladder_of(code)
        return f"took_{ladder}" if ladder else "NULL"

    def _standing(self, code: Code) -> str:
        """Write the outcome of a code within its ladder, whether or not the period is over."""
        ladder = self._ladder_of(code)
        if ladder is None:
            return f"own_{code.code}"
        lost = f"took_{ladder} <> '{code.code}'"
        return f"(CASE WHEN {lost} THEN {NOT_BILLABLE} ELSE own_{code.code} END)"

    def _base(self, code: Code) -> str:
        return self._standing(self.bits.page.codes[code.base]) if code.base else "NULL"

    def _final(self, code: Code) -> str:
        if code.base is None:
            return self._standing(code)
        return f"greatest({self._standing(code)}, {self._base(code)})"

    def _units(self, code: Code) -> str:
        """Write the units of a code not refused: at least one, at most what a month supports."""
        _, most = _earned_between(self.bits, code)
        alone = _earned(code, catalog()[code.units.fact].highest) if code.units else "1"
        return f"greatest(CASE WHEN {most} >= 1 THEN {most} ELSE {alone} END, 1)"

    def _unsettled(self, code: Code) -> str:
        return units_unsettled(self.bits, code)

    def _by_code(self, what: Callable[[Code], str], otherwise: str) -> str:
        whens = " ".join(f"WHEN '{code.code}' THEN {what(code)}" for code in self.codes)
        return f"CASE c.code {whens} ELSE {otherwise} END"

    def _setup_days(self) -> int:
        """Add up the bits of the days that a set-up code waits for; 0 where there is none."""
        return self.bits.mask(
            name
            for code in self.codes
            if code.period == "setup"
            for name in code.requires
            if catalog()[self.bits.page.requirements[name].fact].grows
        )

    def _setup_place(self) -> str:
        """Rank the cycles in which a set-up could be decided, once for each enrollment.

        First comes the first cycle that reaches its days, then the first that could, else cycle 1.
        """
        days = self._setup_days()
        if not days:
            return ""
        return (
            f",\n    row_number() OVER (PARTITION BY chart_no ORDER BY"
            f" CASE WHEN (unmet & {days}) <> 0 THEN 2"
            f" WHEN (unproven & {days}) <> 0 THEN 1 ELSE 0 END,"
            " number) AS setup_place"
        )

    def _code_rows(self) -> str:
        page = self.bits.page
        known = [
            (code.code, self.bits.mask(self.bits.asked_of(code)), False) for code in self.codes
        ]
        bases = {code: absent_basis(page, code, law=self.law) for code in page.absents}
        absent = [(code, 0, True) for code in bases if bases[code] == self.service_date]
        return values(("code", "mask", "absent"), [*known, *absent])


def absent_basis(page: Page, code: str, *, law: Path = shelf.ROOT) -> str | None:
    """Name the basis on which another page of the pack decides a code unknown to this page."""
    for effective in reversed(shelf.effective_dates(page.pack, root=law)):
        known = shelf.load(page.pack, effective, root=law).codes.get(code)
        if known is not None:
            return known.service_date
    return None


def units_unsettled(bits: Bits, code: Code) -> str:
    """Write the condition that evidence in doubt could still change the number of units."""
    least, most = _earned_between(bits, code)
    return f"({least} >= 1 AND {least} <> {most})" if code.units else "FALSE"


def _earned_between(bits: Bits, code: Code) -> tuple[str, str]:
    """Write the units certainly earned and the most they could be, on both clocks where asked."""
    if code.units is None:
        return "1", "1"
    fact = catalog()[code.units.fact]
    certain, most = _earned(code, fact.name), _earned(code, fact.highest)
    if bits.second_test(code):
        certain = f"least({certain}, {_earned(code, 'month_minutes')})"
        most = f"least({most}, {_earned(code, 'month_minutes_possible')})"
    return certain, most


def _ladder_order(page: Page, codes: list[Code]) -> list[Code]:
    """Put codes in the order of their ladders, the highest first, and those of none after them."""
    order = [code for ladder in page.exclusives.values() for code in ladder.codes]
    return sorted(codes, key=lambda c: order.index(c.code) if c.code in order else len(order))


def _took(ladder: tuple[str, ...], here: set[str]) -> str:
    whens = " ".join(
        f"WHEN own_{code} < {NOT_BILLABLE} THEN '{code}'" for code in ladder if code in here
    )
    return f"CASE {whens} END"


def _own(bits: Bits, code: Code, names: Iterable[str], *, held: tuple[str, ...] = ()) -> str:
    """Write the outcome of a code by the named requirements, and what else would hold it."""
    named = tuple(names)
    gates, holds = bits.mask(named, "gate"), bits.mask(named, "hold")
    waits = [f"(unmet & {holds}) <> 0", f"(unproven & {gates | holds}) <> 0", *held]
    if code.units:
        waits.append(units_unsettled(bits, code))
    return (
        f"(CASE WHEN (unmet & {gates}) <> 0 THEN {NOT_BILLABLE}"
        f" WHEN {' OR '.join(waits)} THEN {HELD} ELSE {BILLABLE} END)"
    )


def _stands_on_month(bits: Bits, code: Code) -> str:
    return f"((unmet | unproven) & {bits.mask(code.month_requires)}) = 0"


def _carried(bits: Bits, code: Code) -> str:
    """Write how many units of an add-on the month of a candidate carries."""
    own = _own(bits, code, bits.asked_of(code))
    stands = f"{own} < {NOT_BILLABLE} AND {_stands_on_month(bits, code)}"
    return f"CASE WHEN {stands} THEN {_earned(code, 'month_minutes')} ELSE 0 END"


def _earned(code: Code, fact: str) -> str:
    units = code.units
    if units is None:
        return "1"
    return f"greatest(least(({fact} - {units.after}) // {units.each}, {units.cap}), 0)"
