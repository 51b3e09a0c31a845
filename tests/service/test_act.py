"""`proofline act`: acts of the API at the terminal, refused in the same words."""

from __future__ import annotations

import base64
import io
import json
import resource
import stat
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from api_callers import registered
from at_the_terminal import on_disk, typed
from made_up_claims import claim
from made_up_people import CUFF, OTHER, PATIENT, enrolled, with_patients
from made_up_practices import START, Practice
from proofline.api.routes import ROUTES
from proofline.claims.book import Act as Said
from proofline.cli import main
from proofline.desk.billing.book import lines_of
from proofline.desk.people.glass import break_glass
from proofline.errors import ProoflineError
from proofline.site.acting.asking import fields_of
from proofline.site.acting.command import made
from proofline.site.acting.naming import at_the_terminal, name_of
from proofline.site.acting.telling import lay_down, new_file, tell
from proofline.store.book import by_ourselves
from proofline.store.models import BreakGlass, Feed, Look, Membership, Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

OWN = {"account", "practice", "form", "body", "out"}


@pytest.fixture
def north(practice: Practice) -> Practice:
    return with_patients(practice)


def act(name: str, role: str, *words: object) -> Result:
    """Do an act as somebody of the made-up practice."""
    return typed("act", name, "--as", f"north-{role}", *words)


def told(done: Result) -> Any:  # noqa: ANN401 - JSON
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


CONSENT = (
    *("--patient-id", PATIENT, "--program", "RPM", "--text-version", "rpm-en-1"),
    *("--modality", "verbal", "--cost-share-disclosed", "yes"),
)


def test_an_act_is_done_as_by_the_api_and_is_on_record(north: Practice) -> None:
    made_id = told(act("capture-consent", "coordinator", *CONSENT, "--given-at", f"{START:%FT%TZ}"))
    (row,) = north.opened("coordinator").shelf.rows("consents")
    assert (row["consent_id"], row["captured_by"]) == (made_id["id"], "NORTH-COORDINATOR")
    assert row["cost_share_disclosed"] == "true"
    assert told(act("get-consent", "biller", "--consent-id", made_id["id"]))["modality"] == "verbal"


@pytest.mark.parametrize(
    ("words", "status", "code", "place"),
    [
        (("--given-at", "2026-03-02T13:00:00"), 2, "api.body", "(--given-at)"),
        (("--given-at", "tomorrow"), 2, "api.body", "(--given-at)"),
        (("--given-at", "2099-01-01T00:00:00Z"), 1, "desk.in_the_future", ""),
        ((), 2, "Missing option --given-at", ""),
        (("--given-at", "2026-03-02T13:00:00Z", "--body", "-"), 2, "act.body_twice", ""),
    ],
)
def test_what_will_not_do_is_refused_with_its_option_and_cure(
    north: Practice, words: tuple[str, ...], status: int, code: str, place: str
) -> None:
    done = act("capture-consent", "coordinator", *CONSENT, *words)
    assert done.exit_code == status, done.output
    assert code in done.stderr
    assert place in done.stderr
    assert "api/openapi.json" not in done.stderr, "its cure stands at the terminal"
    assert not north.opened("coordinator").shelf.rows("consents")


def test_roles_decide_and_what_is_elsewhere_is_nowhere(
    north: Practice, other_practice: Practice
) -> None:
    enrollment = enrolled(north)
    asked = ("--enrollment-id", enrollment)
    assert "desk.not_allowed" in act("get-enrollment", "owner", *asked).stderr
    assert told(act("get-enrollment", "biller", *asked))["patient_id"] == PATIENT
    south = typed("act", "get-enrollment", "--as", "south-biller", *asked)
    closed = act("get-enrollment", "biller", *asked, "--practice", other_practice.tenant_id)
    odd = act("get-enrollment", "biller", "--enrollment-id", "a b")
    unknown = typed("act", "get-enrollment", "--as", "nobody-at-all", *asked)
    for one in (south, closed, odd, unknown):
        assert (one.exit_code, one.stdout) == (1, "")
        assert "store.not_visible" in one.stderr


