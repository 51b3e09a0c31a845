"""A page of the law as SQL: one SELECT of bounds over the facts, and the outcomes that follow from them.

Every requirement of a page is one bit, in the order of the page. `bounded` says for each line of
facts which bits are unmet and which unproven; a code's outcome is then four comparisons with the
masks of its own gates and holds. Nothing here knows a rule: numbers and names come from the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.decide.asked import Clock, period_kind, values
from proofline.facts import catalog
from proofline.packs import shelf

if TYPE_CHECKING:
    from proofline.packs.page import Code, Page, Requirement

BILLABLE, HELD, NOT_BILLABLE, OPEN = range(4)
SERVICE_DAY = {"period_end": "end_day", "last_minutes": "work_day", "setup": "setup_day"}
"""Which column of a line holds the service date of a code, by the basis its page names."""
OUTCOMES = ("billable", "held", "not_billable", "open")


@dataclass(frozen=True, slots=True)
class Bits:
    """The bits of a page's requirements, and masks over them."""

    page: Page
    clock: Clock

    def mask(self, names: Iterable[str], *levels: str) -> int:
        """Add up the bits of the named requirements that have one of the levels (any, if none)."""
        wanted = set(names)
        return sum(
            1 << bit
            for bit, requirement in enumerate(self.page.requirements.values())
            if requirement.name in wanted and (not levels or requirement.level in levels)
        )

    def second_test(self, code: Code) -> tuple[str, ...]:
        """Name what a management code must also meet on the calendar month, on the cycle clock."""
        on_cycle = code.period == "clock" and self.clock == "cycle"
        return code.month_requires if on_cycle else ()

    def asked_of(self, code: Code) -> tuple[str, ...]:
        """Name every requirement of a code on this clock, in the order in which it is shown."""
        return (*code.requires, *self.second_test(code))


def unit_facts(pages: Iterable[Page]) -> tuple[str, ...]:
    """Name the facts by which codes of these pages earn units, and the highest they could become."""
    facts = {code.units.fact for page in pages for code in page.codes.values() if code.units}
    return tuple(column for fact in sorted(facts) for column in (fact, catalog()[fact].highest))


def bounded(page: Page, columns: Iterable[str]) -> str:
    """Write the SELECT that marks, for each line of facts on a page, what is unmet and unproven.

    `columns` are the facts that later steps need beside the marks.
    """
    requirements = list(page.requirements.values())
    unmet = _sum_of_bits(_unmet(r) for r in requirements)
    unproven = _sum_of_bits(f"NOT ({_met(r)}) AND NOT ({_unmet(r)})" for r in requirements)
    facts = "".join(f", {column}" for column in columns)
    return (
        f"SELECT chart_no, period_no, line_no, month, page, end_day, work_day, setup_day, number, closed,\n"
        f"    month_minutes{facts},\n    {unmet} AS unmet,\n    {unproven} AS unproven\n"
        f"FROM facts\nWHERE page = '{page.name}'"
    )


def _sum_of_bits(conditions: Iterable[str]) -> str:
    bits = (
        f"CASE WHEN {condition} THEN CAST({1 << bit} AS BIGINT) ELSE 0 END"
        for bit, condition in enumerate(conditions)
    )
    return "\n    + ".join(bits)


def _met(requirement: Requirement) -> str:
    fact = catalog()[requirement.fact]
    if fact.kind == "count":
        low = [f"{fact.name} >= {requirement.min}"] if requirement.min is not None else []
        high = [f"{fact.highest} <= {requirement.max}"] if requirement.max is not None else []
        return f"coalesce({' AND '.join(low + high)}, FALSE)"
    return f"coalesce({_agrees(requirement)}, FALSE)"


def _unmet(requirement: Requirement) -> str:
    fact = catalog()[requirement.fact]
    if fact.kind == "count":
        low = [f"{fact.highest} < {requirement.min}"] if requirement.min is not None else []
        high = [f"{fact.name} > {requirement.max}"] if requirement.max is not None else []
        return f"coalesce({' OR '.join(low + high)}, FALSE)"
    return f"coalesce(NOT {_agrees(requirement)}, FALSE)"


def _agrees(requirement: Requirement) -> str:
    if requirement.is_ is not None:
        return f"({requirement.fact} = {str(requirement.is_).upper()})"
    words = ", ".join(f"'{word}'" for word in requirement.one_of)
    return f"({requirement.fact} IN ({words}))"


