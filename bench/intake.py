"""Payloads to rows beside plain parsers of the same bytes, and the memory of a large intake.

    python bench/intake.py --messages 20000
    python bench/intake.py --readings 10000000 --data /tmp/proofline-bench

`fhir` is a bulk export as servers write it: ten times as many blood pressures of about 900 bytes
each, of 500 patients in turns, with their Device and Patient lines before them; `fhir-short` are
bare lines of 400 bytes whose devices nobody describes. `hl7v2` is a pressure as a hub sends it, the
vendors' measurements are those of `senders.py`: one in each message as they are pushed, and
`together` fifty in each as they are fetched. Whoever takes part runs as a process of its own on the
same file, in turns. Read the ratios. Nothing here is a timed test.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import senders
from meter import measure, note

HERE = Path(__file__)
OBSERVATIONS = HERE.parents[1] / "tests/fixtures/fhir/vitals.ndjson"
GOALS, GOAL = {"hl7v2": 20.0}, 0.5
TOGETHER = ", together"
SHORT = "fhir-short"
HEAD = (
    "| source | bytes | ours, µs | bare parse, µs | bare parse / ours | goal "
    "| by hand, µs | by hand / ours | goal |\n|---|--:|--:|--:|--:|---|--:|--:|---|"
)
LEGEND = """
Bare parse: `orjson.loads` of each message, `hl7.parse` for HL7 v2, and what it gave thrown away.
By hand: the plainest honest reader of that vendor, bytes to the contract's cells (senders.py).
Of vendors' JSON both ratios stand here with the same goal, for the goal does not say which it is
set against. The bare parse of some 200 bytes takes about a microsecond, in which Python cannot fill
two rows of thirty-five cells, whatever reads them; so what says something of this intake is the
reader by hand. A line of FHIR is long enough for the bare parse to be a measure of both."""
_EXPORT, _PEOPLE = 10, 500  # times as many lines in an export, and of so many patients
_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_HALVES = (("8480-6", 95, 180), ("8462-4", 55, 110))
_DAY = 86_400
LARGE = (
    '{"id":%d,"metric":"weight","hwi_device_id":"hub-%d","hardware_uuid":"F0FF","sensor_code":"10",'
    '"value_1":"181.4","timestamp":"2026-03-01T%02d:%02d:%02dZ","created":"2026-03-02T00:00:00Z"}\n'
)


def written(source: str, count: int, path: Path) -> int:
    """Write about so many readings of a source to a file; give how many messages hold them."""
    if source == "fhir":
        exported(count * _EXPORT, path)
        return count * _EXPORT + 2 * _PEOPLE
    name = source.partition(TOGETHER)[0]
    with path.open("w", encoding="utf-8", newline="") as file:
        if source == SHORT:
            file.writelines(short(count))
        elif source == "hl7v2":
            file.writelines(senders.pressure(number) for number in range(count))
        else:
            step = senders.PER_ANSWER if TOGETHER in source else 1
            starts = range(0, count, step)
            file.writelines(senders.posted(name, range(at, at + step)) + "\n" for at in starts)
    return count


def short(count: int) -> Iterator[str]:
    """Give the bare lines of the tests' vital signs so many times, each with an id of its own."""
    among = OBSERVATIONS.read_text("utf-8").splitlines()
    for number in range(count):
        named = f'"id":"made-up-{number}"'
        yield re.sub(r'"id": ?"[^"]*"', named, among[number % len(among)], count=1) + "\n"


def exported(count: int, path: Path) -> Path:
    """Write a bulk export of so many blood pressures to a file, their devices and patients first.

    Patients measure in turns, morning by morning; the values are drawn, the same ones every time.
    """
    die = random.Random(7)  # noqa: S311 - nothing secret is drawn
    kind = {"coding": [{"system": "urn:iso:std:iso:11073:10101", "code": "528391"}]}
    with path.open("w", encoding="utf-8", newline="") as file:
        for who in range(_PEOPLE):
            cuff = {"resourceType": "Device", "id": f"d-{who:05}", "serialNumber": f"MU-{who}"}
            file.write(_line(cuff | {"type": kind}))
            file.write(_line({"resourceType": "Patient", "id": f"p-{who:05}"}))
        for number in range(count):
            file.write(_line(_pressure(number, die)))
    return path


