"""The terms of a payer: dates or spans, replacements, how long a claim may wait, whose number.

The data stand in `packs/payers`, one TOML file for each kind of payer, every term with its source
or the word that there is none. A practice whose payer differs says so in its directory.
"""

from __future__ import annotations

import calendar
import tomllib
from datetime import date, timedelta
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct, field

from proofline.packs.shelf import ROOT
from proofline.packs.sources import key_and_place, sources

SHELF = ROOT / "payers"
_MONTHS = 12


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """What a payer wants. None is unknown: it is neither allowed nor refused, but told of.

    `filing_code` is SBR09; `span_codes` are billed from the first to the last day of their period,
    all others on one date; `replacement` and `void` say whether CLM05-3 may be 7 and 8; the claim
    must arrive within `filing_months` or `filing_days` of the first day of each line;
    `refused_places` are places of service that this payer denies for these services, and
    `facility_places` those that it pays the facility amount; a denial is answered within
    `appeal_days` of the day of the remittance, by `appeal_to`. `cite` names source and place of
    each term, `unsourced` says why one has none.
    """

    kind: str = ""
    filing_code: str = ""
    member_number: Literal["mbi", "member"] = "member"
    span_codes: tuple[str, ...] = ()
    replacement: bool | None = None
    void: bool | None = None
    filing_months: int | None = None
    filing_days: int | None = None
    refused_places: tuple[str, ...] = ()
    facility_places: tuple[str, ...] = ()
    appeal_days: int | None = None
    appeal_to: str = "appeal to the payer"
    cite: dict[str, str] = field(default_factory=dict)
    unsourced: dict[str, str] = field(default_factory=dict)

    def last_filing_day(self, first_day: date) -> date | None:
        """Give the last day on which a line of that first day may arrive, or None if unknown."""
        if self.filing_days is not None:
            return first_day + timedelta(days=self.filing_days)
        if self.filing_months is None:
            return None
        months = first_day.year * _MONTHS + first_day.month - 1 + self.filing_months
        year, month = divmod(months, _MONTHS)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(first_day.day, last))

    def last_appeal_day(self, remitted: date) -> date | None:
        """Give the last day on which an answer may arrive, or None: unknown, not unlimited."""
        return None if self.appeal_days is None else remitted + timedelta(days=self.appeal_days)

    def takes(self, frequency: str) -> bool | None:
        """Whether the payer takes an original (1), a replacement (7), a void (8); None: unknown."""
        return {"1": True, "7": self.replacement, "8": self.void}.get(frequency, False)

    def said(self, term: str) -> str:
        """Say where a term stands, with the grade of its source; the practice's own has none."""
        source, place = key_and_place(self.cite.get(term, ""))
        if not source:
            return f"no source found: {self.unsourced.get(term, 'the directory of the practice')}"
        known = sources()[source]
        return f"{known.title.split(',')[0]} {place} (grade {known.grade})"


@cache
def terms_of(kind: str) -> Terms:
    """Give the terms of a kind of payer; of an unknown kind nothing is known."""
    path = SHELF / f"{kind}.toml"
    if not kind.replace("_", "").isalpha() or not path.is_file():
        return Terms(kind=kind)
    sent = {"kind": kind, **tomllib.loads(path.read_text("utf-8"))}
    return msgspec.convert(sent, Terms)
