"""Lines of NDJSON: each an array, the first of them broken, or none of them there."""

from __future__ import annotations

import pytest

from proofline.intake.payloads.payload import Document, documents, payload
from proofline.intake.report import Trouble


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[{"a":1},{"a":2}]\n[{"a":3}]\n', ["line 1 entry 1", "line 1 entry 2", "line 2 entry 1"]),
        (b'[{"a":1}]\r\n\r\n{"a":2}', ["line 1 entry 1", "line 3"]),
        (b'{"a":1\n{"a":2}\n{"a":3}\n', ["line 1", "line 2", "line 3"]),
        (b'[{"a":1},\n{"a":2}\n]', ["entry 1", "entry 2"]),
        (b'{"a":[\n{"b":1}\n]}', [""]),
        (b"[]", ["nothing_there"]),
        (b" [ ]\n", ["nothing_there"]),
    ],
)
def test_where_each_document_stands(data: bytes, found: list[str]) -> None:
    told = [
        one.place.where if isinstance(one, Document) else one.code
        for one in documents(payload("made-up", data))
    ]
    assert told == found


def test_a_broken_array_in_a_line_spoils_no_other_line() -> None:
    first, second = documents(payload("made-up", b'[{"a":1}]\n[{"a":2}\n'))
    assert isinstance(first, Document)
    assert isinstance(second, Trouble)
    assert (second.code, second.place.where) == ("not_json", "line 2")
