"""NDJSON: one object a line, numbers to the digit, and every other line told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence_rows import AS_OF, column, lay, open_alone, rows, told
from proofline.evidence import open_evidence

ONE = b'{"device_id": "D1", "kind": "scale"}\n'

# What the file holds | device ids taken | lines and columns told of
FILES: dict[str, tuple[bytes, list[str], list[tuple[int, str]]]] = {
    "empty file": (b"", [], []),
    "plain": (ONE + b'{"device_id": "D2", "kind": "cuff"}', ["D1", "D2"], []),
    "byte order mark": (b"\xef\xbb\xbf" + ONE, ["D1"], []),
    "carriage returns and blank lines": (b"\r\n" + ONE.strip() + b"\r\n\n", ["D1"], []),
    "number as an id": (b'{"device_id": 7, "kind": "scale"}', ["7"], []),
    "null and absent are unknown": (
        b'{"device_id": "D1", "kind": null}\n{"device_id": "D2"}\n',
        [],
        [(1, "kind"), (2, "kind")],
    ),
    "no JSON": (b"device_id,kind\n" + ONE, ["D1"], [(1, "")]),
    "half a line": (ONE + b'{"device_id": "D2", "ki', ["D1"], [(2, "")]),
    "two objects on a line": (ONE.strip() + ONE, [], [(1, "")]),
    "an array": (b'["D1", "scale"]\n' + ONE, ["D1"], [(1, "")]),
    "NaN": (b'{"device_id": "D2", "kind": NaN}\n' + ONE, ["D1"], [(1, "")]),
    "no UTF-8": (b'{"device_id": "D\xff", "kind": "scale"}\n' + ONE, ["D1"], [(1, "")]),
    "object in a cell": (b'{"device_id": "D2", "kind": {"a": 1}}\n' + ONE, ["D1"], [(1, "kind")]),
    "list in a cell": (b'{"device_id": "D2", "kind": ["scale"]}\n' + ONE, ["D1"], [(1, "kind")]),
    "NUL": (b'{"device_id": "D\\u00002", "kind": "scale"}\n' + ONE, ["D1"], [(1, "device_id")]),
    "half a character": (b'{"device_id": "D\\ud800", "kind": "scale"}\n' + ONE, ["D1"], [(1, "")]),
    "a name twice": (
        b'{"device_id": "D2", "kind": "a", "kind": "b"}\n' + ONE,
        ["D1"],
        [(1, "kind")],
    ),
    "a name twice where nothing is read": (
        b'{"device_id":"D1","kind":"scale","note":{"a" : 1,"a" : "2"}}\n',
        ["D1"],
        [],
    ),
    "deep nesting": (b"[" * 100_000 + b"\n" + ONE, ["D1"], [(1, "")]),
}


@pytest.mark.parametrize("name", FILES)
def test_lines_are_taken_or_told_of(name: str, tmp_path: Path) -> None:
    content, taken, troubles = FILES[name]
    with open_alone(tmp_path, {"devices.ndjson": content}) as evidence:
        assert column(evidence, "devices", "device_id") == taken
        assert told(evidence) == [("devices.ndjson", *place) for place in troubles]


# A cell of JSON | what is staged; a bar says that the row is set aside
VALUES = [
    ("120", "120"),
    ("1.50", "1.50"),
    ("0.1234567890123456", "0.1234567890123456"),
    ('"98.60"', "98.60"),
    ("-3", "-3"),
    ("null", None),
    ('""', None),
    ("1e2", "|"),
    ("1e400", "|"),
    ("1234567890123456789", "|"),
    ("true", "|"),
    ('"NaN"', "|"),
    ('"120,5"', "|"),
]


def test_numbers_are_kept_to_the_digit(tmp_path: Path) -> None:
    reading = (
        '{{"reading_id": {}, "device_id": "D", "metric": "M", "entry": "automatic",'
        ' "measured_at": "2026-03-01T12:00:00Z", "value": {}}}\n'
    )
    lines = "".join(reading.format(json.dumps(sent), sent) for sent, _ in VALUES)
    with open_alone(tmp_path, {"readings.ndjson": lines}) as evidence:
        found = dict(rows(evidence, "readings", "reading_id, value"))
        assert found == {sent: staged for sent, staged in VALUES if staged != "|"}
        bad = [line for line, (_, staged) in enumerate(VALUES, 1) if staged == "|"]
        assert told(evidence) == [("readings.ndjson", line, "value") for line in bad]


def test_lists_and_flags_arrive_as_in_csv(tmp_path: Path) -> None:
    line = (
        '{"enrollment_id": "E", "patient_id": "PAT-NY", "program": "RPM", "covid": false,'
        ' "billing_performer_id": "PER-1", "diagnoses": ["I10", "E11.9"], "established": true}\n'
        '{"enrollment_id": "F", "patient_id": "PAT-NY", "program": "RPM", "covid": "true",'
        ' "billing_performer_id": "PER-1", "diagnoses": [], "established": null}\n'
    )
    lay(tmp_path, {"enrollments.ndjson": line})
    (tmp_path / "enrollments.csv").unlink()
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        names = "enrollment_id, diagnoses, covid, established"
        assert rows(evidence, "enrollments", names) == [
            ("E", "I10|E11.9", False, True),
            ("F", None, True, None),
        ]


def test_unknown_names_are_warned_of_once_and_kept_in_the_row(tmp_path: Path) -> None:
    line = b'{"device_id": "D1", "kinds": "scale"}\n{"device_id": "D2", "kinds": "scale"}\n'
    with open_alone(tmp_path, {"devices.ndjson": line}) as evidence:
        assert evidence.warnings == (
            "devices.ndjson: the column 'kinds' is not known; did you mean kind?",
        )
        sent = [json.loads(trouble.row) for trouble in evidence.troubles]
        assert sent == [json.loads(text) for text in line.splitlines()]
