"""The folder of loaded fees: asked by day of service, and never answering for another day.

Files of facts that the practice loaded come first; the few that the product brings along speak only
for days for which the folder has none. A day for which no file speaks is refused, and so is a code
that was not looked for when the file was loaded: that nothing is known is not that nothing holds.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from proofline.claims.fees.facts import (
    AddOn,
    Area,
    CodePair,
    Kind,
    Locality,
    RelativeValue,
    Source,
    UnitLimit,
)
from proofline.claims.fees.medicare import DATA
from proofline.claims.fees.trouble import FeesError, bad_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUFFIX = ".facts"
PAIR_PARTS = frozenset({1, 2, 3, 4})
"""NCCI publishes the practitioners' code pairs in four files (ccipra …-f1 to -f4) each quarter."""

_TYPES = {
    "rvu": RelativeValue,
    "gpci": Locality,
    "counties": Area,
    "mue": UnitLimit,
    "ptp": CodePair,
    "add_on": AddOn,
}
_FACTS: dict[Kind, str] = {
    "rvu": "values",
    "gpci": "localities",
    "counties": "areas",
    "mue": "limits",
    "ptp": "pairs",
    "add_on": "add_ons",
}
_WHAT: dict[Kind, str] = {
    "rvu": "relative value file (PPRRVU)",
    "gpci": "GPCI file",
    "counties": "list of localities and counties (LOCCO)",
    "mue": "practitioner MUE table",
    "ptp": "complete set of practitioner code pairs (ccipra f1 to f4)",
    "add_on": "add-on code table (AOC)",
}
_LOAD = "Download it from cms.gov and load it: proofline fees load FILE --into DIR."
_Fact = TypeVar("_Fact", RelativeValue, Locality, Area, UnitLimit, CodePair, AddOn)
_Edit = TypeVar("_Edit", CodePair, AddOn)


class FeeFile:
    """One file of facts; `source` is read at once, the facts when first asked for."""

    def __init__(self, path: Path) -> None:
        """Read the first line. Errors: FeesError, if it is no file of facts."""
        self.path = path
        try:
            with path.open("rb") as file:
                self.source = msgspec.json.decode(file.readline(), type=Source)
        except (OSError, msgspec.MsgspecError) as error:
            raise self._broken(1) from error

    def facts(self, of: type[_Fact]) -> list[_Fact]:
        """Read all facts. Errors: FeesError with the line that is broken or missing."""
        decoder = msgspec.json.Decoder(of)
        found: list[_Fact] = []
        try:
            lines = self.path.read_bytes().splitlines()[1:]
            for line in lines:
                found.append(decoder.decode(line))  # noqa: PERF401 - its length tells the line
        except (OSError, msgspec.MsgspecError) as error:
            raise self._broken(len(found) + 2) from error
        if len(found) != self.source.rows or of is not _TYPES[self.source.kind]:
            raise self._broken(len(found) + 2)
        return found

    @cached_property
    def values(self) -> dict[tuple[str, str], RelativeValue]:
        """The relative values by code and modifier."""
        return {(one.code, one.modifier): one for one in self.facts(RelativeValue)}

    @cached_property
    def localities(self) -> list[Locality]:
        """The localities with their indices."""
        return self.facts(Locality)

    @cached_property
    def areas(self) -> list[Area]:
        """The localities with their counties."""
        return self.facts(Area)

    @cached_property
    def limits(self) -> dict[str, UnitLimit]:
        """The unit limits by code."""
        return {one.code: one for one in self.facts(UnitLimit)}

    @cached_property
    def pairs(self) -> dict[frozenset[str], list[CodePair]]:
        """The code pairs by their two codes, whichever is paid."""
        found: dict[frozenset[str], list[CodePair]] = {}
        for one in self.facts(CodePair):
            found.setdefault(frozenset({one.paid, one.denied}), []).append(one)
        return found

    @cached_property
    def add_ons(self) -> list[AddOn]:
        """The add-on codes with their primaries."""
        return self.facts(AddOn)

    def _broken(self, line: int) -> FeesError:
        cure = "Load the official file again: proofline fees load FILE --into DIR."
        return bad_file(self.path.name, "it is no file of facts as written.", cure, line=line)


