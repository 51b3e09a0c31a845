"""The packet of a line: the same facts as the explanation, on pages, as data, in one archive."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias
from zipfile import ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from pypdf import PdfReader

import made_up_packets as made_up
from proofline import packet as packet_room
from proofline.decide import chart
from proofline.decide.records.canonical import canonical
from proofline.explain.explanation import against, explain, grounds, periods
from proofline.ledger.note import Algorithm, PublicKey
from proofline.packet.archive import archived
from proofline.packet.entering import NotEntered, entered
from proofline.packet.gathering import Gathered, gathered
from proofline.packet.paper import fonts
from proofline.packet.paper.charts import scale_of
from proofline.packet.paper.drawing import drawn
from proofline.packet.paper.tables import NOT_ON_FILE
from proofline.packet.texts import texts_read
from proofline.packet.verify import check_counts
from proofline.packs.consents.texts import text_of

FLIP = "DEMO-UTC-FLIP-UP-RPM"
GUAM = "DEMO-GUAM-DAY-31-RPM"
Lines: TypeAlias = dict[tuple[int, str], Gathered]


@pytest.fixture(scope="module")
def lines(practice: Path) -> Lines:
    """Every line of one enrollment on the cycle clock, by the number of its cycle and its code."""
    found = made_up.packets(practice, FLIP, lambda _: True)
    return {(g.packet.decision["period"]["number"], g.packet.decision["code"]): g for g in found}


@pytest.fixture(scope="module")
def one(lines: Lines) -> Gathered:
    return lines[1, "99454"]


@pytest.fixture(scope="module")
def archive(one: Gathered) -> bytes:
    return archived(one.packet, one.grounds)


def files_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@cache
def pages(pdf: bytes) -> list[str]:
    """Read the text of every page back with a reader that is not ours, without its spaces."""
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.slow
def test_a_packet_says_what_the_explanation_says(practice: Path, lines: Lines) -> None:
    with made_up.run_of(practice, FLIP) as run:
        found = chart(run, FLIP)
    assert found is not None
    for period, decided in periods(found).items():
        told = explain(found, period, as_of=made_up.AS_OF)
        for line in decided:
            assert period.number is not None
            packet = lines[period.number, line["code"]].packet
            assert packet.decision == line
            assert packet.said.earned_by == tuple(f["requirement"] for f in grounds(line))
            assert packet.said.against == tuple(f["requirement"] for f in against(line))
            assert (packet.days, packet.left, packet.contested) == (told.strip, told.left, ())
            assert tuple(w.work for w in packet.work) == told.work
            assert tuple(c.call for c in packet.calls) == told.calls
    assert len(lines) == sum(map(len, periods(found).values()))


@pytest.mark.slow
def test_both_clocks_stand_side_by_side(practice: Path, lines: Lines) -> None:
    # The cycle of 2026-01-02 to 2026-01-31 touches January only; the next touches two months.
    assert [(s.kind, s.start, s.decides) for s in lines[1, "99454"].packet.spans] == [
        ("cycle", date(2026, 1, 2), True),
        ("month", date(2026, 1, 1), False),
    ]
    second = lines[2, "99457"].packet
    assert [s.start for s in second.spans[1:]] == [date(2026, 2, 1), date(2026, 3, 1)]
    with made_up.run_of(practice, FLIP, "month") as run:
        monthly = [
            g.packet
            for g in gathered(run, [FLIP], lambda d: d["code"] == "99457")
            if g.packet.decision["period"]["start"] == "2026-02-01"
        ]
    assert [(s.kind, s.start, s.decides) for s in monthly[0].spans] == [
        ("month", date(2026, 2, 1), True),
        ("cycle", date(2026, 2, 1), False),
    ]


@pytest.mark.slow
def test_every_reading_of_the_period_is_in_the_log(practice: Path) -> None:
    """The evidence itself is the referee: every row of the file whose day lies in the period."""
    packet = made_up.line(practice, GUAM, 1, "99454").packet
    zone, first = ZoneInfo("Pacific/Guam"), date(2026, 1, 2)
    days = {first + timedelta(days=number) for number in range(30)}
    devices = {row["device_id"] for row in packet.papers["devices"]}
    wanted = set()
    with (practice / "readings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["device_id"] in devices:
                at = datetime.fromisoformat(row["measured_at"])
                if days & {at.astimezone(zone).date(), at.astimezone(UTC).date()}:
                    wanted.add(row["reading_id"])
    assert {logged.reading.reading_id for logged in packet.readings} == wanted
    assert any(not logged.inside for logged in packet.readings)


@pytest.mark.slow
def test_the_text_of_the_pages_is_the_data(archive: bytes) -> None:
    files = files_of(archive)
    text = "".join(pages(files["packet.pdf"]))
    data = json.loads(files["packet.json"])
    for finding in data["decision"]["findings"]:
        for part in (finding["text"], finding["cite"], finding["needs"]):
            assert squeezed(part) in text
    for logged in data["readings"]:
        reading = logged["reading"]
        row = "".join(
            (
                reading["measured_at"].replace("T", ""),
                logged["measured_utc"].replace("T", ""),
                reading["received_at"] and _utc(reading["received_at"]),
                f"{reading['value']}/{reading['value_2']}",
                f"{reading['entry']},{reading['authenticity']}",
                reading["reading_id"],
            )
        )
        assert row in text
    for policy in data["law"]["policies"]:
        assert squeezed(policy["text"] + (policy["cite"] or "no source found")) in text
    for cited in data["law"]["cited"]:
        assert squeezed(f"{cited['title']}. {cited['publisher']}, {cited['date']}.") in text
    for row in (*data["papers"]["consents"], *data["papers"]["sign_offs"]):
        assert row.get("consent_id", row.get("sign_off_id")) in text
    for device in data["papers"]["devices"]:
        assert device["serial"] in text
        assert device["fda_reference"] in text


def _utc(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{at.astimezone(UTC):%Y-%m-%d%H:%M:%SZ}"


@pytest.mark.slow
def test_every_page_says_whose_it_is_and_of_which_packet(archive: bytes) -> None:
    files = files_of(archive)
    digest = hashlib.sha256(files["packet.json"]).hexdigest()
    told = pages(files["packet.pdf"])
    for number, text in enumerate(told, start=1):
        assert f"packetsha256:{digest}" in text
        assert f"Page{number}of{len(told)}" in text
        assert "Madeup,Utc-Flip-Up,born1950-01-01" in text
        assert "2026-01-31,99454" in text
        assert "Made-upNp-Ada,NPI2000020000" in text


@pytest.mark.slow
def test_what_is_not_on_file_is_said_and_never_left_out(one: Gathered) -> None:
    bare = structs.replace(
        one.packet,
        readings=(),
        work=(),
        calls=(),
        missing=("readings",),
        papers=one.packet.papers
        | dict.fromkeys(("consents", "sign_offs", "devices", "coverages", "assignments"), ()),
    )
    text = "".join(pages(files_of(archived(bare, one.grounds))["packet.pdf"]))
    said = squeezed(NOT_ON_FILE)
    for part in (
        f"Readingsofthisperiod:{said}",
        f"Devices:{said}",
        f"ConsenttoRPM:{said}",
        f"Timeentriesofthisperiod:{said}",
        f"Attemptstocommunicateinthisperiod:{said}",
        f"Sign-offofthisperiod:{said}",
        f"Claimandremittancesofthisline:{said}",
    ):
        assert part in text
    for number, head in ((6, "Devices"), (7, "Consent"), (11, "Sign-off"), (17, "Howtocheck")):
        assert f"{number}{head}" in text


@pytest.mark.slow
def test_what_is_on_file_and_counts_for_nothing_is_not_called_on_file(one: Gathered) -> None:
    calls = tuple(structs.replace(call, standing="refused") for call in one.packet.calls)
    without = structs.replace(one.packet, calls=calls)
    for packet, told in ((one.packet, "onfile"), (without, "onfile,nonecounts")):
        text = pages(drawn(packet, "sha256:" + "0" * 64, None))[0]
        assert re.search(f"livecommunicationwithpatientorcaregiver10Calllog{told}set-up", text)
        assert "notesofpractitioner,nurseandothers9Timelognotonfile" in text


@pytest.mark.slow
def test_the_words_of_the_consent_text_are_read_back(one: Gathered) -> None:
    row = one.packet.papers["consents"][0] | {"text_version": "rpm-es-1"}
    texts = tuple(texts_read([row]))
    packet = structs.replace(
        one.packet, texts=texts, papers=one.packet.papers | {"consents": (row,)}
    )
    text = "".join(pages(files_of(archived(packet, one.grounds))["packet.pdf"]))
    for paragraph in text_of("rpm-es-1").words.split("\n\n"):
        assert squeezed(paragraph) in text
    assert text_of("rpm-es-1").digest in text


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Dvořák-Łęcki", "Dvořák-Łęcki"),
        ("Nguyễn", "Nguyễn"),
        ("Петрова", "Петрова"),
        ("Παππάς", "Παππάς"),
        ("张伟", "<U+5F20><U+4F1F>"),
        ("محمد", "<U+0645><U+062D><U+0645><U+062F>"),
        ("e\u0301", "é"),
        ("bell\x07", "bell<U+0007>"),
    ],
)
def test_a_name_in_any_script_is_never_a_box(name: str, drawn: str) -> None:
    assert fonts.shown(name).replace("\u2039", "<").replace("\u203a", ">") == drawn


@pytest.mark.slow
def test_the_pages_say_that_characters_were_named(one: Gathered) -> None:
    row = one.packet.patient | {"family_name": "张", "given_name": "made up"}
    packet = structs.replace(one.packet, papers=one.packet.papers | {"patients": (row,)})
    files = files_of(archived(packet, one.grounds))
    text = "".join(pages(files["packet.pdf"]))
    assert "\u2039U+5F20\u203a" in text
    assert "Characterswithoutaglyphinthefontofthisdocument" in text
    assert json.loads(files["packet.json"])["papers"]["patients"][0]["family_name"] == "张"


@pytest.mark.slow
def test_the_archive_is_plain_and_always_the_same(one: Gathered, archive: bytes) -> None:
    data = archived(one.packet, one.grounds)
    assert data == archive
    with ZipFile(io.BytesIO(data)) as file:
        assert {about.compress_type for about in file.infolist()} == {ZIP_STORED}
        assert {about.date_time for about in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        manifest = json.loads(file.read("manifest.json"))
        for told in manifest["files"]:
            content = file.read(told["name"])
            assert told["sha256"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert told["bytes"] == len(content)
        assert manifest["ledger"] == "not entered in a ledger"
        pdf = file.read("packet.pdf")
    assert b"/Filter" not in pdf
    embedded = re.findall(rb"/FontFile2", pdf)
    assert len(embedded) >= 2


_MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import made_up_packets as made_up
from proofline.decide.records.canonical import canonical
from proofline.packet.archive import archived
one = made_up.line(Path({practice!r}), {enrollment!r}, 1, "99454")
sys.stdout.buffer.write(archived(one.packet, one.grounds))
"""