def candidates(page: Page) -> str:
    """Write the SELECT of what each calendar month could do for a cycle's management code.

    `rung` is the highest code of the ladder that the cycle earns by itself (0 is the highest),
    `supports` whether the month reaches that code too, `strength` how many add-on units it carries.
    """
    bits = Bits(page, "cycle")
    ladder = [code for code in _clock_codes(page) if code.base is None]
    rung = " ".join(
        f"WHEN {_own(bits, code, code.requires)} < {NOT_BILLABLE} THEN {place}"
        for place, code in enumerate(ladder)
    )
    supports = " ".join(
        f"WHEN {_own(bits, code, code.requires)} < {NOT_BILLABLE} THEN {_all_met(bits, code)}"
        for code in ladder
    )
    strength = " + ".join(
        f"CASE WHEN {_own(bits, code, bits.asked_of(code))} < {NOT_BILLABLE}"
        f" AND {_all_met(bits, code)} THEN {_month_units(code)} ELSE 0 END"
        for code in _clock_codes(page)
        if code.base is not None
    )
    return (
        f"SELECT period_no, month, CASE {rung} END AS rung,\n"
        f"    CASE {supports} ELSE FALSE END AS supports,\n"
        f"    CAST({strength or 0} AS BIGINT) AS strength\n"
        f"FROM bounded\nWHERE page = '{page.name}' AND work_day IS NOT NULL"
    )


def _clock_codes(page: Page) -> list[Code]:
    """Give the management codes in the order of their ladders, highest first."""
    order = [code for ladder in page.exclusives.values() for code in ladder.codes]
    clock = [code for code in page.codes.values() if code.period == "clock"]
    return sorted(clock, key=lambda c: order.index(c.code) if c.code in order else len(order))


def _all_met(bits: Bits, code: Code) -> str:
    return f"((unmet | unproven) & {bits.mask(code.month_requires)}) = 0"


def _own(bits: Bits, code: Code, names: Iterable[str]) -> str:
    """Write the outcome of a code by the named requirements alone."""
    gates = bits.mask(names, "gate")
    holds = bits.mask(names, "hold")
    return (
        f"(CASE WHEN (unmet & {gates}) <> 0 THEN {NOT_BILLABLE} "
        f"WHEN (unmet & {holds}) <> 0 OR (unproven & {gates | holds}) <> 0"
        f"{_unsettled_units(code)} THEN {HELD} ELSE {BILLABLE} END)"
    )


def _earned(code: Code, fact: str) -> str:
    units = code.units
    if units is None:
        return "1"
    return f"greatest(least(({fact} - {units.after}) // {units.each}, {units.cap}), 0)"


def _month_units(code: Code) -> str:
    return _earned(code, "month_minutes")


def _unsettled_units(code: Code) -> str:
    return f" OR {units_unsettled(code)}" if code.units else ""


def units_unsettled(code: Code) -> str:
    """Write the condition that evidence in doubt could still change the number of units."""
    if code.units is None:
        return "FALSE"
    fact = catalog()[code.units.fact]
    return f"{_earned(code, fact.name)} <> {_earned(code, fact.highest)}"


def _units(bits: Bits, code: Code) -> str:
    """Write the units of a code that is not refused: at least one, at most what a month supports."""
    if code.units is None:
        return "1"
    earned = _earned(code, catalog()[code.units.fact].highest)
    if not bits.second_test(code):
        return f"greatest({earned}, 1)"
    both = f"least({earned}, {_month_units(code)})"
    return f"greatest(CASE WHEN {both} >= 1 THEN {both} ELSE {earned} END, 1)"


def decided(page: Page, clock: Clock) -> Iterator[str]:
    """Write, for each basis of the page, the SELECT of the outcome of every code on every line."""
    bits = Bits(page, clock)
    bases = dict.fromkeys((code.service_date, period_kind(code.period, clock)) for code in page.codes.values())
    for basis, kind in bases:
        codes = [
            code for code in page.codes.values()
            if (code.service_date, period_kind(code.period, clock)) == (basis, kind)
        ]
        yield _decided_on(bits, basis, codes)


