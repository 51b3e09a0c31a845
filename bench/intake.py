"""Payloads to rows beside plain parsers of the same bytes, and the memory of a large intake.

    python bench/intake.py --messages 20000
    python bench/intake.py --readings 10000000 --data /tmp/proofline-bench

Every source's fixtures are multiplied to so many messages, the times in them varied. `fhir` is a
bulk export as servers write it: ten times as many blood pressures of about 900 bytes each, of 500
patients in turns, with their Device and Patient lines before them; `fhir-short` are bare lines of
400 bytes whose devices nobody describes. Whoever takes part runs as a process of its own on the
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
from pathlib import Path

import msgspec
from meter import measure, note

HERE = Path(__file__)
FIXTURES = HERE.parents[1] / "src/proofline/intake/fixtures"
OBSERVATIONS = HERE.parents[1] / "tests/fixtures/fhir/vitals.ndjson"
GOALS = {"fhir": 0.5, "hl7v2": 20.0}
SHORT = "fhir-short"
_EXPORT, _PEOPLE = 10, 500  # times as many lines in an export, and of so many patients
_LOINC, _UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_HALVES = (("8480-6", 95, 180), ("8462-4", 55, 110))
_CLOCK = re.compile(r"T\d\d:\d\d:\d\d")
_SINCE_1970 = re.compile(r"\b1[67]\d{8}(?=\d{3}\b|\b)")
_HL7_CLOCK = re.compile(r"(?<=\|20\d{6})\d{6}")
_DAY = 86_400
LARGE = (
    '{"id":%d,"metric":"weight","hwi_device_id":"hub-%d","hardware_uuid":"F0FF","sensor_code":"10",'
    '"value_1":"181.4","timestamp":"2026-03-01T%02d:%02d:%02dZ","created":"2026-03-02T00:00:00Z"}\n'
)


def messages(source: str) -> list[str]:
    """Give the messages of a source's fixtures that one can parse, each as one line."""
    if source == "hl7v2":
        texts = [path.read_bytes().decode("latin-1") for path in _files(source, "*.hl7")]
        lines = [re.sub(r"\r\n|\n", "\r", text).strip("\r\x0b\x1c") for text in texts]
        return [line for line in lines if line.startswith("MSH") and line.count("\rMSH") == 0]
    found: list[str] = []
    for path in [OBSERVATIONS] if source == SHORT else _files(source, "*.*json"):
        try:
            found.append(msgspec.json.format(path.read_bytes(), indent=-1).decode())
        except msgspec.DecodeError:
            found += [one for one in path.read_text("utf-8-sig").splitlines() if _is_json(one)]
    return [one for one in found if one.startswith("{")] or found


def _files(source: str, pattern: str) -> list[Path]:
    return sorted((FIXTURES / source.replace("-", "_")).glob(pattern))


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def multiplied(source: str, count: int, path: Path) -> Path:
    """Write so many messages of a source to a file, no two of one fixture alike in their times."""
    among = messages(source)
    with path.open("w", encoding="utf-8", newline="") as file:
        for number in range(count):
            second = number * 7 % _DAY
            clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            text = _CLOCK.sub("T" + clock, among[number % len(among)])
            text = _SINCE_1970.sub(str(1_767_225_600 + number), text)
            text = _HL7_CLOCK.sub(clock.replace(":", ""), text)
            if source == SHORT:
                text = re.sub(r'"id": ?"[^"]*"', f'"id":"made-up-{number}"', text, count=1)
            file.write(text + ("\r" if source == "hl7v2" else "\n"))
    return path


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
    from proofline.intake.arriving import arrive  # noqa: PLC0415
    from proofline.intake.identity import Known  # noqa: PLC0415
    from proofline.intake.options import Options  # noqa: PLC0415
    from proofline.intake.payloads.payload import payload  # noqa: PLC0415
    from proofline.intake.report import Trouble  # noqa: PLC0415

    if source in {"fhir", SHORT}:
        return of_export(path)
    decode, sent, known, rows = reader(source).decode, _read(path), Known(), 0
    start = time.process_time()
    whole = payload(path.name, sent)
    for said in decode(whole, Options()):
        if not isinstance(said, Trouble):
            for came in arrive(said, source=source, payload=whole, known=known):
                rows += not isinstance(came, Trouble)
    assert rows
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
    if source == "fhir":
        count *= _EXPORT
        exported(count, path)
        count += 2 * _PEOPLE
    else:
        multiplied(source, count, path)
    seconds = {
        who: statistics.median(one(who, source, path) for _ in range(runs))
        for who in ("ours", "theirs")
    }
    ratio, goal = seconds["theirs"] / seconds["ours"], GOALS.get(source)
    met = "" if goal is None else f"{goal:g} " + ("met" if ratio >= goal else "MISSED")
    size = path.stat().st_size / count
    each = [f"{1e6 * seconds[who] / count:.1f}" for who in ("ours", "theirs")]
    return f"| {source} | {size:,.0f} | {each[0]} | {each[1]} | {ratio:.2f} | {met} |"


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
    parser.add_argument("--who", choices=("ours", "theirs"), help=argparse.SUPPRESS)
    parser.add_argument("--source", default="", help="only this one")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.who:
        print({"ours": ours, "theirs": theirs}[asked.who](asked.source, asked.file))
        return
    with tempfile.TemporaryDirectory() as made:
        data = asked.data or Path(made)
        data.mkdir(parents=True, exist_ok=True)
        if asked.readings:
            large(asked.readings, data)
            return
        known = sorted(one.name.replace("_", "-") for one in FIXTURES.iterdir() if one.is_dir())
        print("| source | bytes | ours, µs | plain parser, µs | theirs / ours | goal |")
        print("|---|--:|--:|--:|--:|---|")
        for source in [asked.source] if asked.source else sorted({*known, "fhir", SHORT}):
            if source == "fhir" or messages(source):
                note(source)
                print(compare(source, asked.messages, asked.runs, data), flush=True)


if __name__ == "__main__":
    main()
