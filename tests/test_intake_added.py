"""Lines at the end of a table: all of them or none, whatever ends the writing, and no copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofline.intake.tables.appending import EvidenceFolder
from proofline.intake.tables.at_the_end import append_in_place, mend

OLD, NEW = b'{"reading_id":"old"}\n', b'{"reading_id":"new"}\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "readings.ndjson"
    path.write_bytes(OLD)
    return path


@pytest.mark.parametrize("there", [OLD, OLD.rstrip(), b""])
def test_lines_come_behind_those_that_are_there(tmp_path: Path, there: bytes) -> None:
    path = tmp_path / "readings.ndjson"
    path.write_bytes(there)
    append_in_place(path, [NEW, NEW])
    assert path.read_bytes() == (OLD if there else b"") + NEW + NEW
    assert [one.name for one in tmp_path.iterdir()] == ["readings.ndjson"]


def test_the_table_is_not_copied(table: Path) -> None:
    before = table.stat().st_ino
    append_in_place(table, [NEW])
    assert table.stat().st_ino == before


@pytest.mark.parametrize("ends_with", [OSError, KeyboardInterrupt])
def test_what_fails_on_the_way_leaves_the_table_as_it_was(
    table: Path, ends_with: type[BaseException]
) -> None:
    def lines() -> Iterator[bytes]:
        yield NEW * 100_000  # more than is held back
        raise ends_with

    with pytest.raises(ends_with):
        append_in_place(table, lines())
    assert table.read_bytes() == OLD
    mend(table)
    assert table.read_bytes() == OLD


@pytest.mark.slow
@given(written=st.integers(0, 3 * len(NEW)))
def test_a_line_broken_off_by_a_crash_is_cut_off_and_whole_ones_stay(
    tmp_path_factory: pytest.TempPathFactory, written: int
) -> None:
    """However far the writing of three lines came, what stays is old rows and whole new ones."""
    path = tmp_path_factory.mktemp("E") / "readings.ndjson"
    path.write_bytes(OLD + (3 * NEW)[:written])
    note = path.with_name(".readings.ndjson.length")
    note.write_text(str(len(OLD)))
    with EvidenceFolder.held(path.parent):
        pass
    assert path.read_bytes() == OLD + written // len(NEW) * NEW
    assert not note.exists()


@pytest.mark.parametrize("told", [b"", b"2", b"not a number"])
def test_a_note_that_is_broken_itself_takes_no_row_away(table: Path, told: bytes) -> None:
    """The note is durable before the first line is written, so then there is nothing to mend."""
    table.with_name(".readings.ndjson.length").write_bytes(told)
    mend(table)
    assert table.read_bytes() == OLD


def test_without_a_note_nobody_touches_a_last_line_without_its_end(table: Path) -> None:
    table.write_bytes(OLD + b'{"reading_id":"typed by hand"}')
    with EvidenceFolder.held(table.parent):
        pass
    assert table.read_bytes().endswith(b'by hand"}')
    assert list(table.parent.iterdir()) == [table]
