"""The order in which the models are told, and their text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Model:
    """One SQL model. One that is not `kept` is asked anew each time: too large to write down."""

    name: str
    kept: bool = True


STORY: tuple[Model, ...] = (
    Model("months"),
    Model("calendar"),
    Model("knowledge"),
    Model("known_patients"),
    Model("consent_spans"),
    Model("revocations"),
    Model("charts"),
    Model("undated"),
    Model("clock_days"),
    Model("periods"),
    Model("pauses"),
    Model("assigned"),
    Model("device_kinds"),
    Model("therapy_cycles"),
    Model("strange_spans"),
    Model("standings"),
    Model("worn_spans"),
    Model("device_spans"),
    Model("judged_readings", kept=False),
    Model("day_words"),
    Model("transmissions"),
    Model("period_devices"),
    Model("stretches"),
    Model("contested"),
    Model("practice_npis"),
    Model("em_days"),
    Model("judged_time"),
    Model("minute_days"),
    Model("judged_calls"),
    Model("work_days"),
    Model("period_work"),
    Model("month_work"),
    Model("reported"),
    Model("period_consents"),
    Model("standing_sign_offs"),
    Model("lines"),
    Model("barring_stays"),
    Model("month_standing", kept=False),
    Model("pinned_digests"),
    Model("period_sign_offs"),
    Model("period_services"),
    Model("specific_services"),
    Model("period_stays"),
    Model("episodes"),
    Model("neighbours"),
    Model("setup_claims"),
    Model("period_facts"),
    Model("month_claims"),
    Model("facts", kept=False),
)


@cache
def sql(name: str) -> str:
    """Give the text of a model, in DuckDB's dialect."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
