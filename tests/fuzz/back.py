"""Many damaged answers against every reader: nothing but a refusal is ever raised.

    python tests/fuzz/back.py --payloads 1000000

Our own made-up 835, 999, 277CA and TA1 are damaged in one to four ways, mostly so that envelopes
still count right, because else hardly any damage would get past them. Number N of a seed is always
the same payload: `--first N --payloads 1` makes it again. Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import made_up_back as made
from proofline.claims.back.acknowledgments import acknowledgments
from proofline.claims.back.balance import weigh
from proofline.claims.back.remitting import remittances
from proofline.claims.x12.trouble import X12Refused

LONGEST_SECONDS = 1.0
LONGEST_REASON = 400
VALUES = [
    *("", " ", "0", "-0", "-", ".", "-.", "1e999", "NaN", "+1", "1_0", "0x1", "1.005", "--1"),
    *("20260230", "00000000", "99999999", "20261031-20261001", "A7:", ":", "::::", "HC:", ":99454"),
    *("\u0661\u0662", "\uff11", "\u00b2", "\x00", "\x1b[31m", "\r\n", "~", "*", "^", "9" * 5_000),
    *("22", "PR", "CO", "TA1", "835", "\U0001f642", "\ud7ff", "W" * 9_000, "1" + "0" * 19),
]
TAGS = (
    *("ISA", "IEA", "GS", "GE", "ST", "SE", "BPR", "TRN", "N1", "LX", "CLP", "CAS", "NM1", "MIA"),
    *("MOA", "REF", "DTM", "AMT", "QTY", "SVC", "LQ", "PLB", "AK1", "AK2", "IK3", "CTX", "IK4"),
    *("IK5", "AK9", "HL", "STC", "DTP", "BHT", "TA1", "CUR", "TS3", "XX", "ZZZZ"),
)


def samples() -> list[bytes]:
    """Give what is damaged."""
    return list(made.every_answer().values())


def read(data: bytes) -> None:
    """Take bytes through both readers and the scales, to the end."""
    for reader in (acknowledgments, lambda each: weigh(remittances(each))):
        try:
            for _ in reader(data):
                pass
        except X12Refused as refused:
            said = str(refused)
            if not said.isprintable() or len(said) > LONGEST_REASON or "ZZTEST" in said:
                raise AssertionError(said) from refused


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Damage a file in one to four ways; mostly mend the counts of its envelopes afterwards."""
    if chance.random() < 0.2:
        return _bytes(chance, data)
    segments = [one.strip().split("*") for one in data.decode().split("~") if one.strip()]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        chance.choice(WAYS)(chance, segments)
    return _counted(segments)


def _bytes(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        changed[at] = chance.randrange(256)
    start = chance.randrange(len(changed))
    return bytes(chance.choice((changed, changed[:start], changed[start:], changed * 2)))


def _element(chance: random.Random, segments: list[list[str]]) -> None:
    segment = chance.choice(segments[1:])
    segment[chance.randrange(len(segment))] = chance.choice(VALUES)


def _add(chance: random.Random, segments: list[list[str]]) -> None:
    chance.choice(segments[1:]).append(chance.choice(VALUES))


def _drop(chance: random.Random, segments: list[list[str]]) -> None:
    if len(segments) > 2:
        del segments[chance.randrange(1, len(segments))]


def _move(chance: random.Random, segments: list[list[str]]) -> None:
    one = segments[chance.randrange(1, len(segments))]
    segments.insert(chance.randrange(1, len(segments)), list(one))


def _tag(chance: random.Random, segments: list[list[str]]) -> None:
    chance.choice(segments[1:])[0] = chance.choice(TAGS)


def _shorten(chance: random.Random, segments: list[list[str]]) -> None:
    segment = chance.choice(segments[1:])
    del segment[chance.randrange(1, len(segment) + 1) :]


WAYS: tuple[Callable[[random.Random, list[list[str]]], None], ...] = (
    *(_element, _element, _element, _add, _drop, _move, _tag, _shorten),
)


def _counted(segments: list[list[str]]) -> bytes:
    """Write segments again, each SE with the count that is right."""
    start = 0
    for at, segment in enumerate(segments):
        if segment[0] == "ST":
            start = at
        elif segment[0] == "SE" and len(segment) > 1:
            segment[1] = str(at - start + 1)
    return "~\n".join("*".join(one) for one in [*segments, [""]]).encode("utf-8", "surrogatepass")


def try_one(seed: int, number: int, among: list[bytes]) -> tuple[bytes, str]:
    """Make a payload and read it; give it with what was found, blank if nothing was."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - it has to be the same again
    data = damaged(chance, among[number % len(among)])
    begun = time.process_time()
    try:
        read(data)
    except Exception as error:  # noqa: BLE001 - that anything is raised is the finding
        return data, f"{type(error).__name__}: {error}"[:200]
    taken = time.process_time() - begun
    return data, f"took {taken:.1f} s" if taken > LONGEST_SECONDS else ""


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first payload")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(), help="where what was found is kept")
    asked = parser.parse_args()
    among, found = samples(), Counter[str]()
    begun = time.perf_counter()
    for number in range(asked.first, asked.first + asked.payloads):
        data, what = try_one(asked.seed, number, among)
        if what:
            found[what] += 1
            if found[what] == 1:
                (asked.keep / f"back-{asked.seed}-{number}").write_bytes(data)
    rate = asked.payloads / (time.perf_counter() - begun)
    print(f"{asked.payloads:,} payloads, {rate:,.0f} a second, {found.total()} found")  # noqa: T201
    for what, count in found.most_common(20):
        print(f"{count} x {what}")  # noqa: T201
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