@pytest.mark.slow
def test_two_processes_in_other_places_write_the_same_bytes(practice: Path, tmp_path: Path) -> None:
    code = _MAKE.format(tests=str(Path(__file__).parent), practice=str(practice), enrollment=FLIP)
    source = str(Path(packet_room.__file__).parents[2])
    found = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ
            | {
                "PYTHONPATH": source,
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "LANG": lang,
                "LC_ALL": lang,
            },
            cwd=place,
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, lang, place in (
            ("1", "Asia/Tokyo", "C", tmp_path),
            ("99", "America/Denver", "C.UTF-8", Path.cwd()),
        )
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 100_000


@pytest.mark.slow
def test_a_ledger_vouches_for_what_it_holds(one: Gathered, practice: Path, tmp_path: Path) -> None:
    log = made_up.ledger_of(tmp_path / "ledger.db", one, practice)
    vouched = entered(one.packet, log, made_up.public())
    about = [proven.about for proven in vouched.proven]
    assert about[0] == f"decisions/{one.packet.line.line_id}"
    rows = [f"readings/{logged.reading.reading_id}" for logged in one.packet.readings]
    assert [name for name in about if name.startswith("readings/")] == rows
    stranger = PublicKey(made_up.ORIGIN, Algorithm.ED25519, bytes(32))
    with pytest.raises(NotEntered):
        entered(one.packet, log, stranger)


