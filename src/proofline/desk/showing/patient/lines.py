"""The lines of a period, why each stands where it does, and the act that cures what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _lazy

from proofline.explain.explanation import against, grounds, warnings
from proofline.packs import shelf

if TYPE_CHECKING:
    from proofline.explain.explanation import Explanation, Ladder
    from proofline.insight import Outlook, Rung

OUTCOMES = {
    "billable": (_lazy("ready"), "good"),
    "held": (_lazy("held"), "warn"),
    "open": (_lazy("open"), ""),
    "not_billable": (_lazy("not billable"), ""),
}
"""What an outcome is called on a page, and the colour of its chip."""
FACTS = {
    "transmission_days": (_lazy("Days with readings"), _lazy("days")),
    "treatment_minutes": (_lazy("Minutes of management"), _lazy("minutes")),
    "practitioner_minutes": (_lazy("Minutes of the practitioner in person"), _lazy("minutes")),
    "direct_minutes": (_lazy("Minutes under direct supervision"), _lazy("minutes")),
}
SIGNING = "signing"
"""Not a panel: signing has a page of its own."""
CURED_BY = {
    "consent_on_file": ("consent.capture", "consent"),
    "cost_share_disclosed": ("consent.capture", "consent"),
    "consent_described": ("consent.capture", "consent"),
    "medical_devices": ("device.pair", "pair"),
    "live_calls": ("call.log", "call"),
    "month_live_calls": ("call.log", "call"),
    "treatment_minutes": ("time.log", "time"),
    "month_minutes": ("time.log", "time"),
    "order_on_file": ("enrollment.complete", "onfile"),
    "ordered_before_period": ("enrollment.complete", "onfile"),
    "condition_named": ("enrollment.complete", "onfile"),
    "established": ("enrollment.complete", "onfile"),
    "set_up": ("enrollment.complete", "onfile"),
    "signed_off": ("cycle.sign_off", SIGNING),
    "stale_sign_offs": ("cycle.sign_off", SIGNING),
    "sign_off_pinned": ("cycle.sign_off", SIGNING),
}
"""Which act mends a fact: the act that allows it, and its panel on this page."""

EVIDENCE = {
    "live_calls": "calls-name",
    "treatment_minutes": "work-name",
    "practitioner_minutes": "work-name",
    "direct_minutes": "work-name",
    "contested_minutes": "work-name",
    "transmission_days": "period",
    "transmission_days_in_force": "period",
    "month_minutes": "period",
    "month_live_calls": "period",
}
"""Where on this page stands what a fact was counted from."""
_ON_PAPER = frozenset({"consent", "pair", "onfile", SIGNING})


@dataclass(frozen=True, slots=True)
class Said:
    """One finding: what was asked and found, in words; where the law says it; what mends it.

    `panel` names the panel of this page in which it can be mended, `where` the place on it in which
    the evidence is shown; blank where there is none.
    """

    name: str
    fact: str
    value: str
    needs: str
    status: str
    level: str
    text: str
    cure: str
    cite: str
    panel: str
    where: str


@dataclass(frozen=True, slots=True)
class Line:
    """One code of the period with its reasons; `pack` names its page of the law."""

    code: str
    title: str
    outcome: str
    word: str
    colour: str
    units: int
    service_date: str
    pack: str
    met: tuple[Said, ...]
    against: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder: the code, from how much on, how far the count is, what is ahead."""

    code: str
    needed: int
    so_far: int | None
    highest: int | None
    reached: bool
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class Climb:
    """One count of the period with its rungs."""

    fact: str
    name: str
    unit: str
    so_far: int | None
    highest: int | None
    steps: tuple[Step, ...]

    @property
    def by_time(self) -> bool:
        """Whether it is work that counts, and not what a device sent."""
        return self.fact.endswith("_minutes")


