"""The page of the telephone's records: brought as a file, joined by the desk's own function."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from made_up_people import at, desk, enrolled
from made_up_practices import Practice
from proofline.desk.care import calling
from proofline.desk.care.calling import Call
from signing_in import client_of

__all__ = ["desk"]


def records(*rows: str) -> SimpleUploadedFile:
    lines = ("record_id,number,started_at", *rows)
    return SimpleUploadedFile("records.csv", "\n".join(lines).encode())


def test_records_are_joined_and_what_became_of_each_is_told(desk: Practice) -> None:
    call = Call(enrolled(desk), "phone", at(9), at(9, 10), "patient")
    calling.log(desk.opened("coordinator"), call, at(10))
    when = at(9, 4).isoformat()
    file = records(f"r-1,+1 555 010 0001,{when}", f"r-2,555 010 9999,{when}")
    page = client_of("north-coordinator").post("/calls/", {"file": file})
    assert page.status_code == 200
    text = page.content.decode()
    assert "<dt>Joined, now or before</dt><dd>1</dd>" in text
    assert "Nobody logged one to this number at that time. Lines: 3" in text
    assert "555" not in text, "numbers are told by no page"
    (row,) = desk.opened("coordinator").shelf.rows("interactions")
    assert row["call_record_id"] == "r-1"


def test_what_cannot_be_read_is_told_by_its_line_and_joins_nothing(desk: Practice) -> None:
    client = client_of("north-biller")
    for file in (records("r-1,555 010 0001,2026-03-01T09:00:00"), records("r-1,none,tomorrow")):
        page = client.post("/calls/", {"file": file})
        assert page.status_code == 422
        assert "Line 2 of the call records cannot be read." in page.content.decode()
    client.cookies["django_language"] = "es"
    page = client.post("/calls/", {"file": records("r-1,none,tomorrow")})
    assert "No se puede leer la línea 2 de los registros de llamadas." in page.content.decode()
    assert not desk.opened("biller").shelf.rows("interactions")


@pytest.mark.parametrize(
    ("role", "may"), [("coordinator", True), ("compliance", True), ("owner", False)]
)
def test_the_page_is_for_whoever_may_join(desk: Practice, role: str, may: bool) -> None:
    del desk
    client = client_of(f"north-{role}")
    assert client.get("/calls/").status_code == (200 if may else 403)
    if role == "coordinator":
        assert 'href="/calls/"' in client.get("/today/").content.decode()
