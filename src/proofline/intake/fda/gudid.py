"""The GUDID release: pipe-delimited tables with a header, millions of rows, of which few matter.

`identifiers` leads from any DI to the primary one, `productCodes` and `premarketSubmissions` from
there on; `device` tells whether the labeler calls it exempt. Columns are found by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from proofline.intake.fda.register import Labeled
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proofline.intake.fda.register import Register

_NEEDED = {
    "identifiers": ("PrimaryDI", "deviceId"),
    "productCodes": ("PrimaryDI", "productCode"),
    "premarketSubmissions": ("PrimaryDI", "submissionNumber"),
    "device": ("PrimaryDI", "premarketExempt"),
}
TABLES = tuple(_NEEDED)
"""The tables of the release that are read, each as NAME.txt."""

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
        primary = {
            di: key for key, di in _rows(connection, folder, "identifiers", asked, by="deviceId")
        }
        for di in asked:
            primary.setdefault(di, di)
        keys = sorted(set(primary.values()))
        codes = _gathered(_rows(connection, folder, "productCodes", keys))
        numbers = _gathered(_rows(connection, folder, "premarketSubmissions", keys))
        exempt = dict(_rows(connection, folder, "device", keys))
    for di, key in primary.items():
        if key in codes or key in numbers or key in exempt:
            register.labeled[di] = Labeled(
                key,
                tuple(codes.get(key, ())),
                tuple(numbers.get(key, ())),
                exempt.get(key, "").lower() == "true",
            )


def _rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    wanted: list[str],
    *,
    by: str = "PrimaryDI",
) -> list[tuple[str, str]]:
    path = folder / f"{table}.txt"
    if not path.exists():
        return []
    key, value = _NEEDED[table]
    text = _ROWS.format(key=f'"{key}"', value=f'"{value}"', filter=f'"{by}"')
    try:
        return connection.execute(text, [str(path), wanted]).fetchall()
    except duckdb.Error as error:
        raise IntakeError(
            "devices.not_gudid",
            f"{path.name} is not that table of the GUDID release: {key} and {value} are needed.",
            "Download the full release of AccessGUDID (delimited files) again.",
        ) from error


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