def _pressure(number: int, die: random.Random) -> dict[str, object]:
    morning, who = divmod(number, _PEOPLE)
    day = f"2026-{1 + morning // 28 % 12:02}-{1 + morning % 28:02}"
    clock = f"{die.randrange(60):02}:{die.randrange(60):02}"
    category = "http://terminology.hl7.org/CodeSystem/observation-category"
    vital = {"system": category, "code": "vital-signs", "display": "Vital Signs"}
    panel = {"system": _LOINC, "code": "85354-9"}
    return {
        "resourceType": "Observation",
        "id": f"bp-{number:09}",
        "meta": {
            "versionId": "1",
            "lastUpdated": f"{day}T14:{clock}.{die.randrange(1000):03}Z",
            "profile": ["http://hl7.org/fhir/StructureDefinition/bp"],
        },
        "status": "final",
        "category": [{"coding": [vital]}],
        "code": {"coding": [panel], "text": "Blood pressure"},
        "subject": {"reference": f"Patient/p-{who:05}"},
        "effectiveDateTime": f"{day}T{die.randrange(6, 9):02}:{clock}-06:00",
        "device": {"reference": f"Device/d-{who:05}"},
        "component": [
            {
                "code": {"coding": [{"system": _LOINC, "code": code}]},
                "valueQuantity": {
                    "value": die.randrange(least, most),
                    "unit": "mmHg",
                    "system": _UCUM,
                    "code": "mm[Hg]",
                },
            }
            for code, least, most in _HALVES
        ],
    }


def _line(resource: dict[str, object]) -> str:
    return json.dumps(resource, separators=(",", ":")) + "\n"


def ours(source: str, path: Path) -> float:
    """Take a file through its decoder to rows; give the seconds."""
    from proofline.intake import source as reader  # noqa: PLC0415 - only in its own process
    from proofline.intake.arriving import Arrivals  # noqa: PLC0415
    from proofline.intake.identity import Known  # noqa: PLC0415
    from proofline.intake.options import Options  # noqa: PLC0415
    from proofline.intake.payloads.payload import payload  # noqa: PLC0415
    from proofline.intake.report import Trouble  # noqa: PLC0415

    if source in {"fhir", SHORT}:
        return of_export(path)
    name = source.partition(TOGETHER)[0]
    decode, sent, rows = reader(name).decode, _read(path), 0
    start = time.process_time()
    whole = payload(path.name, sent)
    arrivals = Arrivals(name, whole, Known())
    for said in decode(whole, Options()):
        if not isinstance(said, Trouble):
            for came in arrivals.rows(said):
                rows += not isinstance(came, Trouble)
    assert rows
    return time.process_time() - start


def by_hand(source: str, path: Path) -> float:
    """Read the same messages as a practice would by hand; give the seconds."""
    if source == "hl7v2":
        return hl7_by_hand(_read(path).decode())
    lines = _read(path).splitlines()
    start = time.process_time()
    assert senders.by_hand(source.partition(TOGETHER)[0], lines)
    return time.process_time() - start


def hl7_by_hand(text: str) -> float:
    """Read with `hl7` the fields of every OBX that make a measurement, as text."""
    import hl7  # noqa: PLC0415

    messages, count = re.split(r"\r(?=MSH)", text), 0
    start = time.process_time()
    for message in messages:
        for row in hl7.parse(message).segments("OBX"):
            count += len([str(row[at]) for at in (2, 3, 4, 5, 6, 11, 14, 17, 18) if at < len(row)])
    assert count
    return time.process_time() - start


def of_export(path: Path) -> float:
    """Take FHIR lines to rows as the command does, one after the other; give the seconds."""
    from proofline.intake.report import Report  # noqa: PLC0415 - only in its own process
    from proofline.intake.sources.fhir.decode import Intake, Options  # noqa: PLC0415
    from proofline.intake.sources.fhir.texts import in_memory  # noqa: PLC0415

    sent = _read(path)
    gc.disable()  # the command does so too
    start = time.process_time()
    intake = Intake(Options(), Report())
    intake.gather(in_memory(path.name, sent))
    rows = 0
    for _ in intake.rows():
        rows += 1
    assert rows
    return time.process_time() - start