def test_the_account_of_a_key_does_nothing_without_its_token(north: Practice) -> None:
    key = registered(north, "read:devices", role="biller")
    account = Person.objects.get(machine=True).username
    done = typed("act", "list-devices", "--as", account)
    assert "store.not_visible" in done.stderr, key.client_id


def test_an_account_of_two_practices_says_which(north: Practice, other_practice: Practice) -> None:
    person = Person.objects.get(username="north-biller")
    Membership.objects.create(
        tenant_id=other_practice.tenant_id, person=person, role="biller", since=START
    )
    assert "store.which_practice" in act("list-devices", "biller").stderr
    there = told(act("list-devices", "biller", "--practice", north.tenant_id))
    assert CUFF in {one["device_id"] for one in there["items"]}
    assert (
        told(act("list-devices", "biller", "--practice", other_practice.tenant_id))["items"] == []
    )


def test_no_signature_without_a_second_factor_and_no_terminal_shows_one(north: Practice) -> None:
    enrollment = enrolled(north)
    period = ("--first", "2026-01-05", "--last", "2026-02-03", "--digest", "x")
    done = act("sign-off", "billing_practitioner", "--enrollment-id", enrollment, *period)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "desk.second_factor" in done.stderr
    assert "a terminal cannot show it" in done.stderr
    assert not north.opened("biller").shelf.rows("sign_offs")
    other = act("sign-off", "biller", "--enrollment-id", enrollment, *period)
    assert "desk.not_allowed" in other.stderr, "the role is asked for first"


def test_a_file_is_brought_and_another_is_laid_down(north: Practice, tmp_path: Path) -> None:
    charges = on_disk(tmp_path, "mine.csv", b"code,charge\n99454,120.00\n")
    kept = ("--kind", "charges", "--file", charges)
    assert told(act("keep-paper", "owner", *kept)) == {"new": True}
    assert told(act("keep-paper", "owner", *kept)) == {"new": False}
    assert [one["kind"] for one in told(act("list-papers", "biller"))["items"]] == ["charges"]
    drawn = claim()
    with by_ourselves(north.tenant_id) as book, book.act("test", START) as written:
        lines_of(book, written).draw([drawn], Said("made up", START))
    out = tmp_path / "bills.pdf"
    asked = ("take-claims", "biller", "--kind", "superbill", "--claim-ids", drawn.claim_id)
    said = told(act(*asked, "--out", out))
    assert (said["claims"], said["file"]) == (1, str(out))
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = act(*asked, "--out", out)
    assert (again.exit_code, "act.out_taken" in again.stderr) == (2, True)
    assert base64.b64decode(told(act(*asked))["file"]).startswith(b"%PDF-")
    none = act(*asked[:-2])
    assert (none.exit_code, "desk.nothing_chosen" in none.stderr) == (1, True)
    every = told(act(*asked[:-2], "--all", "yes"))
    assert every["claims"] == 1


def test_an_act_whose_file_has_no_place_is_not_done(north: Practice, tmp_path: Path) -> None:
    drawn = claim()
    with by_ourselves(north.tenant_id) as book, book.act("test", START) as written:
        lines_of(book, written).draw([drawn], Said("made up", START))
    dangling, file = tmp_path / "link.pdf", on_disk(tmp_path, "a-file", b"")
    dangling.symlink_to(tmp_path / "elsewhere.pdf")
    asked = ("take-claims", "biller", "--kind", "superbill", "--claim-ids", drawn.claim_id)
    nowhere = (dangling, file / "below", tmp_path / "no-folder" / "x", tmp_path / ("x" * 300))
    for out in nowhere:
        done = act(*asked, "--out", out)
        assert (done.exit_code, "act.out_taken" in done.stderr) == (2, True), done.output
    assert not (tmp_path / "elsewhere.pdf").exists()
    assert not Look.objects.filter(act__startswith="claim.take").exists()
    refused, none = tmp_path / "refused.pdf", ("--claim-ids", "clm_made_up", "--out")
    assert act("take-claims", "biller", "--kind", "superbill", *none, refused).exit_code == 1
    assert not refused.exists(), "what is refused leaves nothing"


