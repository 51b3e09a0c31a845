"""Many damaged remittances posted: nothing is raised but a refusal, and no cent is made or lost.

    python tests/fuzz/posting.py --payloads 20000

A made-up payer pays, refuses, takes back and pays anew the lines of a made-up book; its file is
damaged as in `back.py`. Of what can still be read, each claim's stated money is posted or waits,
no line is posted beyond its charge, what does not add up says so, and once more posts nothing.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import made_up_back as made
import made_up_payer as payer
from fuzz.back import damaged
from made_up_claims import ACT, line, sent
from proofline.claims.answers.posting import Posted, post
from proofline.claims.back.balance import imbalances
from proofline.claims.back.remitting import whole_remittances
from proofline.claims.book import Book
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.trouble import X12Refused

LINES = (line("99454"), line("99457", charge=10_000), line("99458", charge=8_000))


class Ground:
    """A book with one claim sent, copied anew for every payload, and what its payer says of it."""

    def __init__(self, folder: Path) -> None:
        """Make the book in a folder."""
        self._sent, self._used = folder / "sent", folder / "used"
        _, claim = sent(self._sent, *LINES)
        supply, time, more = LINES
        paid = {supply.code: payer.paid(supply), time.code: payer.refused(time, "151", "N362")}
        anew = {time.code: payer.paid(time), more.code: payer.paid(more)}
        first = payer.claim_of(claim, paid)
        back = payer.claim_of(claim, {supply.code: payer.paid(supply)}, status="22")
        self.files = [
            payer.remittance(first, payer.claim_of(claim, anew, named=False), cents=27_000),
            payer.remittance(first, back, payer.claim_of(claim, anew), cents=16_000),
            payer.remittance(payer.claim_of(claim, anew), cents=15_125, more=[made.PROVIDER]),
        ]

    def book(self) -> Book:
        """Give the book as it was when the claim was sent."""
        shutil.rmtree(self._used, ignore_errors=True)
        shutil.copytree(self._sent, self._used)
        return Book(self._used)


def wrong(book: Book, data: bytes) -> str:
    """Post a file twice; say what is wrong with it, blank if nothing is."""
    try:
        posted = post(book, data, ACT)
    except (X12Refused, ClaimsError):
        return ""
    said = claims_kept(data, posted) or lines_sound(posted)
    again = post(book, data, ACT)
    return said or ("posted once more" if again.changes else "")


def claims_kept(data: bytes, posted: Posted) -> str:
    """Say where a claim's money is neither posted nor waits, unless its lines disagree with it."""
    stated: Counter[str] = Counter()
    unsure: set[str] = set()
    for remittance in whole_remittances(data):
        for claim in remittance.claims:
            stated[claim.claim_id] += claim.paid
            if any(one.rule != "patient_share" for one in imbalances(claim)):
                unsure.add(claim.claim_id)
            if claim.adjustments and len(claim.lines) > 1:
                unsure.add(claim.claim_id)
    found: Counter[str] = Counter()
    for change in posted.changes:
        found[change.detail["claim_id"]] += int(change.detail["paid"])
    for waits in posted.waiting:
        found[waits.claim_id] += waits.paid
    lost = [one for one, cents in stated.items() if one not in unsure and found[one] != cents]
    return "money lost or made" if lost and not posted.before else ""


def lines_sound(posted: Posted) -> str:
    """Say where a line has more than its charge, or does not add up in silence."""
    sums: Counter[str] = Counter()
    for change in posted.changes:
        detail = change.detail
        sums[change.line_id] += int(detail["paid"])
        taken = sum(int(one.rpartition(":")[2]) for one in detail.get("adjustments", "").split())
        off = int(detail["paid"]) + taken - int(detail["charge"])
        if off and not detail.get("unbalanced") and detail.get("of") != "claim":
            return "unbalanced in silence"
    charges = {one.line_id: one.charge for one in LINES}
    over = [one for one, cents in sums.items() if cents > charges[one]]
    return "more than its charge" if over else ""


def try_one(seed: int, number: int, ground: Ground) -> tuple[bytes, str]:
    """Make a payload and post it; give it with what was found, blank if nothing was."""
    chance = random.Random(f"posting:{seed}:{number}")  # noqa: S311 - it has to be the same again
    data = damaged(chance, ground.files[number % len(ground.files)])
    try:
        return data, wrong(ground.book(), data)
    except Exception as error:  # noqa: BLE001 - that anything is raised is the finding
        return data, f"{type(error).__name__}: {error}"[:200]


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first payload")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(), help="where what was found is kept")
    asked = parser.parse_args()
    found = Counter[str]()
    with tempfile.TemporaryDirectory() as made_here:
        ground = Ground(Path(made_here))
        for number in range(asked.first, asked.first + asked.payloads):
            data, what = try_one(asked.seed, number, ground)
            if what:
                found[what] += 1
                if found[what] == 1:
                    (asked.keep / f"posting-{asked.seed}-{number}").write_bytes(data)
    print(f"{asked.payloads:,} payloads, {found.total()} found")  # noqa: T201
    for what, count in found.most_common(20):
        print(f"{count} x {what}")  # noqa: T201
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