def theirs(source: str, path: Path) -> float:
    """Parse the same messages as plainly as can be and throw them away; give the seconds."""
    sent = _read(path)
    if source == "hl7v2":
        import hl7  # noqa: PLC0415

        found = re.split(r"\r(?=MSH)", sent.decode("utf-8"))
        start = time.process_time()
        for message in found:
            hl7.parse(message)
        return time.process_time() - start
    import orjson  # noqa: PLC0415

    lines = sent.splitlines()
    start = time.process_time()
    for line in lines:
        orjson.loads(line)
    return time.process_time() - start


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read()


def one(who: str, source: str, path: Path) -> float:
    """Run somebody in a process of its own and give its seconds of processor, without imports."""
    command = [sys.executable, str(HERE), "--who", who, "--source", source, "--file", str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(told)


def compare(source: str, count: int, runs: int, data: Path) -> str:
    """Measure a source against the plain parser of its kind; give a row of the table."""
    path = data / f"{source}.messages"
    count = written(source, count, path)
    people = ["ours", "theirs"]
    people += ["by_hand"] * (source not in {"fhir", SHORT})
    took = {who: [one(who, source, path) for _ in range(runs)] for who in people}
    seconds = {who: statistics.median(each) for who, each in took.items()}
    each = {who: f"{1e6 * one / count:.1f}" for who, one in seconds.items()}
    ratios = {who: one / seconds["ours"] for who, one in seconds.items()}
    size, hand = f"{path.stat().st_size / count:,.0f}", ratios.get("by_hand", 0.0)
    told = [source, size, each["ours"], each["theirs"], f"{ratios['theirs']:.2f}"]
    told.append(verdict(ratios["theirs"], GOALS.get(source, GOAL)))
    told += [each.get("by_hand", ""), f"{hand:.2f}" if hand else ""]
    told.append(verdict(hand, GOAL) if hand and source not in GOALS else "")
    return f"| {' | '.join(told)} |"


def verdict(ratio: float, goal: float) -> str:
    """Say whether a ratio reaches its goal."""
    return f"{goal:g} " + ("met" if ratio >= goal else "MISSED")


def large(readings: int, data: Path) -> None:
    """Take so many readings in, twice, as the command does, and tell what it took."""
    path, into = data / "large.ndjson", data / "large"
    with path.open("w", encoding="utf-8") as file:
        for number in range(readings):
            second = number * 7 % _DAY
            file.write(
                LARGE % (number, number % 5_000, second // 3600, second // 60 % 60, second % 60)
            )
    command = [sys.executable, "-c", "from proofline.cli import main; main()", "intake", "tenovi"]
    for what in ("taken in", "taken in again"):
        cost = measure([*command, "--into", str(into), str(path)], data)
        each = 1e6 * cost.processor / readings
        print(f"{readings:,} readings {what}: {cost.seconds:,.0f} s, {each:.1f} µs of processor")
        print(f"each, peak {cost.peak / 1e6:,.0f} MB (goal: under 500 MB)", flush=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=20_000, help="of each source")
    parser.add_argument("--readings", type=int, default=0, help="of the large intake")
    parser.add_argument("--runs", type=int, default=3, help="of which the median")
    parser.add_argument("--data", type=Path, help="where files are made and left")
    parser.add_argument("--who", choices=("ours", "theirs", "by_hand"), help=argparse.SUPPRESS)
    parser.add_argument("--source", default="", help="only this one")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.who:
        print(
            {"ours": ours, "theirs": theirs, "by_hand": by_hand}[asked.who](
                asked.source, asked.file
            )
        )
        return
    with tempfile.TemporaryDirectory() as made:
        data = asked.data or Path(made)
        data.mkdir(parents=True, exist_ok=True)
        if asked.readings:
            large(asked.readings, data)
            return
        print(HEAD)
        vendors = [f"{name}{how}" for name in senders.ENTRIES for how in ("", TOGETHER)]
        for source in [asked.source] if asked.source else ["fhir", SHORT, "hl7v2", *vendors]:
            note(source)
            print(compare(source, asked.messages, asked.runs, data), flush=True)
        print(LEGEND)


if __name__ == "__main__":
    main()