def files_in(folder: Path) -> list[FeeFile]:
    """Look through a folder of loaded fees. Errors: FeesError, if there is none."""
    if not folder.is_dir():
        cure = "Name the folder that `proofline fees load` wrote into."
        raise FeesError("fees.folder", f"There is no folder {folder}.", cure)
    return [FeeFile(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


class Shelf:
    """All files of facts that can be asked: those of the practice, then those of the product."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look through the folder; None asks only what the product brings along."""
        self.loaded = [] if folder is None else files_in(folder)
        self.brought = files_in(DATA)

    def at_once(self) -> Shelf:
        """Read all of the practice's files now, so that they may go. Errors: FeesError."""
        for file in self.loaded:
            getattr(file, _FACTS[file.source.kind])
        return self

    def relative_value(
        self, code: str, on: date, *, qp: bool = False, modifier: str = ""
    ) -> tuple[RelativeValue, Source]:
        """Give the values of a code on a day, and where they are from.

        `qp` asks for the conversion factor of qualifying participants. Errors: FeesError, if no
        file speaks for the day or the file has no such code.
        """
        file = self._one("rvu", on, code, qp=qp)
        value = file.values.get((code, modifier))
        if value is None:
            why = f"{file.source.file} has no {code} for {on}."
            cure = "Check code, modifier and date of service: it may not have existed then."
            raise FeesError("fees.no_code", why, cure)
        return value, file.source

    def lists(self, code: str, on: date) -> bool:
        """Tell whether the relative value file of a day has a code, with whatever modifier.

        Errors: FeesError, if no file speaks for the day, or it was loaded without this code.
        """
        values = self._one("rvu", on, code).values
        return any(known == code for known, _ in values)

    def speaks(self, on: date) -> bool:
        """Tell whether relative values of a day are there."""
        return bool(self._speaking("rvu", on))

    def last_release(self, before: date) -> date | None:
        """Give the last day of the latest relative values of a day's year, if they end before it.

        Payment amounts are set for a calendar year (Social Security Act, section 1848(b)(1)), and a
        later release of the year changes single codes. So it is the best that is known ahead of
        the next one, and no more than that. None where there is none.
        """
        files = (file.source for file in (*self.loaded, *self.brought))
        ends = [one.last for one in files if one.kind == "rvu" and one.last < before]
        return max((last for last in ends if last.year == before.year), default=None)

    def localities(self, on: date) -> tuple[list[Locality], Source]:
        """Give all localities with their indices on a day. Errors: FeesError."""
        file = self._one("gpci", on)
        return file.localities, file.source

    def areas(self, on: date) -> tuple[list[Area], Source]:
        """Give all localities with their counties on a day. Errors: FeesError."""
        file = self._one("counties", on)
        return file.areas, file.source

    def unit_limit(self, code: str, on: date) -> UnitLimit | None:
        """Give the unit limit of a code on a day; None if the table of that day has none.

        Errors: FeesError, if no table speaks for the day, or it was loaded without this code.
        """
        return self._one("mue", on, code).limits.get(code)

    def pair(self, one: str, other: str, on: date) -> CodePair | None:
        """Give the edit in force between two codes on a day, whichever is paid; None if none is.

        The day of deletion is an edit's last. Errors: FeesError, if not all parts of that quarter
        are loaded, or they were loaded with neither code.
        """
        files = self._speaking("ptp", on)
        known = {file.source.part for file in files} >= PAIR_PARTS
        if not known or not all({one, other} & set(file.source.codes) for file in files):
            raise self._silent("ptp", on)
        found = [pair for file in files for pair in file.pairs.get(frozenset({one, other}), ())]
        return next(iter(in_force(found, on)), None)

    def primaries(self, code: str, on: date) -> list[AddOn]:
        """Give the edits that say beside which codes an add-on may stand on a day.

        Empty if the table does not call the code an add-on. Errors: FeesError, as for limits.
        """
        file = self._one("add_on", on, code)
        return in_force([one for one in file.add_ons if one.code == code], on)

    def _one(self, kind: Kind, on: date, code: str = "", *, qp: bool | None = None) -> FeeFile:
        files = self._speaking(kind, on, qp=qp)
        if not files:
            raise self._silent(kind, on, qp=qp)
        file = files[0]
        if code and code not in file.source.codes:
            why = f"{file.source.file} was loaded without looking for {code}."
            cure = f"Check the code; if it is right, load the file again with --code {code}."
            raise FeesError("fees.no_code", why, cure)
        return file

    def _speaking(self, kind: Kind, on: date, *, qp: bool | None = None) -> list[FeeFile]:
        for files in (self.loaded, self.brought):
            found = [file for file in files if _speaks(file.source, kind, on, qp=qp)]
            if found:
                return found
        return []

    def _silent(self, kind: Kind, on: date, *, qp: bool | None = None) -> FeesError:
        whose = {None: "", True: " with the QP factor", False: ""}[qp]
        spans = sorted(
            f"{file.source.first}..{file.source.last}"
            for file in (*self.loaded, *self.brought)
            if file.source.kind == kind
        )
        there = f" There is one for {', '.join(dict.fromkeys(spans))}." if spans else ""
        why = f"No {_WHAT[kind]}{whose} for {on} is loaded.{there}"
        return FeesError("fees.no_file", why, _LOAD)


def in_force(edits: Iterable[_Edit], on: date) -> list[_Edit]:
    """Give the edits in force on a day, first and last day included."""
    return [one for one in edits if one.first <= on and (one.last is None or on <= one.last)]


def _speaks(source: Source, kind: Kind, on: date, *, qp: bool | None) -> bool:
    whose = qp is None or source.qp is None or source.qp == qp
    return source.kind == kind and source.first <= on <= source.last and whose