TRAPS = (
    ("DEMO-ANOTHER-PRACTICE-RPM", "other_services", "service_id"),
    ("DEMO-IN-HOSPITAL-RPM", "stays", "kind"),
    ("DEMO-MINUTE-OF-RPM-AND-CCM-RPM", "", "Claimedtwice,bytwoprograms"),
)


@pytest.mark.slow
def test_conflicts_and_unusual_work_are_shown_and_counted_again(practice: Path) -> None:
    """The verifier's own plain counting is the referee of every line of these patients."""
    shown = dict.fromkeys((name for name, *_ in TRAPS), 0)
    with made_up.run_of(practice) as run:
        for one in gathered(run, shown, lambda line: line["code"] in {"99454", "99457"}):
            packet = one.packet
            assert check_counts(json.loads(canonical(packet)))
            name, table, column = next(
                t for t in TRAPS if t[0] == packet.enrollment["enrollment_id"]
            )
            rows = packet.papers[table] if table else packet.contested
            if rows and not shown[name]:
                text = "".join(pages(drawn(packet, "sha256:0", None)))
                told = [row[column] for row in packet.papers[table]] if table else [column]
                assert all(squeezed(word) in text for word in told)
                shown[name] += 1
    assert set(shown.values()) == {1}


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([120.0, 140.0], (120, 130, 140)),
        ([97.0], (95, 100)),
        ([0.0, 0.0], (0, 0.05)),
        ([80.0, 131.0], (80, 100, 120, 140)),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], ticks: tuple[float, ...]) -> None:
    scale = scale_of(values)
    assert scale.low <= min(values)
    assert scale.high >= max(values)
    assert 2 <= len(scale.ticks) <= 7
    assert set(ticks) <= {round(tick, 9) for tick in scale.ticks} or len(values) == 1
