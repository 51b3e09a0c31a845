"""The GUDID release as pipe-delimited tables with a header: millions of rows, of which few matter.

`identifiers` leads from any DI to the primary one, `productCodes` and `premarketSubmissions` from
there on; `device` tells whether the labeler calls it exempt, and of which version of which record
all of it is. Columns are found by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from proofline.intake.fda.register import Labeled, version_of
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.intake.fda.register import Register

_NEEDED = {
    "identifiers": ("PrimaryDI", "deviceId"),
    "productCodes": ("PrimaryDI", "productCode"),
    "premarketSubmissions": ("PrimaryDI", "submissionNumber"),
    "device": ("PrimaryDI", "premarketExempt"),
}
TABLES = tuple(_NEEDED)
"""The tables of the release that are read, each as NAME.txt."""

_VERSION = ("publicDeviceRecordKey", "publicVersionNumber")
_LONGEST_HEADER = 1 << 16

_ROWS = """
SELECT DISTINCT trim({key}) AS key, trim({value}) AS value
FROM read_csv(?, delim = '|', header = true, all_varchar = true, quote = '', escape = '',
              strict_mode = false, null_padding = true)
WHERE trim({filter}) IN (SELECT unnest(?::VARCHAR[])) AND {value} IS NOT NULL
ORDER BY 1, 2
"""


def read_gudid(folder: Path, wanted: Iterable[str], register: Register) -> None:
    """Add what the release in `folder` says of the DIs in `wanted` to the register.

    Errors: IntakeError if a table lacks a column or cannot be read.
    """
    asked = sorted(set(wanted))
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '500MB'")
        table = _Tables(connection, folder).pairs
        primary = {di: key for key, di in table("identifiers", asked, by="deviceId")}
        for di in asked:
            primary.setdefault(di, di)
        keys = sorted(set(primary.values()))
        codes = _gathered(table("productCodes", keys))
        numbers = _gathered(table("premarketSubmissions", keys))
        exempt = dict(table("device", keys))
        records, versions = (
            dict(table("device", keys, value=column)) if _has(folder / "device.txt", column) else {}
            for column in _VERSION
        )
    for di, key in primary.items():
        if key in codes or key in numbers or key in exempt:
            labeled = Labeled(
                key,
                tuple(codes.get(key, ())),
                tuple(numbers.get(key, ())),
                exempt.get(key, "").lower() == "true",
                records.get(key, ""),
                version_of(versions.get(key, "")),
            )
            register.enter(di, labeled)


class _Tables(NamedTuple):
    """The tables of one release, and what reads them."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def pairs(
        self, table: str, wanted: list[str], *, by: str = "PrimaryDI", value: str = ""
    ) -> list[tuple[str, str]]:
        """Give key and value of the rows of a table whose `by` is wanted; none if it is not there.

        Errors: IntakeError if it lacks a column or cannot be read.
        """
        path = self.folder / f"{table}.txt"
        if not path.exists():
            return []
        key, needed = _NEEDED[table]
        value = value or needed
        text = _ROWS.format(key=f'"{key}"', value=f'"{value}"', filter=f'"{by}"')
        try:
            return self.connection.execute(text, [str(path), wanted]).fetchall()
        except duckdb.Error as error:
            raise IntakeError(
                "devices.not_gudid",
                f"{path.name} is not that table of the GUDID release: {key} and {value} are "
                "needed.",
                "Download the full release of AccessGUDID (delimited files) again.",
            ) from error


def _has(path: Path, column: str) -> bool:
    """Whether a table has a column; releases before April 2018 tell no versions."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return column in map(str.strip, file.readline(_LONGEST_HEADER).split("|"))


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
