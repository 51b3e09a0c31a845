"""The GUDID release as pipe-delimited tables with a header: millions of rows, of which few matter.

`identifiers` leads from any DI to the primary one, `productCodes` and `premarketSubmissions` from
there on; `device` tells whether the labeler calls it exempt, and of which version of which record
all of it is. Columns are found by name. A release is the .zip as AccessGUDID publishes it, or the
folder into which somebody unpacked it; either is read line by line, and only what is asked for is
in memory.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from proofline.intake.fda.downloads import downloads, holds
from proofline.intake.fda.register import Labeled, version_of
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from proofline.intake.fda.downloads import Download
    from proofline.intake.fda.register import Register

LARGEST_TABLE = 1 << 35
"""Bytes of one table, unpacked; `device` has some two thousand million, and none is held whole."""

_NEEDED = {
    "identifiers": ("deviceId", "PrimaryDI"),
    "productCodes": ("PrimaryDI", "productCode"),
    "premarketSubmissions": ("PrimaryDI", "submissionNumber"),
    "device": ("PrimaryDI", "premarketExempt"),
}
"""Of each table that is read, as NAME.txt: by which column, and what else it must have."""

_VERSION = ("publicDeviceRecordKey", "publicVersionNumber")
"""Columns of `device` that releases before April 2018 do not have."""

_MARK = b"\xef\xbb\xbf"
_Row = tuple[str, ...]


def tables_in(release: Path) -> list[str]:
    """Name the tables of GUDID that a .zip or a folder has, as NAME.txt; none for other .zips.

    Errors: IntakeError if it cannot be read.
    """
    return sorted(
        f"{table}.txt"
        for table in _NEEDED
        if ((release / f"{table}.txt").exists() or (release.is_file() and _is_in(table, release)))
    )


def read_gudid(release: Path, wanted: Iterable[str], register: Register) -> None:
    """Add what a release, .zip or folder, says of the DIs in `wanted` to the register.

    Errors: IntakeError if a table lacks a column or cannot be read.
    """
    asked = set(wanted)
    primary = {di: di for di in asked}
    primary |= {row[0]: row[1] for row in _rows(release, "identifiers", asked)}
    keys = set(primary.values())
    codes = _gathered(_rows(release, "productCodes", keys))
    numbers = _gathered(_rows(release, "premarketSubmissions", keys))
    devices = {key: told for key, *told in _rows(release, "device", keys, _VERSION)}
    for di, key in sorted(primary.items()):
        exempt, record, version = devices.get(key, ("", "", ""))
        if key in codes or key in numbers or exempt:
            labeled = Labeled(
                key,
                tuple(codes.get(key, ())),
                tuple(numbers.get(key, ())),
                exempt.lower() == "true",
                record,
                version_of(version),
            )
            register.enter(di, labeled)


def _is_in(table: str, archive: Path) -> bool:
    return holds(archive, f"/{table.lower()}.txt")


def _rows(
    release: Path, table: str, wanted: AbstractSet[str], may_have: tuple[str, ...] = ()
) -> list[_Row]:
    """Give the columns of a table, in order and once each, of the rows by which one is wanted.

    Columns that it `may_have` are blank where it has not; all is empty where there is no table.
    Errors: IntakeError if it lacks a column or cannot be read.
    """
    path = release if release.is_file() else release / f"{table}.txt"
    if not path.exists():
        return []
    found: set[_Row] = set()
    for part in downloads(path, f"/{table.lower()}.txt", LARGEST_TABLE):
        found.update(_told(part, _NEEDED[table], may_have, {one.encode() for one in wanted}))
    return sorted(found)


def _told(
    part: Download, needed: tuple[str, ...], may_have: tuple[str, ...], wanted: AbstractSet[bytes]
) -> Iterator[_Row]:
    lines = part.lines()
    header = next(lines, b"").removeprefix(_MARK).decode("utf-8", "replace")
    names = [name.strip() for name in header.split("|")]
    if not set(needed) <= set(names):
        raise IntakeError(
            "devices.not_gudid",
            f"{part.name} is not that table of the GUDID release: {' and '.join(needed)} are "
            "needed.",
            "Download the full release of AccessGUDID (delimited files) again.",
        )
    columns = [names.index(name) if name in names else len(names) for name in (*needed, *may_have)]
    blanks = [b""] * (len(names) + 1)
    for line in lines:
        cells = line.split(b"|")
        if len(cells) > columns[0] and cells[columns[0]].strip() in wanted:
            told = itemgetter(*columns)([*cells[: len(names)], *blanks])
            yield tuple(cell.decode("utf-8", "replace").strip() for cell in told)


def _gathered(pairs: list[_Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        if value:
            found.setdefault(key, []).append(value)
    return found
