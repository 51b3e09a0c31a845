"""CSV as it comes: every row is taken as sent or told of with the line on which it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence_rows import column, open_alone, rows, told
from proofline.evidence import EvidenceUnreadable
from proofline.evidence.csv_rows import table_header

HEAD = b"device_id,kind,model\n"

# What the file holds | device ids taken | lines and columns told of
FILES: dict[str, tuple[bytes, list[str], list[tuple[int, str]]]] = {
    "empty file": (b"", [], []),
    "header only": (HEAD, [], []),
    "header without line end": (b"device_id,kind", [], []),
    "plain": (HEAD + b"D1,scale,M\nD2,cuff,M\n", ["D1", "D2"], []),
    "byte order mark": (b"\xef\xbb\xbf" + HEAD + b"D1,scale,M\n", ["D1"], []),
    "carriage returns": (
        HEAD.replace(b"\n", b"\r\n") + b"D1,s,M\r\nD2,,M\r\n",
        ["D1"],
        [(3, "kind")],
    ),
    "old Macintosh": (HEAD.replace(b"\n", b"\r") + b"D1,s,M\rD2,,M\r", ["D1"], [(3, "kind")]),
    "no last line end": (HEAD + b"D1,scale,M", ["D1"], []),
    "blank lines": (HEAD + b"\n\nD1,scale,M\n\nD2,,M\n", ["D1"], [(6, "kind")]),
    "quoted line end": (HEAD + b'D1,scale,"two\nlines"\nD2,,M\n', ["D1"], [(4, "kind")]),
    "quoted comma and quote": (HEAD + b'"D,1",scale,"a ""b"""\n', ["D,1"], []),
    "a cell too few": (HEAD + b"D1,scale\nD2,cuff,M\n", ["D2"], [(2, "")]),
    "a cell too many": (HEAD + b"D1,scale,M,\nD2,cuff,M\n", ["D2"], [(2, "")]),
    "open quote": (HEAD + b'D1,"scale,M\nD2,cuff,M\nD3,,M\n', ["D2"], [(2, ""), (4, "kind")]),
    "two open quotes": (HEAD + b'D1,"a,M\nD2,cuff,M\nD3,x,"y\n', ["D2"], [(2, ""), (4, "")]),
    "text after a quote": (HEAD + b'D1,"scale"x,M\nD2,cuff,M\n', ["D2"], [(2, "")]),
    "NUL": (HEAD + b"D1,sca\0le,M\nD2,cuff,M\n", ["D2"], [(2, "kind")]),
    "no UTF-8": (HEAD + b"D1,scale,caf\xe9\nD2,cuff,M\n", ["D2"], [(2, "model")]),
    "UTF-8": (HEAD + "D1,scale,café\nD€,cuff,😀\n".encode(), ["D1", "D€"], []),
    "only spaces": (HEAD + b"  ,scale,M\nD2,\t ,M\n", [], [(2, "device_id"), (3, "kind")]),
    "column twice": (b"device_id,kind,kind\nD1,a,b\nD2,a,a\n", [], [(2, "kind"), (3, "kind")]),
    "unknown column twice": (b"device_id,kind,note,note\nD1,scale,a,b\n", ["D1"], []),
    "columns in another order": (b"kind,device_id\nscale,D1\n", ["D1"], []),
    "required column missing": (b"device_id\nD1\nD2\n", [], [(2, "kind"), (3, "kind")]),
    "unknown column in capitals": (b"device_id,kind,KIND\nD1,scale,x\n", ["D1"], []),
    "columns without a name": (b"device_id,kind,,\nD1,scale,,\n", ["D1"], []),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_rows_are_taken_or_told_of(name: str, tmp_path: Path) -> None:
    content, taken, troubles = FILES[name]
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        assert column(evidence, "devices", "device_id") == taken
        assert told(evidence) == [("devices.csv", *place) for place in troubles]
        aside = len({line for line, _ in troubles})
        assert evidence.counts["devices"] == (len(taken), aside)


def test_cells_come_as_sent_and_blanks_as_unknown(tmp_path: Path) -> None:
    content = HEAD + b'D1, scale ,"two\r\nlines"\nD2,cuff,\nD3,cuff,"  "\n'
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        assert rows(evidence, "devices", "device_id, kind, model") == [
            ("D1", " scale ", "two\r\nlines"),
            ("D2", "cuff", None),
            ("D3", "cuff", None),
        ]


