"""The 2026 monitoring rules as an OpenFisca-core system: one patient, facts in, six codes out.

OpenFisca has no notion of readings, instants or intervals: days, minutes and calls come in as input
variables, counted beforehand (counted.py). Bounds are dated parameters, as its users write them.
"""

from __future__ import annotations

from typing import Any

from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

COUNTS = ("transmission_days", "treatment_minutes", "live_calls", "month_minutes", "month_calls")
GATES = ("agreed", "device_is_medical", "biller_eligible", "nothing_billed_by_others")
HOLDS = ("ordered", "visited", "signed", "nothing_planned_by_others")
SUPPLY_HOLDS = ("device_papers", "device_lent")
SUPPLY, MANAGEMENT = ("99445", "99454"), ("99457", "99458", "99470")
CODES = ("99445", "99453", "99454", "99457", "99458", "99470")
NOT_BILLABLE, HELD, BILLABLE = 0, 1, 2

BOUNDS = {
    "setup_days": {"2019-01-01": 16, "2026-01-01": 2},
    "short_days": {"2026-01-01": 2},
    "full_days": {"2019-01-01": 16},
    "short_minutes": {"2026-01-01": 10},
    "full_minutes": {"2019-01-01": 20},
    "each_minutes": {"2020-01-01": 20},
    "most_units": {"2020-01-01": 3},
}

Patient = build_entity(
    key="patient", plural="patients", label="A patient in one cycle", is_person=True
)


def system() -> TaxBenefitSystem:
    """Put bounds, inputs and formulas together."""
    law = TaxBenefitSystem([Patient])
    law.parameters = ParameterNode(
        "", data={name: {"values": {day: {"value": v} for day, v in dated.items()}}
                  for name, dated in BOUNDS.items()}
    )  # fmt: skip
    for name in COUNTS:
        law.add_variable(variable(name, int))
    for name in (*GATES, *HOLDS, *SUPPLY_HOLDS):
        law.add_variable(variable(name, bool))
    law.add_variable(variable("gates_met", bool, all_of(GATES)))
    law.add_variable(variable("holds_met", bool, all_of(HOLDS)))
    law.add_variable(variable("supply_holds_met", bool, all_of(("holds_met", *SUPPLY_HOLDS))))
    for code in CODES:
        law.add_variable(variable(f"earned_{code}", int, EARNED[code]))
        law.add_variable(variable(f"month_supports_{code}", bool, supported(code)))
        law.add_variable(variable(f"outcome_{code}", int, outcome(code)))
        law.add_variable(variable(f"units_{code}", int, units(code)))
    return law


def variable(name: str, kind: type, formula: Any = None) -> type[Variable]:  # noqa: ANN401
    """Make a yearly variable of the patient; without a formula it is an input."""
    body = {"value_type": kind, "entity": Patient, "definition_period": DateUnit.YEAR}
    body |= {"label": name, "formula": formula} if formula else {"label": name}
    return type(name, (Variable,), body)


def all_of(names: tuple[str, ...]) -> Any:  # noqa: ANN401
    """All of the named papers are there."""

    def formula(patient: Any, period: Any) -> Any:  # noqa: ANN401
        met = patient(names[0], period)
        for name in names[1:]:
            met = met * patient(name, period)
        return met

    return formula


def between(fact: str, least: str, below: str | None = None) -> Any:  # noqa: ANN401
    """One unit if the fact reaches one bound and stays under another."""

    def formula(patient: Any, period: Any, parameters: Any) -> Any:  # noqa: ANN401
        bounds, value = parameters(period), patient(fact, period)
        reached = value >= bounds[least]
        return reached * (value < bounds[below]) if below else reached

    return formula


def management(least: str, below: str | None = None) -> Any:  # noqa: ANN401
    """One unit if the minutes reach their bound and somebody was spoken to."""
    rung = between("treatment_minutes", least, below)

    def formula(patient: Any, period: Any, parameters: Any) -> Any:  # noqa: ANN401
        return rung(patient, period, parameters) * (patient("live_calls", period) >= 1)

    return formula


def further(patient: Any, period: Any, parameters: Any) -> Any:  # noqa: ANN401
    """Count the complete further twenties beside 99457, as far as cap and month carry them."""
    bounds = parameters(period)
    earned = [
        (patient(fact, period) - bounds.full_minutes) // bounds.each_minutes
        for fact in ("treatment_minutes", "month_minutes")
    ]
    least = earned[0] * (earned[0] < earned[1]) + earned[1] * (earned[0] >= earned[1])
    return least.clip(0, bounds.most_units) * (patient("earned_99457", period) > 0)


def supported(code: str) -> Any:  # noqa: ANN401
    """Tell whether the calendar month carries the management code; supply codes need none."""
    least = "short_minutes" if code == "99470" else "full_minutes"

    def formula(patient: Any, period: Any, parameters: Any) -> Any:  # noqa: ANN401
        if code not in MANAGEMENT:
            return patient("transmission_days", period) >= 0
        enough = patient("month_minutes", period) >= parameters(period)[least]
        return enough * (patient("month_calls", period) >= 1)

    return formula


def outcome(code: str) -> Any:  # noqa: ANN401
    """Tell billable, held and not billable apart."""
    papers = "supply_holds_met" if code in SUPPLY else "holds_met"

    def formula(patient: Any, period: Any) -> Any:  # noqa: ANN401
        gate = (patient(f"earned_{code}", period) > 0) * patient("gates_met", period)
        hold = patient(papers, period) * patient(f"month_supports_{code}", period)
        return NOT_BILLABLE + gate * (HELD + hold * (BILLABLE - HELD))

    return formula


def units(code: str) -> Any:  # noqa: ANN401
    """Give the units of a line that is billable."""

    def formula(patient: Any, period: Any) -> Any:  # noqa: ANN401
        stands = patient(f"outcome_{code}", period) == BILLABLE
        return patient(f"earned_{code}", period) * stands

    return formula


EARNED = {
    "99445": between("transmission_days", "short_days", "full_days"),
    "99453": between("transmission_days", "setup_days"),
    "99454": between("transmission_days", "full_days"),
    "99457": management("full_minutes"),
    "99458": further,
    "99470": management("short_minutes", "full_minutes"),
}