@pytest.mark.parametrize("form", ["json", "table"])
def test_no_control_character_reaches_the_terminal(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    note = "\x1b]0;a title\x07 \x9b31m red \x7f \x85 José"
    tell(json.dumps({"note": note}, ensure_ascii=False).encode(), form)
    said = capsys.readouterr().out
    assert not {one for one in said if ord(one) < 32 or 127 <= ord(one) < 160} - {"\n"}
    assert "\\u009b31m red" in said
    assert "José" in said
    assert form == "table" or json.loads(said) == {"note": note}


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as a full disk does."""
    bounds = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, bounds[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, bounds)


def test_a_file_without_room_is_told_with_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, answer = tmp_path / "big.pdf", b'{"claims":1,"file":"%s"}' % base64.b64encode(b"x" * 9_000)
    refused = pytest.raises(ProoflineError, match="could not be written")
    with refused as found, new_file(out) as file, bounded(4_096):
        lay_down(answer, out, file or io.BytesIO())
    assert found.value.code == "act.not_laid_down"
    assert capsys.readouterr().out == f"{answer.decode()}\n"
    assert not out.exists()


def test_a_body_comes_from_a_file_too(north: Practice, tmp_path: Path) -> None:
    enrolled(north)
    records = {"records": [{"record_id": "r", "number": "5", "started_at": "2026-03-01T12:00:00Z"}]}
    file = on_disk(tmp_path, "records.json", json.dumps(records).encode())
    found = told(act("join-call-records", "coordinator", "--body", file))
    assert found == {"joined": [], "ambiguous": [], "unmatched": [1]}
    assert "act.body_needed" in act("join-call-records", "coordinator").stderr
    broken = on_disk(tmp_path, "broken.json", b"{")
    deep = on_disk(tmp_path, "deep.json", b'{"records":' + b"[" * 200_000)
    for one in (broken, deep):
        done = act("join-call-records", "coordinator", "--body", one)
        assert (done.exit_code, "api.not_json" in done.stderr) == (2, True)


@pytest.mark.usefixtures("north")
def test_a_number_that_is_whole_is_read_as_by_the_api(tmp_path: Path) -> None:
    feed = {"source": "tenovi", "silent_hours": 48.0}
    brought = on_disk(tmp_path, "feed.json", json.dumps(feed).encode())
    by_option = ("--source", "tenovi", "--silent-hours", "48.0")
    for words in (("--body", brought), by_option):
        assert told(act("open-feed", "administrator", *words))["feed_id"]
    assert [one.silent_minutes for one in Feed.objects.all()] == [48 * 60] * 2
    half = act("open-feed", "administrator", "--source", "tenovi", "--silent-hours", "48.5")
    assert half.exit_code == 2


def test_broken_glass_is_reviewed_by_others(north: Practice) -> None:
    break_glass(north.opened("owner"), "a made-up emergency", datetime.now(UTC))
    (number,) = BreakGlass.objects.values_list("pk", flat=True)
    assert told(act("list-broken-glass", "compliance"))["items"][0]["glass_id"] == number
    asked = ("--number", number, "--finding", "looked at")
    assert "desk.glass_reviewed" in act("review-glass", "owner", *asked).stderr
    assert told(act("review-glass", "compliance", *asked)) == {"done": True}


def test_nobody_gives_rights_at_the_terminal(north: Practice) -> None:
    signer = Person.objects.get(username="north-billing_practitioner")
    whose, role = ("--number", signer.pk), ("--role", "administrator")
    password = ("--password", "four made-up words here")
    for name, *words in (
        ("let-person-in", *whose, *password),
        ("disable-person", *whose),
        ("give-role", *whose, *role),
        ("take-role", *whose, "--role", "billing_practitioner"),
        ("add-person", "--username", "a-newcomer", *role, *password),
    ):
        done = act(name, "administrator", *words)
        assert (done.exit_code, "act.elsewhere" in done.stderr) == (2, True), done.output
        assert "proofline people let-in" in done.stderr
    assert "act.elsewhere" in act("break-glass", "owner", "--reason", "an emergency").stderr
    assert not BreakGlass.objects.exists()
    assert Person.objects.get(pk=signer.pk).password == signer.password
    held = Membership.objects.filter(person=signer, tenant_id=north.tenant_id)
    assert [(one.role, one.until) for one in held] == [("billing_practitioner", None)]


@pytest.mark.usefixtures("north")
def test_a_page_is_drawn_as_a_table_and_leads_on() -> None:
    done = act("list-devices", "biller", "--format", "table", "--limit", 1)
    assert "device_id" in done.stdout
    mark = done.stdout.rpartition("next: --cursor ")[2].strip()
    rest = told(act("list-devices", "biller", "--cursor", mark))
    first = told(act("list-devices", "biller", "--limit", 1))
    seen = [one["device_id"] for one in (*first["items"], *rest["items"])]
    assert CUFF in seen
    assert len(seen) == len(set(seen))
    assert "api.limit" in act("list-devices", "biller", "--limit", 0).stderr


def test_no_id_is_cut_in_a_table(north: Practice) -> None:
    for patient in (PATIENT, OTHER):
        enrolled(north, patient)
    done = act("list-enrollments", "biller", "--format", "table")
    ids = [row["enrollment_id"] or "" for row in north.opened("biller").shelf.rows("enrollments")]
    assert len(ids) == 2
    assert all(one in done.stdout for one in ids)
    assert "end_date" not in done.stdout, "a column of nothing is left out"


def test_what_is_too_wide_for_a_table_is_told_row_by_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [{f"column_{number:02}": f"{letter * 20}" for number in range(12)} for letter in "ab"]
    tell(json.dumps({"items": rows}).encode(), "table")
    said = capsys.readouterr().out
    assert [said.count(f"column_{number:02}  {'a' * 20}") for number in range(12)] == [1] * 12
    assert said.count("b" * 20) == 12


def test_a_frozen_book_is_read_and_not_written(north: Practice, settings: Any) -> None:  # noqa: ANN401
    enrollment = enrolled(north)
    settings.READ_ONLY = True
    timer = ("--enrollment-id", enrollment, "--activity", "review")
    assert "api.frozen" in act("start-timer", "coordinator", *timer).stderr
    assert told(act("get-timer", "coordinator"))["enrollment_id"] is None


@pytest.mark.usefixtures("north")
def test_secrets_are_asked_for_unseen() -> None:
    word = "made-up-of-a-vendor"
    source = ("act", "open-feed", "--as", "north-administrator", "--source", "tenovi", "--secret")
    twice = CliRunner().invoke(main, source, input=f"{word}\n{word}\n")
    assert twice.exit_code == 0, twice.output
    assert json.loads(twice.stdout[twice.stdout.index("{") :])["secret"] == word
    assert "Secret" in twice.output
    made_for_us = told(act("open-feed", "administrator", "--source", "tenovi"))
    assert made_for_us["secret"] not in {"", word}, "what is left out is made"
    asked = ("--feed-id", made_for_us["feed_id"], "--person", "made-up")
    left_out = act("grant-feed", "administrator", *asked)
    assert "Token" in left_out.output
    assert left_out.exit_code == 1, "nobody types one here"


def test_every_act_is_listed_and_says_what_it_takes() -> None:
    listed = typed("act").stdout
    for name, route in at_the_terminal().items():
        assert f"\n{name} " in f"\n{listed}", name
        helped = typed("act", name, "--help")
        assert helped.exit_code == 0, name
        for one in fields_of(route):
            assert not one.typed or one.option in helped.stdout, (name, one)
    unknown = typed("act", "enroll")
    assert (unknown.exit_code, "enrol" in unknown.stderr) == (2, True)


def test_no_two_options_of_an_act_are_called_alike() -> None:
    for route in ROUTES:
        names = [one.name for one in made(name_of(route), route).params]
        options = [flag for one in made(name_of(route), route).params for flag in one.opts]
        assert len(names) == len(set(names)), route.name
        assert len(options) == len(set(options)), route.name
        assert not OWN & {one.name for one in fields_of(route)}, route.name
    assert len({name_of(one) for one in ROUTES}) == len(ROUTES)


@pytest.mark.slow
def test_only_an_act_that_runs_loads_the_service() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from proofline.cli import main;"
        "found = [CliRunner().invoke(main, words).exit_code for words in"
        " (['--help'], ['act', '--help'], ['packs', '--help'])];"
        "print(found, 'django' in sys.modules, 'proofline.api' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[0, 0, 0] False False"
