"""The first pages: the line, its decision and reasons, both clocks, and where each paper stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from proofline.packet.paper import charts, words
from proofline.packet.paper.fonts import width
from proofline.packet.paper.marks import Mark
from proofline.packet.paper.sheet import (
    LABEL,
    LARGE,
    LEFT,
    MINOR,
    QUIET,
    STRONG,
)
from proofline.packet.paper.tables import NOT_ON_FILE, Columns, pairs, table

if TYPE_CHECKING:
    from proofline.packet.packet import Packet, Span
    from proofline.packet.paper.sheet import Draw, Sheet

_OUTCOMES = {
    "billable": "The evidence on file meets every requirement of this line.",
    "held": "The facts earn this line, but a person must settle something first.",
    "not_billable": "A requirement is not met. This line is not billed.",
    "open": "The period has not ended. Nothing is billed yet.",
}
_CARRIED = {"billable": "counts", "held": "unsettled", "not_billable": "refused", "open": "to_come"}


def title(sheet: Sheet, packet: Packet) -> None:
    """Draw what the packet is of, what was decided, and the figures that one looks for first."""
    decision = packet.decision
    sheet.y -= 22
    sheet.put(LEFT, f"{decision['code']}  {packet.line.title}", LARGE)
    sheet.y -= 20
    sheet.draw(_sized(Mark(_CARRIED[decision["outcome"]]), LEFT, sheet.y - 0.6))
    told = words.outcome(decision["outcome"])
    sheet.put(LEFT + 14, told, STRONG)
    sheet.put(
        LEFT + 28 + width(told, STRONG.font, STRONG.size), _OUTCOMES[decision["outcome"]], QUIET
    )
    sheet.y -= 14
    _figures(sheet, packet)
    pairs(sheet, _whose(packet))
    sheet.space(6)


def _figures(sheet: Sheet, packet: Packet) -> None:
    facts, decision = packet.decision["facts"], packet.decision
    shown = [
        ("period", f"{decision['period']['start']} to {decision['period']['end']}"),
        ("units", str(decision["units"])),
        ("transmission days", _or(facts, "transmission_days")),
        ("the same by UTC", _or(facts, "utc_days")),
        ("treatment minutes", _or(facts, "treatment_minutes")),
        ("live calls", _or(facts, "live_calls")),
        ("as of", packet.as_of.isoformat()),
    ]
    sheet.rule()
    x = LEFT
    for (label, text), wide in zip(shown, (124, 36, 80, 72, 80, 52, 60), strict=True):
        here = sheet.y
        sheet.y = here - 11
        sheet.put(x, label, LABEL)
        sheet.y = here - 23
        sheet.put(x, text, STRONG)
        sheet.y = here
        x += wide
    sheet.y -= 31
    sheet.rule()
    sheet.space(6)


def _or(facts: dict[str, Any], name: str) -> str:
    if name not in facts:
        return "not asked"
    highest = facts.get(f"{name}_possible")
    told = words.plain(facts[name])
    return told if highest is None else f"{told} to {words.plain(highest)}"


def _whose(packet: Packet) -> Iterator[tuple[str, str]]:
    """Say whose line it is, who bills it and who pays."""
    row, enrollment = packet.patient, packet.enrollment
    biller = packet.performer(enrollment["billing_performer_id"])
    practice = next(
        (p for p in packet.papers["practices"] if p["practice_id"] == biller.get("practice_id")), {}
    )
    born = words.day(row["birth_date"]) or NOT_ON_FILE
    yield "patient", f"{words.patient(row)}, born {born}, sex {row['sex'] or NOT_ON_FILE}"
    covered = [
        f"{one['payer_id']}, {(one['kind'] or 'kind not on file').replace('_', ' ')},"
        f" member {one['member_id'] or row['member_id'] or NOT_ON_FILE},"
        f" from {words.day(one['from_date']) or NOT_ON_FILE}"
        for one in packet.papers["coverages"]
    ]
    yield "coverage in the period", "\n".join(covered)
    yield "condition monitored", (enrollment["diagnoses"] or "").replace("|", ", ")
    role = words.ROLES.get(biller.get("role", ""), "")
    bills = words.person(biller, enrollment["billing_performer_id"])
    yield "billing practitioner", ", ".join(filter(None, (bills, role)))
    yield "practice", words.person(practice, None)
    yield "enrollment and line", f"{enrollment['enrollment_id']}, line {packet.line.line_id}"


def reasons(sheet: Sheet, packet: Packet) -> None:
    """Draw every requirement with what was found; those against the line come first."""
    found = {one["requirement"]: one for one in packet.decision["findings"]}
    said = packet.said
    named = (*said.against, *said.earned_by, *said.to_know)
    parts = (
        ("What stands against the line", said.against),
        ("What earned it", said.earned_by),
        ("To know, though it stops nothing", said.to_know),
        ("Also asked, and met", tuple(name for name in found if name not in named)),
    )
    for head, names in parts:
        if not names:
            continue
        sheet.need(92)
        sheet.y -= 14
        sheet.put(LEFT, head, MINOR)
        sheet.space(3)
        columns = Columns(("", "requirement", "found", "needs", "level", "cited"), _REASONS)
        table(sheet, columns, [_finding(found[name]) for name in names])
    sheet.space(4)
    beside = ", ".join(
        f"{code} {words.outcome(outcome)}" + (f", {units} units" if units > 1 else "")
        for code, outcome, units in packet.beside
    )
    pairs(sheet, [("other codes of the period", beside)])


_REASONS = (3, 48, 12, 13, 7, 28)


def _finding(one: dict[str, Any]) -> tuple[str | Mark, ...]:
    cure = f"\nWhat to do: {one['cure']}" if one["status"] != "met" and one["cure"] else ""
    text = f"{one['text']}{cure}"
    return (
        Mark(one["status"]),
        text,
        words.plain(one["value"]),
        one["needs"],
        one["level"],
        one["cite"] or "between the codes of the page",
    )


def clocks(sheet: Sheet, packet: Packet) -> None:
    """Draw both clocks on one timeline, and say in words what each holds."""
    sheet.paragraph(
        "Device codes run on 30-day periods; CPT counts management time by the calendar month. The"
        f" {packet.spans[0].kind} decides here, and what the other clock holds stands beside it."
        " Bars are counted minutes of each day within the period of this line.",
        QUIET,
    )
    charts.clocks(sheet, packet)
    columns = Columns(
        ("period", "from", "to", ">minutes", ">if all were settled", ">live calls", "on this line"),
        (20, 14, 14, 10, 16, 12, 22),
    )
    table(sheet, columns, [_span(one) for one in packet.spans])


def _span(one: Span) -> tuple[str, ...]:
    number = f" {one.number}" if one.number else ""
    return (
        f"{one.kind}{number}",
        one.start.isoformat(),
        one.end.isoformat(),
        "no work on file" if one.minutes is None else str(one.minutes),
        "" if one.possible_minutes is None else str(one.possible_minutes),
        "" if one.live_calls is None else str(one.live_calls),
        "decides" if one.decides else "shown beside it",
    )


ASKED = (
    ("patient, date of service and practitioner on each page", "above, on every page", ""),
    ("notes of practitioner, nurse and others", "Time log", "practitioner's notes"),
    ("condition that is monitored", "The order", "condition"),
    ("data of enough days of the period", "Daily log", "readings"),
    ("medical necessity: why this patient is monitored", "The order", "medical necessity"),
    ("consent at the time of service", "Consent", "consent"),
    ("device that meets FDA's definition and sends by itself", "Devices", "devices"),
    ("live communication with patient or caregiver", "Call log", "call log"),
    ("set-up and teaching", "The order", "set-up"),
    ("device supply: how often and how it sends", "Devices", "devices"),
    ("treatment management: review, decisions, talk", "Time log", "time log"),
    ("time that supports the level of the code", "Time log", "time log"),
    ("work done without the patient present", "Time log", "time log"),
    ("support for diagnosis, code and modifiers", "The order", "condition"),
    ("abbreviations", "Abbreviations and marks", ""),
    ("coverage determinations", "The law as cited", ""),
    ("signature of the practitioner", "Sign-off", "sign-off"),
    ("claim, payments and what was amended", "Claim and remittances", "claim"),
)
"""What Noridian's page on RPM documentation asks for, in its order and our words, and ours last."""


def asked_for(sheet: Sheet, packet: Packet, numbers: dict[str, int]) -> None:
    """Say where each thing that an auditor asks for stands, and what is not on file."""
    sheet.paragraph(
        "In the order of the list that Noridian, a Medicare contractor, publishes for remote"
        " monitoring (JE Part B, RPM documentation requirements), in our words.",
        QUIET,
    )
    body = []
    for what, where, part in ASKED:
        number = numbers.get(where)
        place = where if number is None else f"{number}  {where}"
        on_file = NOT_ON_FILE if part in packet.missing else _on_file(packet, part) if part else ""
        body.append((what, place, on_file))
    table(sheet, Columns(("what is asked for", "where it stands", ""), (56, 36, 12)), body)


def _on_file(packet: Packet, part: str) -> str:
    """Say whether anything of what is on file counts; a paper is told with the findings."""
    standings = {
        "readings": {one.standing for one in packet.readings if one.inside},
        "call log": {one.standing for one in packet.calls},
        "time log": {one.standing for one in packet.work},
    }
    return "on file" if "counts" in standings.get(part, {"counts"}) else "on file, none counts"


def _sized(mark: Mark, x: float, y: float) -> Draw:
    return lambda canvas: mark.draw(canvas, x, y, 7.0)
