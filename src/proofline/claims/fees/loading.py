"""From the official files to a folder of facts: what is this, for which days, what of it is kept.

Each file becomes one small file of the folder: a line that says where it comes from, then one line
of JSON for each fact. All files are read before the first is written. A file speaks for the quarter
of its release, GPCI and counties for their year; other days only if the practice says so.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.claims.fees import ncci, places, relative_values
from proofline.claims.fees.facts import Kind, Source
from proofline.claims.fees.medicare import CODES, factor_changes
from proofline.claims.fees.ncci import quarter, quarter_of
from proofline.claims.fees.shelf import SUFFIX, files_in
from proofline.claims.fees.tables import PREAMBLE, Text
from proofline.claims.fees.trouble import FeesError, bad_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from proofline.claims.fees.facts import Fact
    from proofline.claims.fees.tables import Row

_KINDS: tuple[tuple[Kind, Callable[[Row], bool]], ...] = (
    ("rvu", relative_values.is_heading),
    ("gpci", places.is_gpci),
    ("counties", places.is_counties),
    ("mue", ncci.is_limits),
    ("ptp", ncci.is_pairs),
    ("add_on", ncci.is_add_ons),
)
_GIVE_DAYS = "Say with --from and --to for which days of service it speaks."
_GIVE_QP = "Say with --qp or --non-qp whose conversion factor it has."


class Said(Struct, frozen=True):
    """What the practice says of the files: their days, whose factor, which further codes."""

    first: date | None = None
    last: date | None = None
    qp: bool | None = None
    codes: frozenset[str] = frozenset()


def load(files: Sequence[Path], into: Path, said: Said | None = None) -> list[Source]:
    """Read official files and write their facts into a folder; give what each one speaks for.

    A file for the very same days as one in the folder takes its place. Errors: FeesError, if a file
    is none of the kinds, is broken, does not say its days, or speaks for days for which another one
    in the folder speaks; then nothing is written.
    """
    read = [_read(path, said or Said()) for path in files]
    there = loaded(into)
    for source, _ in read:
        _refuse_overlap(source, there)
        there[name_of(source)] = source
    try:
        into.mkdir(parents=True, exist_ok=True)
        for source, facts in read:
            _write(into / name_of(source), source, facts)
    except OSError as error:
        cure = "Name a folder that may be written, and make room."
        raise FeesError("fees.folder", f"{into} cannot be written.", cure) from error
    return [source for source, _ in read]


def loaded(into: Path) -> dict[str, Source]:
    """Give what a folder holds, by the names of its files. Errors: FeesError, if one is damaged."""
    return {file.path.name: file.source for file in files_in(into)} if into.is_dir() else {}


def name_of(source: Source) -> str:
    """Name the file of facts: its kind, whose factor or which part, and its days."""
    whose = {None: "", True: "-qpp", False: "-nonqpp"}[source.qp]
    part = "" if source.part is None else f"-f{source.part}"
    days = f"{source.first.isoformat()}-to-{source.last.isoformat()}"
    return f"{source.kind}{whose}{part}-{days}{SUFFIX}"


def _read(path: Path, said: Said) -> tuple[Source, Sequence[Fact]]:
    text = Text(path)
    kind = _kind(text)
    codes = CODES | said.codes
    if kind == "rvu":
        return _relative_values(text, codes, said)
    facts: Sequence[Fact]
    if kind in {"gpci", "counties"}:
        facts, year = places.read_gpci(text) if kind == "gpci" else places.read_counties(text)
        days = date(year, 1, 1), date(year, 12, 31)
        return _source(text, kind, facts, _days(text, days, said)), facts
    facts = _edits(kind, text, codes)
    days_of, part = quarter_of(kind, text.name)
    if kind == "ptp" and part is None:
        cure = "Give it the name it has in CMS's archive, such as ccipra-v322r0-f1.txt."
        raise bad_file(text.name, "its name does not say which part of how many it is.", cure)
    source = _source(text, kind, facts, _days(text, days_of, said))
    named = tuple(sorted(codes))
    return msgspec.structs.replace(source, part=part, codes=named), facts


def _edits(kind: Kind, text: Text, codes: frozenset[str]) -> Sequence[Fact]:
    if kind == "mue":
        return ncci.read_limits(text, codes)
    if kind == "ptp":
        return ncci.read_pairs(text, codes)
    return ncci.read_add_ons(text, codes)


def _relative_values(
    text: Text, codes: frozenset[str], said: Said
) -> tuple[Source, Sequence[Fact]]:
    found = relative_values.read(text, codes)
    qp = found.qp
    if found.year >= relative_values.FIRST_PAIR:
        if qp is not None and said.qp is not None and qp != said.qp:
            raise bad_file(text.name, "its name says the contrary of --qp or --non-qp.", _GIVE_QP)
        qp = said.qp if qp is None else qp
        if qp is None:
            raise bad_file(text.name, "its name does not say QPP or nonQPP.", _GIVE_QP)
    days = None
    if found.quarter is not None:
        days = quarter(found.year, (found.quarter.month + 2) // 3)
        for change in factor_changes():
            if days[0] < change.on <= days[1]:
                if found.conversion_factor == change.before:
                    days = days[0], change.on - timedelta(days=1)
                elif found.conversion_factor == change.after:
                    days = change.on, days[1]
    source = _source(text, "rvu", found.facts, _days(text, days, said))
    factor = found.conversion_factor
    named = tuple(sorted(codes))
    more = {"qp": qp, "conversion_factor": factor, "codes": named}
    return msgspec.structs.replace(source, **more), found.facts


def _kind(text: Text) -> Kind:
    """Tell by its heading which of the files this is."""
    for row in islice(text.rows(), PREAMBLE):
        for kind, is_it in _KINDS:
            if is_it(row):
                return kind
    cure = (
        "Give PPRRVU, GPCI or LOCCO as .csv, the practitioner MUE table as .csv, "
        "or ccipra and AOC as .txt; a .txt of PPRRVU has no heading."
    )
    raise bad_file(text.name, "no heading in it is one of the files that are read.", cure)


def _days(text: Text, days: tuple[date, date] | None, said: Said) -> tuple[date, date]:
    first = said.first or (days[0] if days else None)
    last = said.last or (days[1] if days else None)
    if first is None or last is None:
        raise bad_file(text.name, "it does not say for which days it speaks.", _GIVE_DAYS)
    if first > last:
        raise bad_file(text.name, f"{first} is after {last}.", _GIVE_DAYS)
    return first, last


def _source(text: Text, kind: Kind, facts: Sequence[Fact], days: tuple[date, date]) -> Source:
    first, last = days
    return Source(kind, text.name, text.sha256, first, last, len(facts))


def _refuse_overlap(new: Source, there: dict[str, Source]) -> None:
    """Two files of one kind for one day would leave open which of them holds."""
    for name, old in there.items():
        alike = old.kind == new.kind and old.part == new.part
        alike = alike and (old.qp == new.qp or None in {old.qp, new.qp})
        if alike and name != name_of(new) and old.first <= new.last and new.first <= old.last:
            why = f"{name}, from {old.file}, speaks for some of the same days."
            cure = "Take that one out of the folder, or narrow the days with --from and --to."
            raise bad_file(new.file, why, cure)


def _write(path: Path, source: Source, facts: Sequence[Fact]) -> None:
    encode = msgspec.json.encode
    lines = [encode(source), *map(encode, facts)]
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(b"\n".join(lines) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
