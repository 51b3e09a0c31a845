"""Many damaged answers against every reader: nothing but a refusal is ever raised.

    python tests/fuzz/back.py --payloads 1000000

Our own made-up 835, 999, 277CA and TA1, and an 837P that was sent, are damaged in one to four ways,
mostly so that envelopes still count right, because else hardly any damage would get past them. None
may take long or make the process grow. Number N of a seed is always the same payload: `--first N
--payloads 1` makes it again. Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import made_up_back as made
from fuzz.guarding import LONGEST_SECONDS, MOST_GROWTH, at_most, peak
from made_up_claims import claim
from proofline.claims.answers.acknowledged import sent_claims
from proofline.claims.back.acknowledgments import acknowledgments
from proofline.claims.back.balance import weigh
from proofline.claims.back.remitting import remittances
from proofline.claims.out.professional import pieces
from proofline.claims.x12.envelope import Envelope, Party
from proofline.claims.x12.trouble import X12Refused

BETWEEN_REPORTS = 30.0
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
    return [*made.every_answer().values(), sent()]


def sent() -> bytes:
    """Give a claim file as it went out; which claims it carried is read from it again."""
    party = Party("MADEUP", "Made Up Practice", contact="Sam Example", phone="5555550100")
    at = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    return b"".join(pieces([claim()], Envelope(party, party, "P", at, 1, 1)))


def readers(data: bytes) -> Iterable[Callable[[bytes], Iterable[object]]]:
    """Give who reads such bytes: answers both readers and the scales, what was sent its own."""
    yield acknowledgments
    yield lambda each: weigh(remittances(each))
    if b"*837*" in data:
        yield lambda each: [sent_claims([each])]


def read(data: bytes) -> None:
    """Take bytes through all who read such, to the end."""
    for reader in readers(data):
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
    try:
        with at_most(LONGEST_SECONDS):
            read(data)
    except Exception as error:  # noqa: BLE001 - that anything is raised is the finding
        return data, f"{type(error).__name__}: {error}"[:200]
    return data, ""


def work(asked: argparse.Namespace) -> int:
    """Take payloads through, telling how far it is; give how many failed."""
    among, found = samples(), Counter[str]()
    for number in range(min(1000, asked.payloads)):
        try_one(asked.seed - 1, number, among)  # so that everything is imported and warm
    floor, begun = peak(), time.perf_counter()
    told = begun
    for done, number in enumerate(range(asked.first, asked.first + asked.payloads), 1):
        data, what = try_one(asked.seed, number, among)
        if what:
            found[what] += 1
            if found[what] == 1:
                (asked.keep / f"back-{asked.seed}-{number}").write_bytes(data)
        if done == asked.payloads or time.perf_counter() - told > BETWEEN_REPORTS:
            told = time.perf_counter()
            _tell(done, told - begun, peak() - floor, found)
    if peak() - floor > MOST_GROWTH:
        found["memory"] += 1
    return found.total()


def _tell(done: int, seconds: float, grown: int, found: Counter[str]) -> None:
    rate = f"{done / seconds:,.0f} a second, +{grown >> 20} MB, {found.total()} found"
    print(f"{done:>12,} payloads, {rate}", flush=True)  # noqa: T201
    for what, count in found.most_common(20):
        print(f"{'':>12} {count} x {what}", flush=True)  # noqa: T201


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first payload")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(), help="where what was found is kept")
    return int(work(parser.parse_args()) > 0)


if __name__ == "__main__":
    sys.exit(main())
