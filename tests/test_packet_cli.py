"""`proofline packet`: making, checking and telling, without a word about the patient outside."""

from __future__ import annotations

import io
import re
import shlex
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import structs
from pypdf import PdfReader

import made_up_packets as made_up
import scenarios
from at_the_terminal import typed
from made_up_packets import AS_OF, run_of
from proofline import packet as packet_room
from proofline.claims.amending.amendment import Amendment, Billed
from proofline.claims.amending.cases import Case
from proofline.claims.amending.register import Register
from proofline.claims.book import Act, Book, Change
from proofline.claims.claim import (
    Address,
    BillingProvider,
    Claim,
    ClaimLine,
    Coverage,
    Payer,
    Person,
    Practitioner,
)
from proofline.claims.drawing import identity
from proofline.cli.ledger.decided import sent_steps
from proofline.cli.packet.files import write
from proofline.errors import ProoflineError
from proofline.ledger.checkpoint import sign
from proofline.ledger.kept.keeping import SentRow, keep
from proofline.packet import verify
from proofline.packet.archive import Grounds, archived
from proofline.packet.billing import known_in
from proofline.packet.entering import entered
from proofline.packet.gathering import Gathered, gathered
from proofline.packet.packet import Packet
from proofline.packet.paper.drawing import drawn

if TYPE_CHECKING:
    from click.testing import Result

FLIP = "DEMO-UTC-FLIP-UP-RPM"
PHI = re.compile(r"Madeup|Utc-Flip-Up|1EG4|1950|123/75")


def make(practice: Path, *words: str | Path) -> Result:
    return typed("packet", "make", *words, "--evidence", practice, "--as-of", str(AS_OF))


@pytest.mark.slow
def test_a_packet_is_made_and_checked(practice: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    made = make(practice, FLIP, "1", "99454", "--into", file)
    assert made.exit_code == 0, made.output
    assert not PHI.search(made.output)
    assert file.stat().st_mode & 0o077 == 0
    checked = typed("packet", "verify", file)
    assert checked.exit_code == 0
    assert "transmission_days counted again from the raw log: 15" in checked.output
    none_there = typed("packet", "verify", file, "--key", tmp_path / "no.pub")
    assert (none_there.exit_code, "(ledger.not_a_key)" in none_there.stderr) == (1, True)
    file.write_bytes(file.read_bytes().replace(b"2026-01-02", b"2026-01-03", 1))
    assert typed("packet", "verify", file).exit_code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((FLIP, "1", "99999"), "use.packet_none"),
        (("NOBODY", "1", "99454"), "use.no_enrollment"),
        ((FLIP, "1"), "use.packet_line"),
        ((FLIP, "1", "99454", "--all"), "use.packet_line"),
        ((FLIP, "1", "99454", "--ledger", __file__), "use.packet_ledger"),
        ((FLIP, "1", "99454", "--log-key", __file__), "use.packet_ledger"),
    ],
)
def test_what_cannot_be_made_says_why(
    practice: Path, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    said = make(practice, *words, "--into", tmp_path / "a.zip")
    assert said.exit_code in {1, 2}
    assert f"({code})" in said.output
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProoflineError, match="cannot be written") as trouble:
        write(tmp_path / "none" / "a.zip", b"")
    assert trouble.value.code == "packet.not_written"


