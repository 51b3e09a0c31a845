"""Millions of damaged payloads against every decoder: nothing raises, hangs or eats memory.

    python tests/fuzz/intake.py --payloads 10000000 --workers 2

Every fixture that the project publishes is damaged in one to four ways and taken through its
decoder to rows. Payload number N of a seed is always the same, so whatever is found can be made
again: `--only SOURCE --first N --payloads 1`. Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.guarding import LONGEST_SECONDS, MOST_GROWTH, at_most, peak
from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake import source, source_names
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import Known
from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload
from proofline.intake.report import Trouble
from proofline.intake.sources import fhir

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[1] / "src/proofline/intake/fixtures"
OLDER = HERE.parent / "fixtures"

LARGEST_FIXTURE = 1 << 16
BETWEEN_REPORTS = 10.0
_REQUIRED = {
    name: {column.name for column in table.columns if column.required}
    for name, table in EVERY_TABLE.items()
}
_DIGEST = "0" * 64
_DIGITS = re.compile(rb"-?\d[\d.]*")
_NUMBERS = [
    *b"0 -0 -1 1e999 -1e308 NaN Infinity -Infinity 0x1F 1_000 18446744073709551616 1e-400".split(),
    *b'9999999999999 -62135596800000 253402300800 2026 1,5 01 . --1 "1" null [1] 12:60'.split(),
    *b"2026-02-30T25:61:61Z 0000-00-00 9999-12-31T23:59:60+14:00 31/02/2026".split(),
    b"9" * 400,
    b"1" + b"0" * 5_000,
    b"0." + b"0" * 400 + b"1",
]
_TOKENS = [
    *b'\\ud800 \\u0000 \\ " "" {} [] null true =1+1 ../../x MSH|^~\\&| OBX|1|NM|'.split(),
    *b"| ^ ~ & ; = # } ] :".split(),
    *(b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\r", b"\n", b"\r\n"),
    *(b"\x0b", b"\x1c\r", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\x1b[31m", b"\t", b" "),
    *(one.encode() for one in ("\u0663", "\uff11", "e\u0301", "\u202e", "\U0001f642")),
    *(b"," * 50, b"{" * 2_000, b"[" * 2_000),
]


class Sample(NamedTuple):
    """A fixture: its source, its bytes, and what the operator says of it."""

    source: str
    name: str
    data: bytes
    options: Options


def samples(only: str = "") -> list[Sample]:
    """Give all fixtures of all sources, or of one."""
    found = []
    for name in source_names():
        if only in {"", name}:
            folder = name.replace("-", "_")
            for path in sorted([*(PUBLISHED / folder).rglob("*"), *(OLDER / folder).rglob("*")]):
                if path.is_file() and path.suffix != ".toml":
                    data = path.read_bytes()[:LARGEST_FIXTURE]
                    found.append(Sample(name, path.name, data, _options(path)))
    return found


def _options(path: Path) -> Options:
    beside = path.with_suffix(".toml")
    told = tomllib.loads(beside.read_text("utf-8")) if beside.exists() else {}
    return Options(**told.get("options", {}))


def through(sample: Sample, data: bytes) -> Iterator[Any]:
    """Take bytes through a source's decoder; give its rows and troubles."""
    if sample.source == "fhir":
        made = fhir.decode([(sample.name, data)])
        yield from made.rows
        for file in made.files.values():
            yield from file.troubles
        return
    sent = Payload(sample.name, data, _DIGEST)
    arrivals = Arrivals(sample.source, sent, Known())
    for said in source(sample.source).decode(sent, sample.options):
        if isinstance(said, Trouble):
            yield said
        else:
            yield from arrivals.rows(said)


def wrong_with(row: Any) -> str:  # noqa: ANN401 - a row or a trouble
    """Say what is wrong with what came out of a damaged payload; blank if nothing is."""
    if isinstance(row, Trouble):
        printable = (row.reason + row.cure + row.path).replace("\n", "").isprintable()
        return "" if printable and len(row.reason) < 400 else "a trouble that shows what was sent"
    if missing := _REQUIRED[row.table] - row.cells.keys():
        return f"a row of {row.table} without {', '.join(sorted(missing))}"
    if not all(isinstance(cell, str) and "\0" not in cell for cell in row.cells.values()):
        return f"a row of {row.table} with a cell that is no text"
    return ""


