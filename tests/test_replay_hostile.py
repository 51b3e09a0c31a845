"""A file of records from anybody: refused by its line, and nothing of it becomes a path or SQL."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from at_the_terminal import typed
from kept_records import kept, lines, mine, rewrite
from proofline.decide.records import keeping, restoring

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["kept", "mine"]
DIGEST = "sha256:" + "0" * 64
SPILLED = "page' : 'VARCHAR'}); COPY (SELECT 1) TO 'spilled.csv'; --"


def change(folder: Path, place: int, path: tuple[str | int, ...], value: object) -> None:
    """Put another value at a place in one line; the file is sealed anew."""
    altered = lines(folder)
    whole: Any = msgspec.json.decode(altered[place])
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    altered[place] = msgspec.json.encode(whole)
    rewrite(folder, altered, seal=True)


@pytest.mark.parametrize(
    ("place", "path", "value"),
    [
        (0, ("law",), None),
        (0, ("law",), {"../../../evil.toml": DIGEST}),
        (0, ("law",), {"medicare-rpm/../../evil/2026-01-01.toml": DIGEST}),
        (0, ("law",), {"/evil/2026-01-01.toml": DIGEST}),
        (0, ("law",), {"families.toml": "sha256:../../../evil"}),
        (0, ("texts",), None),
        (0, ("columns",), {}),
        (0, ("columns",), None),
        (0, ("columns", "page"), "VARCHAR'}); COPY (SELECT 1) TO 'spilled.csv'; --"),
        (0, ("columns", SPILLED), "VARCHAR"),
        (0, ("setting",), None),
        (1, ("patient_id",), None),
        (1, ("program",), 7),
        (1, ("columns",), ["page"]),
        (1, ("lines",), [[1, 2]]),
        (1, ("lines", 0, 0), {"a": 1}),
        (2, ("decision",), None),
        (2, ("decision",), {}),
        (2, ("decision", "period"), 7),
        (2, ("decision", "period", "start"), None),
        (2, ("decision", "findings"), [{}]),
        (2, ("setting",), {}),
        (2, ("line",), -9),
        (2, ("sheet",), None),
    ],
)
def test_a_line_that_is_not_of_its_form_is_named(
    place: int,
    path: tuple[str | int, ...],
    value: object,
    mine: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(mine)
    change(mine, place, path, value)
    told = typed("replay", mine)
    assert told.exit_code == 1
    assert "(records.broken)" in told.stderr
    assert f"line {place + 1}: " in told.stderr
    assert list(mine.rglob("spilled.csv")) == []


def test_a_cell_of_another_kind_is_no_crash(mine: Path) -> None:
    (column,) = [
        number
        for number, name in enumerate(msgspec.json.decode(lines(mine)[1])["columns"])
        if name == "transmission_days"
    ]
    change(mine, 1, ("lines", 0, column), "sixteen")
    assert "(records.broken)" in typed("replay", mine).stderr


def test_without_the_folder_of_the_law_its_cure_is_told(mine: Path) -> None:
    shutil.rmtree(mine / keeping.LAW)
    told = typed("replay", mine)
    assert told.exit_code == 1
    assert "(records.no_law)" in told.stderr


@pytest.mark.slow
def test_a_file_in_portions_replays_as_in_one_piece(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = typed("replay", mine)
    monkeypatch.setattr(restoring, "PORTION", 1)
    assert len(list(keeping.leaves(keeping.files(mine)[0]))) > 1
    assert typed("replay", mine).stdout == whole.stdout
    assert whole.exit_code == 0
    assert "0 differ" in whole.stdout