def _decided_on(bits: Bits, basis: str, codes: list[Code]) -> str:
    second = any(bits.second_test(code) for code in codes)
    join, taken = (
        ("JOIN month_choice AS h ON h.period_no = b.period_no AND h.month = b.month", "h.month_taken")
        if second
        else ("", "FALSE")
    )
    lines = f"SELECT b.*, {taken} AS month_taken FROM bounded AS b {join}\n" \
            f"WHERE b.page = '{bits.page.name}' AND b.{SERVICE_DAY[basis]} IS NOT NULL"
    own = ",\n    ".join(f"{_with_month(bits, code)} AS own_{code.code}" for code in codes)
    took = "".join(
        f",\n    {_took(ladder.codes, {c.code for c in codes})} AS took_{name}"
        for name, ladder in bits.page.exclusives.items()
        if {c.code for c in codes} & set(ladder.codes)
    )
    setup_place = _setup_place(bits, codes)
    return (
        f"SELECT d.chart_no, d.period_no, d.line_no, d.month, d.page, d.{SERVICE_DAY[basis]} AS service_day, c.code,\n"
        f"    CASE WHEN d.closed OR c.absent THEN {_final(bits, codes)} ELSE {OPEN} END AS outcome,\n"
        f"    {_final(bits, codes)} AS standing,\n"
        f"    CAST({_by_code(codes, lambda code: _units(bits, code))} AS BIGINT) AS earned_units,\n"
        f"    {_by_code(codes, units_unsettled, 'FALSE')} AS units_unsettled,\n"
        f"    d.unmet & c.mask AS unmet, d.unproven & c.mask AS unproven,\n"
        f"    CAST({_by_code(codes, lambda code: _taker(bits, code), 'NULL')} AS VARCHAR) AS taken_by,\n"
        f"    CAST({_by_code(codes, lambda code: _base(bits, code), 'NULL')} AS INTEGER) AS base_standing,\n"
        f"    d.month_taken\n"
        f"FROM (\n  SELECT *{took}{setup_place} FROM (\n  SELECT *,\n    {own}\n  FROM ({lines}) AS b\n) AS o) AS d\n"
        f"CROSS JOIN ({_code_rows(bits, basis, codes)}) AS c\n"
        f"WHERE {'d.setup_place = 1' if setup_place else 'TRUE'}"
    )


def _with_month(bits: Bits, code: Code) -> str:
    own = _own(bits, code, bits.asked_of(code))
    if not bits.second_test(code):
        return own
    return f"(CASE WHEN {own} = {BILLABLE} AND month_taken THEN {HELD} ELSE {own} END)"


def _took(ladder: tuple[str, ...], here: set[str]) -> str:
    whens = " ".join(
        f"WHEN own_{code} < {NOT_BILLABLE} THEN '{code}'" for code in ladder if code in here
    )
    return f"CASE {whens} END"


def _ladder_of(bits: Bits, code: Code) -> str | None:
    for name, ladder in bits.page.exclusives.items():
        if code.code in ladder.codes:
            return name
    return None


def _taker(bits: Bits, code: Code) -> str:
    ladder = _ladder_of(bits, code)
    return f"took_{ladder}" if ladder else "NULL"


def _standing(bits: Bits, code: Code) -> str:
    """Write the outcome of a code within its ladder, whether or not the period is over."""
    ladder = _ladder_of(bits, code)
    if ladder is None:
        return f"own_{code.code}"
    return f"(CASE WHEN took_{ladder} <> '{code.code}' THEN {NOT_BILLABLE} ELSE own_{code.code} END)"


def _base(bits: Bits, code: Code) -> str:
    return _standing(bits, bits.page.codes[code.base]) if code.base else "NULL"


def _final(bits: Bits, codes: list[Code]) -> str:
    def outcome(code: Code) -> str:
        if code.base is None:
            return _standing(bits, code)
        return f"greatest({_standing(bits, code)}, {_base(bits, code)})"

    return _by_code(codes, outcome, str(NOT_BILLABLE))


def _by_code(codes: list[Code], what: object, otherwise: str = "1") -> str:
    assert callable(what)
    whens = " ".join(f"WHEN '{code.code}' THEN {what(code)}" for code in codes)
    return f"CASE c.code {whens} ELSE {otherwise} END"


def _setup_place(bits: Bits, codes: list[Code]) -> str:
    """Rank the cycles in which a set-up could be decided: the first that reaches its days, else the
    first that could, else the first of all. It is decided once for each enrollment.
    """
    days = bits.mask(
        name
        for code in codes
        if code.period == "setup"
        for name in code.requires
        if bits.page.requirements[name].fact.endswith("transmission_days")
    )
    if not days:
        return ""
    return (
        f",\n    row_number() OVER (PARTITION BY chart_no ORDER BY CASE WHEN (unmet & {days}) <> 0 THEN 2 "
        f"WHEN (unproven & {days}) <> 0 THEN 1 ELSE 0 END, number) AS setup_place"
    )


def absent_basis(page: Page, code: str) -> str | None:
    """Name the basis on which another page of the pack decides a code that this page does not know."""
    for effective in reversed(shelf.effective_dates(page.pack)):
        known = shelf.load(page.pack, effective).codes.get(code)
        if known is not None:
            return known.service_date
    return None


def _code_rows(bits: Bits, basis: str, codes: list[Code]) -> str:
    rows = [(code.code, bits.mask(bits.asked_of(code)), False) for code in codes]
    absent = [(code, 0, True) for code in bits.page.absents if absent_basis(bits.page, code) == basis]
    return values(("code", "mask", "absent"), [*rows, *absent])