@pytest.mark.slow
def test_a_ledger_vouches_from_the_folder_to_the_stranger(
    practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    day = made_up.AS_OF.isoformat()
    assert typed("decide", practice, "--as-of", day, "--keep", "records").exit_code == 0
    kept = ("--records", "records", "--into", "ledger.db", "--name", "ledger.example/made-up")
    for words in (
        ("keep", practice, *kept),
        ("keep", *kept),
        ("key", "ledger.example/made-up", "--into", "log.key"),
        ("checkpoint", "ledger.db", "--key", "log.key", "--into", "outside"),
    ):
        assert typed("ledger", *words).exit_code == 0
    vouched = ("--ledger", "ledger.db", "--log-key", "log.key.pub", "--into", "a.zip")
    made = make(practice, FLIP, "1", "99454", *vouched)
    assert made.exit_code == 0, made.output
    key = Path("log.key.pub").read_text("utf-8").strip()
    checked = typed("packet", "verify", "a.zip", "--key", key)
    assert checked.exit_code == 0, checked.output
    # 30 readings, 3 pieces of work, 1 call and 10 papers: patient, enrollment, device,
    # assignment, consent, coverage, 2 sign-offs, 2 performers, 1 practice
    proven = re.search(r"ledger ledger.example/made-up: (\d+) of its (\d+) entries", checked.output)
    assert proven is not None
    assert int(proven[1]) >= 44
    assert "LACKS" not in checked.output
    typed("ledger", "key", "ledger.example/made-up", "--into", "other.key")
    other = Path("other.key.pub").read_text("utf-8").strip()
    assert typed("packet", "verify", "a.zip", "--key", other).exit_code == 1


@pytest.mark.slow
def test_the_patient_is_told_on_one_page(practice: Path, tmp_path: Path) -> None:
    file = tmp_path / "es.pdf"
    line = (FLIP, "1", "99445", "--language", "es")
    options = ("--evidence", practice, "--as-of", str(AS_OF), "--into", file)
    said = typed("packet", "statement", *line, *options)
    assert said.exit_code == 0, said.output
    assert not PHI.search(said.output)
    (page,) = PdfReader(file).pages
    text = " ".join(page.extract_text().split())
    assert "Lo que usted podría deber" in text
    assert "aún no se conoce" in text


@pytest.mark.slow
def test_all_billable_lines_are_made(tmp_path: Path) -> None:
    some = scenarios.write(scenarios.together(scenarios.given()[::2]), tmp_path / "evidence")
    said = make(some, "--all", "--into", tmp_path / "all")
    assert said.exit_code == 0, said.output
    made = sorted((tmp_path / "all").iterdir())
    assert f"{len(made)} packets" in said.output
    assert len(made) > 30
    assert all(re.fullmatch(r"PL[A-Z2-7]{26}-[0-9a-f]{12}\.zip", path.name) for path in made)
    assert {typed("packet", "verify", path).exit_code for path in made[::10]} == {0}


@pytest.mark.slow
def test_the_book_s_part_is_in_the_packet(practice: Path, tmp_path: Path) -> None:
    """A line drawn and held in a book: its claim, its steps and who did them."""
    with run_of(practice, FLIP) as found:
        wanted = next(gathered(found, [FLIP], lambda d: d["code"] == "99445"))
        decision = wanted.packet.decision
        line_id, key = identity(decision)
        day = datetime.fromisoformat(decision["service_date"]).date()
        claim = Claim(
            claim_id="PCMADEUP",
            patient=Person("Madeup", "Utc"),
            coverages=(Coverage(Payer("P", "Made up", "medicare_ffs"), "1"),),
            billing=BillingProvider("Made up", "1", "2", Address()),
            rendering=Practitioner("1"),
            diagnoses=("I10",),
            lines=(ClaimLine(line_id, key, "99445", 1, 6500, day, day),),
        )
        book = Book(tmp_path / "book")
        act = Act("biller", datetime(2026, 4, 21, tzinfo=UTC), "made up")
        book.draw([claim], act)
        book.hold([line_id], Act("biller", act.at, "waits for the order"))
        noted = {"kind": "GroupAnswer", "said": "taken in"}  # moves no line, so it has no state
        book.record([Change(line_id, detail=noted)], act)
        amendment = Amendment("AM1", line_id, key, "refund", "paid", Billed("99445", 1), Billed())
        found_on, paid_on = date(2026, 4, 21), date(2026, 3, 2)
        case = Case("OP1", "AM1", line_id, "refund", found_on, 5200, paid_on, owed=5200)
        Register(tmp_path / "book").propose([amendment], act, lambda _: case)
        known = known_in(tmp_path / "book")
        packet = next(
            iter(gathered(found, [FLIP], lambda d: identity(d)[0] == line_id, known=known))
        ).packet
    assert packet.billed is not None
    assert (packet.billed.state, packet.billed.claim_id) == (
        "drawn",
        book.lines[line_id].claim_id,
    )
    assert (packet.billed.charge, packet.billed.diagnoses) == (6500, ("I10",))
    assert [(step.kind, step.who) for step in packet.billed.steps] == [
        ("draw", "biller"),
        ("hold", "biller"),
        ("record", "biller"),
    ]
    (told,) = packet.amendments
    assert (told["amendment"], told["stands"], told["decided"]) == ("AM1", "proposed", "")
    assert "nothing can be billed" in told["says"]
    # Sixty days from 21 April: 9 are left in April, 31 in May, 20 in June.
    assert told["overpayment"] == (
        "OP1: 52.00 paid, identified on 2026-04-21, owed 52.00, returned 0.00; due 2026-06-20"
    )
    text = squeezed_pages(packet)
    assert "AM1" in text
    assert "65.00USdollars" in text
    assert "waitsfortheorder" in text
    answer = {"kind": "remittance", "paid": "5200", "adjustments": "CO-45:1000 PR-2:-5"}
    last = structs.replace(packet.billed.steps[-1], detail=answer)
    paid = structs.replace(packet, billed=structs.replace(packet.billed, steps=(last,)))
    assert "paid52.00USdollars;adjustmentsCO-4510.00,PR-2-0.05" in squeezed_pages(paid)
    assert "claim" not in packet.missing
    assert "remittances" in packet.missing
    steps = list(sent_steps(tmp_path / "book"))
    said = vouched_for(packet, wanted.grounds, steps, tmp_path / "1")
    assert not any("claim_steps" in line for line in said), said
    said = vouched_for(packet, wanted.grounds, steps[:1], tmp_path / "2")
    assert "LACKS  2 of 3 claim_steps are not in the ledger up to its signed head" in said
    forged = [replace(step, cells={**step.cells, "who": "somebody else"}) for step in steps]
    with pytest.raises(verify.Altered, match="something else: claim_steps"):
        vouched_for(packet, wanted.grounds, forged, tmp_path / "3")


def vouched_for(packet: Packet, grounds: Grounds, steps: list[SentRow], place: Path) -> list[str]:
    """Keep steps in a ledger, prove a packet by it, and check that as a stranger does."""
    place.mkdir()
    log = made_up.ledger_of(place / "ledger.db", Gathered(packet, grounds), None)
    keep(log, steps, made_up.AT, "made-up")
    log.see(sign(log.head(), made_up.KEY, made_up.AT))
    return verify.checked(archived(packet, grounds, entered(packet, log, made_up.public())), "")


def squeezed_pages(packet: Packet) -> str:
    """Read the pages of a packet back, without spaces."""
    pdf = PdfReader(io.BytesIO(drawn(packet, "sha256:0", None)))
    return "".join("".join(page.extract_text().split()) for page in pdf.pages)


README = Path(packet_room.__file__).with_name("README.md").read_text("utf-8")


@pytest.mark.slow
def test_what_the_readme_shows_comes_out(
    practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo-practice").symlink_to(practice)
    blocks = re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    ran = 0
    for command, _, shown in (b.partition("\n") for b in blocks):
        said = typed(*shlex.split(command.removeprefix("$ proofline ")))
        assert said.exit_code == 0, said.output
        out = {" ".join(line.split()) for line in said.output.splitlines()}
        wanted = {" ".join(line.split()) for line in shown.splitlines()} - {"", "…"}
        assert wanted - out == set()
        ran += 1
    assert ran == 3