def damaged(chance: random.Random, data: bytes, others: list[Sample]) -> bytes:
    """Damage bytes in one to four ways."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        data = chance.choice(_WAYS)(chance, data, others)
    return data[: LARGEST_FIXTURE * 2]


def _flip(chance: random.Random, data: bytes, _others: list[Sample]) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes, _others: list[Sample]) -> bytes:
    start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
    return chance.choice((data[:start], data[start:], data[start:end], data[:start] + data[end:]))


def _splice(chance: random.Random, data: bytes, others: list[Sample]) -> bytes:
    other = chance.choice(others).data
    start, end = sorted(chance.randint(0, len(other)) for _ in range(2))
    at = chance.randint(0, len(data))
    return data[:at] + other[start:end] + data[at:]


def _repeat(chance: random.Random, data: bytes, _others: list[Sample]) -> bytes:
    start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
    return data[:end] + data[start:end] * chance.randint(1, 3) + data[end:]


def _number(chance: random.Random, data: bytes, _others: list[Sample]) -> bytes:
    places = [match.span() for match in _DIGITS.finditer(data)]
    if not places:
        return data
    start, end = chance.choice(places)
    return data[:start] + chance.choice(_NUMBERS) + data[end:]


def _token(chance: random.Random, data: bytes, _others: list[Sample]) -> bytes:
    at = chance.randint(0, len(data))
    over = chance.choice((0, 0, 1, 4))
    return data[:at] + chance.choice(_TOKENS) + data[at + over :]


def _written_otherwise(chance: random.Random, data: bytes, _others: list[Sample]) -> bytes:
    text = data.decode("utf-8", "replace")
    return chance.choice(
        (
            lambda: text.encode("utf-16"),
            lambda: text.encode("utf-16-le"),
            lambda: text.encode("latin-1", "replace"),
            lambda: b"\xef\xbb\xbf" + data,
            lambda: data.replace(b"\n", b"\r\n"),
            lambda: data.replace(b"\n", b"\r"),
            lambda: data.replace(b"\n", b""),
            lambda: b"[" + data + b"]",
            data.swapcase,
        )
    )()


_WAYS = (_flip, _flip, _cut, _splice, _repeat, _number, _number, _token, _token, _written_otherwise)


def try_one(seed: int, number: int, among: list[Sample]) -> tuple[Sample, bytes, str]:
    """Make a payload, take it through, and say what was found; blank if nothing was."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - it has to be the same again
    sample = among[number % len(among)]
    data = damaged(chance, sample.data, among)
    try:
        with at_most(LONGEST_SECONDS):
            found = next(filter(None, map(wrong_with, through(sample, data))), "")
    except Exception as error:  # noqa: BLE001 - that anything is raised is the finding
        found = f"{type(error).__name__}: {error}"[:200]
    return sample, data, found


def work(asked: argparse.Namespace) -> int:
    """Take payloads through, telling how far it is as lines of JSON; give how many failed."""
    among, found, done = samples(asked.only), Counter[str](), 0
    for number in range(min(200, asked.payloads)):
        try_one(asked.seed - 1, number, among)  # so that everything is imported and warm
    start = told = time.perf_counter()
    floor = most = peak()
    for number in range(asked.first, asked.first + asked.payloads, asked.step):
        sample, data, what = try_one(asked.seed, number, among)
        if peak() - most > MOST_GROWTH // 4:
            what = what or f"one payload took {(peak() - most) >> 20} MB"
        most, done = max(most, peak()), done + 1
        if what:
            found[f"{sample.source}: {what}"] += 1
            if found[f"{sample.source}: {what}"] == 1:
                path = asked.keep / f"{sample.source}-{asked.seed}-{number}"
                path.write_bytes(data)
        if time.perf_counter() - told > BETWEEN_REPORTS:
            told = time.perf_counter()
            _tell(done, told - start, most - floor, found)
    if most - floor > MOST_GROWTH:
        found[f"memory grew by {(most - floor) >> 20} MB"] += 1
    _tell(done, time.perf_counter() - start, most - floor, found)
    return found.total()


def _tell(done: int, seconds: float, grown: int, found: Counter[str]) -> None:
    line = {"done": done, "seconds": seconds, "grown": grown, "found": found}
    print(json.dumps(line), flush=True)  # noqa: T201


def lead(asked: argparse.Namespace, words: list[str]) -> int:
    """Let several processes share the payloads, and tell of all of them together."""
    shared = [sys.executable, __file__, *words, "--workers", "1", "--worker"]
    children = [
        subprocess.Popen(
            [*shared, *_share(asked, own)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for own in range(asked.workers)
    ]
    last: dict[int, dict[str, Any]] = {}
    for own, child in enumerate(children):
        assert child.stdout is not None
        for line in child.stdout:
            last[own] = json.loads(line)
            _show(last)
    ended = [child.wait() for child in children]
    _show(last)
    return int(any(ended))


def _share(asked: argparse.Namespace, own: int) -> list[str]:
    first, count = asked.first + own, asked.payloads - own
    return ["--first", str(first), "--step", str(asked.workers), "--payloads", str(count)]


def _show(last: dict[int, dict[str, Any]]) -> None:
    done, seconds = (
        sum(one["done"] for one in last.values()),
        max(o["seconds"] for o in last.values()),
    )
    found: Counter[str] = sum((Counter(one["found"]) for one in last.values()), Counter())
    grown = max(one["grown"] for one in last.values()) >> 20
    rate = done / max(seconds, 0.001)
    print(f"{done:>12,} payloads  {rate:>8,.0f} a second  +{grown} MB  {found.total()} found")  # noqa: T201
    for what, count in found.most_common(20):
        print(f"{'':>12} {count} x {what}")  # noqa: T201


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first payload")
    parser.add_argument("--step", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="one source")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, default=Path(), help="where what was found is kept")
    asked = parser.parse_args()
    if asked.worker:
        return int(work(asked) > 0)
    return lead(asked, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