def test_trouble_gives_the_value_and_the_whole_row_as_sent(tmp_path: Path) -> None:
    content = b"device_id,kind,fda_basis,shelf\nD1,scale,approved,7\n"
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        (trouble,) = evidence.troubles
        assert trouble.value == "approved"
        assert trouble.expected == "one of cleared, exempt, de_novo, eua, none"
        assert json.loads(trouble.row) == {
            "device_id": "D1",
            "kind": "scale",
            "fda_basis": "approved",
            "shelf": "7",
        }


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b"D1,x\n", {"device_id": "D1", "kind": "x"}),
        (
            b"D1,x,M,9\n",
            {"device_id": "D1", "kind": "x", "model": "M", "(beyond the last column)": ["9"]},
        ),
        (b"D1,\xff,M\n", {"device_id": "D1", "kind": "\\xff", "model": "M"}),
        (b'D1,"x,M\n', {"": 'D1,"x,M\n'}),
    ],
)
def test_a_row_that_is_no_row_is_still_shown(
    line: bytes, row: dict[str, object], tmp_path: Path
) -> None:
    with open_alone(tmp_path, {"devices.csv": HEAD + line}) as evidence:
        assert [json.loads(trouble.row) for trouble in evidence.troubles] == [row]


@pytest.mark.parametrize("line", [b"D1,,a,b\n", b"D1,\xff,a,b\n"])
def test_a_row_is_shown_with_both_columns_of_one_name(line: bytes, tmp_path: Path) -> None:
    content = b"device_id,kind,note,note\n" + line
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        (trouble,) = evidence.troubles
        assert trouble.column == "kind"
        shown = json.loads(trouble.row)
        assert (shown["note"], shown["note (2)"]) == ("a", "b")


def test_unknown_columns_are_warned_of_with_a_guess(tmp_path: Path) -> None:
    content = b"device_id,kind,Model,colour\nD1,scale,M,red\n"
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        assert evidence.warnings == (
            "devices.csv: the column 'Model' is not known; did you mean model?",
            "devices.csv: the column 'colour' is not known",
        )
        assert not evidence.troubles


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_by_name(encoding: str, tmp_path: Path) -> None:
    content = "\ufeffdevice_id,kind\nD1,scale\n".encode(encoding)
    with pytest.raises(EvidenceUnreadable, match=r"devices\.csv is UTF-16") as caught:
        open_alone(tmp_path, {"devices.csv": content})
    assert caught.value.code == "evidence.not_utf8"


@pytest.mark.parametrize("head", [b'device_id,"kind\n', b"device_id,k\xffnd\n", b"device_id,\0\n"])
def test_a_first_line_that_names_no_columns_is_refused(head: bytes, tmp_path: Path) -> None:
    with pytest.raises(EvidenceUnreadable, match=r"first line of devices\.csv") as caught:
        open_alone(tmp_path, {"devices.csv": head + b"D1,scale\n"})
    assert caught.value.code == "evidence.bad_header"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"D1,scale,Made Up\nD2,scale,Made Up\n", "no column of the table devices"),
        (b"device_id;kind;model\nD1;scale;Made Up\n", "no commas between them"),
        (b"device_id\tkind\nD1\tscale\n", "no commas between them"),
    ],
)
def test_a_table_without_the_names_of_its_columns_is_refused_and_not_shown(
    content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / "devices.csv").write_bytes(content)
    with pytest.raises(EvidenceUnreadable, match=said) as caught:
        table_header(tmp_path / "devices.csv", ["device_id", "kind", "model"])
    assert caught.value.code == "evidence.bad_header"
    assert "Made Up" not in f"{caught.value}"
    assert "D1" not in f"{caught.value}"


def test_names_in_another_case_are_names(tmp_path: Path) -> None:
    (tmp_path / "devices.csv").write_bytes(b"Device ID,KIND\nD1,scale\n")
    assert table_header(tmp_path / "devices.csv", ["device_id", "kind"]) == ["Device ID", "KIND"]


def test_a_cell_beyond_the_limit_spoils_its_row_only(tmp_path: Path) -> None:
    content = HEAD + b"D1,scale," + b"M" * 200_000 + b"\nD2,cuff,M\n"
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        assert column(evidence, "devices", "device_id") == ["D2"]
        assert told(evidence) == [("devices.csv", 2, "")]


@pytest.mark.slow
def test_many_rows_keep_their_lines_over_batches(tmp_path: Path) -> None:
    lines = [b"D%d,%s,M" % (n, b"" if n % 1000 == 999 else b"scale") for n in range(25_000)]
    with open_alone(tmp_path, {"devices.csv": HEAD + b"\n".join(lines)}) as evidence:
        assert evidence.counts["devices"] == (24_975, 25)
        assert [line for _, line, _ in told(evidence)] == list(range(1001, 25_002, 1000))


@pytest.mark.slow
def test_many_open_quotes_are_each_told_of_once(tmp_path: Path) -> None:
    # Every line opens a quote and none closes one: each line by itself is the spoilt one.
    content = HEAD + b"".join(b'D%d,sc"ale,"M"x\n' % n for n in range(2000))
    with open_alone(tmp_path, {"devices.csv": content}) as evidence:
        assert [line for _, line, _ in told(evidence)] == list(range(2, 2002))
