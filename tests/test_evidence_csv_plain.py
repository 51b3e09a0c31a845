"""Large plain files take a shorter way; both ways take the same rows and tell the same troubles."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_rows import AS_OF, lay
from proofline.evidence import csv_plain, loading, open_evidence

HEAD = "device_id,kind,model,shelf"
CELLS = st.text("ab01 \t.-é€😀'#;|\\{}", max_size=4) | st.sampled_from(
    ["", " ", '"', '"a"', '"a,b"', '"a\nb"', '"', "\0", "\r", "#x", "NULL", "a" * 3000, "\ufeff"]
)
LINES = st.lists(CELLS, min_size=3, max_size=5).map(",".join) | st.sampled_from(["", " ", ",,,"])
PLAIN_LINES = st.lists(st.text("ab01 é.", max_size=4), min_size=4, max_size=4).map(",".join)
FILES = st.tuples(
    st.sampled_from(["", "\ufeff"]),
    st.lists(PLAIN_LINES, max_size=8) | st.lists(PLAIN_LINES | LINES, max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n", "\r\n", "\n\n"]),
)
TOLD = ("file", "line", "column", "value", "expected", "row")


def staged(folder: Path, plain_bytes: int) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_plain, "PLAIN_BYTES", plain_bytes)
        with open_evidence(folder, as_of=AS_OF) as evidence:
            taken = evidence.connection.execute("SELECT * FROM devices ORDER BY ALL").fetchall()
            troubles = [[getattr(one, name) for name in TOLD] for one in evidence.troubles]
            return taken, troubles, evidence.warnings, evidence.counts["devices"]


@pytest.mark.slow
@settings(max_examples=8)
@given(FILES)
def test_both_ways_agree(file: tuple[str, list[str], str, str]) -> None:
    mark, lines, end, last = file
    content = mark + end.join([HEAD, *lines]) + last
    with tempfile.TemporaryDirectory() as name:
        folder = lay(Path(name), {"devices.csv": content})
        assert staged(folder, 0) == staged(folder, 1 << 60)


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        ("a,b\n1,2\n", True),
        ("a,b\n1,2", True),
        ("a,b\r\n1,2\r\n", True),
        ("a,b\n1,é\n", True),
        ("\ufeffa,b\n1,2\n", True),
        ("a,b\n1,2\r\n", False),
        ("a,b\r1,2\r", False),
        ("a,b\r\n1,\r2\r\n", False),
        ("a,b\n\n1,2\n", False),
        ("a,b\r\n\r\n1,2\r\n", False),
        ('a,b\n1,"2"\n', False),
        ("a,b\n1,\0\n", False),
        ("a,a\n1,2\n", False),
        ("a,b\n1,2,\n", False),
        ("a,b\n1\n", False),
        ("a,b\n1,2,3\n4\n", True),  # DuckDB will refuse it
    ],
)
def test_what_is_plain(
    content: str, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_plain, "PLAIN_BYTES", 0)
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())
    header = content.lstrip("\ufeff").splitlines()[0].split(",")
    for block in (1, 2, 3, 1 << 20):  # wherever a block ends
        monkeypatch.setattr(csv_plain, "_BLOCK_BYTES", block)
        assert csv_plain.is_plain(path, header) is plain
    path.write_bytes(b"a,b\n1,\xff\n")
    assert not csv_plain.is_plain(path, ["a", "b"])


def test_a_large_plain_file_goes_the_shorter_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"D{n},{'scale' if n % 1000 else ' '},M,\n" for n in range(40_000))
    (tmp_path / "devices.csv").write_text(f"{HEAD}\n{lines}")
    monkeypatch.setattr(loading, "csv_rows", None)  # the long way would crash
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert evidence.counts["devices"] == (39_960, 40)
        assert [one.line for one in evidence.troubles] == [n * 1000 + 2 for n in range(40)]


@pytest.mark.slow
def test_one_ragged_line_sends_a_large_file_the_long_way(tmp_path: Path) -> None:
    lines = "".join(f"D{n},scale,M,\n" for n in range(30_000))
    lay(tmp_path, {"devices.csv": f"{HEAD}\n{lines}D,scale\n"})
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert evidence.counts["devices"] == (30_000, 1)
        assert [one.line for one in evidence.troubles] == [30_002]