@dataclass(frozen=True, slots=True)
class Together:
    """What stands against several lines alike: their codes, blank for every line of the period.

    `pack` names the page of the law that says it.
    """

    codes: tuple[str, ...]
    pack: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Cure:
    """An act of this page that mends something, and the codes that it would bring nearer."""

    panel: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a period; what stands against several is told once, and so is each cure."""

    cures: tuple[Cure, ...]
    together: tuple[Together, ...]
    each: tuple[Line, ...]


def lines(told: Explanation, can: frozenset[str]) -> Lines:
    """Tell of each line; `can` are the acts that the person may do."""
    found = [_line(one, can) for one in told.lines]
    whose: dict[Said, list[Line]] = {}
    for one in found:
        for said in one.against:
            whose.setdefault(said, []).append(one)
    alone = {said for said, those in whose.items() if len(those) == 1}
    each = (replace(one, against=tuple(s for s in one.against if s in alone)) for one in found)
    return Lines(_cures(found), _together(whose, len(found)), tuple(each))


def _cures(found: Iterable[Line]) -> tuple[Cure, ...]:
    """Give each act that mends something once, in the order of the lines."""
    codes: dict[str, dict[str, None]] = {}
    for one in found:
        for said in one.against:
            if said.panel:
                codes.setdefault(said.panel, {})[one.code] = None
    return tuple(Cure(panel, tuple(those)) for panel, those in codes.items())


def _together(whose: dict[Said, list[Line]], every: int) -> tuple[Together, ...]:
    """Put reasons that several lines share under the codes of these, every line's first."""
    shared: dict[tuple[str, ...], list[Said]] = {}
    packs: dict[tuple[str, ...], str] = {}
    for said, those in whose.items():
        if len(those) > 1:
            codes = () if len(those) == every else tuple(one.code for one in those)
            shared.setdefault(codes, []).append(said)
            packs[codes] = those[0].pack
    order = sorted(shared, key=len)
    return tuple(Together(codes, packs[codes], tuple(shared[codes])) for codes in order)


def to_know(told: Explanation) -> tuple[Said, ...]:
    """Tell what is to be known and stands in nobody's way."""
    return tuple(_said(one, frozenset()) for one in warnings(told.lines).values())


def climbs(ladders: Iterable[Ladder], ahead: Outlook | None) -> tuple[Climb, ...]:
    """Tell how far each count is on its ladder, and what the outlook of the period says of it."""
    rungs = {one.code: one for one in ahead.rungs} if ahead else {}
    return tuple(_climb(one, rungs) for one in ladders)


def _climb(ladder: Ladder, rungs: dict[str, Rung]) -> Climb:
    name, unit = FACTS.get(ladder.fact, (ladder.fact.replace("_", " "), ""))
    return Climb(
        ladder.fact,
        str(name),
        str(unit),
        ladder.value,
        ladder.highest,
        tuple(
            Step(
                code,
                needed,
                ladder.value,
                ladder.highest,
                (ladder.value or 0) >= needed,
                rungs.get(code),
            )
            for needed, code in ladder.rungs
        ),
    )


def _line(one: dict[str, Any], can: frozenset[str]) -> Line:
    word, colour = OUTCOMES[one["outcome"]]
    pack, _, effective = one["pack"].partition("/")
    code = shelf.load(pack, date.fromisoformat(effective)).codes.get(one["code"])
    return Line(
        one["code"],
        code.title if code else "",
        one["outcome"],
        str(word),
        colour,
        one["units"],
        one["service_date"] or "",
        one["pack"],
        tuple(_said(f, can) for f in grounds(one)),
        tuple(_said(f, can) for f in against(one)),
    )


def _said(finding: dict[str, Any], can: frozenset[str]) -> Said:
    act, panel = CURED_BY.get(finding["fact"], ("", ""))
    return Said(
        finding["requirement"],
        finding["fact"].replace("_", " "),
        _value(finding["value"]),
        finding["needs"],
        finding["status"],
        finding["level"],
        finding["text"],
        finding["cure"] or "",
        finding["cite"] or "",
        panel if act in can and finding["status"] != "met" else "",
        EVIDENCE.get(finding["fact"], "papers-name" if panel in _ON_PAPER else ""),
    )


def _value(value: object) -> str:
    if value is None:
        return str(_lazy("unknown"))
    if isinstance(value, bool):
        return str(_lazy("yes") if value else _lazy("no"))
    return str(value)
