"""Claim files written and read, and remittances read, beside pyx12 and oxedi on the same bytes.

    python bench/x12.py --claims 10000

Every claim has two lines of an RPM ladder. Posting is shown beside the memory of the book: what is
new of a file is kept, not the file. Whoever takes part runs as a process of its own, in turns;
pyx12 gets a smaller file, for it needs seconds for a thousand claims, and figures are per claim.
Read the ratios. Nothing here is a timed test.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from meter import measure, note

HERE = Path(__file__)
TESTS = HERE.parents[1] / "tests"
ANSWER = "answer.835"
GOALS = {"written": 50.0, "read": 50.0, "835": 50.0, "oxedi": 1.0}


def write(path: Path, count: int) -> float:
    """Write so many claims to a file, a transaction set at a time; give the seconds."""
    from proofline.claims.out.professional import pieces  # noqa: PLC0415 - only in its own process
    from proofline.claims.x12.envelope import Envelope, Party  # noqa: PLC0415

    party = Party("MADEUP", "Made Up Practice", contact="Sam Example", phone="5555550100")
    envelope = Envelope(party, party, "T", datetime(2026, 2, 3, tzinfo=UTC), 1, 1)
    sent = list(_claims(count))
    start = time.process_time()
    with path.open("wb") as file:
        for piece in pieces(sent, envelope):
            file.write(piece)
    return time.process_time() - start


def _claims(count: int) -> Iterator[object]:
    from proofline.claims import claim as c  # noqa: PLC0415

    home = c.Address("12 Sample Street", "Exampleville", "MO", "640010001")
    practice = c.BillingProvider("Made Up Practice", "1234567893", "123456789", home)
    doctor = c.Practitioner("1245319599", "Doctor", "Anna Example", taxonomy="207R00000X")
    payer = c.Payer("12302", "Medicare", "medicare")
    first, last = date(2026, 1, 1), date(2026, 1, 30)
    for number in range(count):
        lines = (
            c.ClaimLine(f"L{number}.1", "d", "99454", 1, 4370, first, last, (1, 2)),
            c.ClaimLine(f"L{number}.2", "d", "99457", 1, 4850, last, last, (1,)),
        )
        patient = c.Person("Example", f"Pat {number}", date(1940, 2, 29), "F", home)
        yield c.Claim(
            *(f"C{number}", patient, (c.Coverage(payer, "1EG4TE5MK73"),)),
            *(practice, doctor, ("I10", "E119"), lines),
        )


def read(path: Path) -> float:
    """Read every segment with all checks of the envelope, and keep none; give the seconds."""
    from proofline.claims.x12.reading import segments  # noqa: PLC0415

    data = path.read_bytes()
    start = time.process_time()
    for _ in segments(data):
        pass
    return time.process_time() - start


def remit(path: Path) -> float:
    """Read every claim of a remittance and keep none; give the seconds."""
    from proofline.claims.back.remitting import remittances  # noqa: PLC0415

    data = path.read_bytes()
    start = time.process_time()
    for _ in remittances(data):
        pass
    return time.process_time() - start


def pyx12(path: Path) -> float:
    """Let pyx12 read and judge a file; give the seconds."""
    import pyx12.params  # noqa: PLC0415
    import pyx12.x12n_document  # noqa: PLC0415

    text = path.read_text("ascii").replace("\n", "")
    start = time.process_time()
    judged = pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(text), None, None)
    assert judged
    return time.process_time() - start


def oxedi(path: Path) -> float:
    """Let oxedi, which is written in Rust, read and judge a remittance; give the seconds."""
    import oxedi as theirs  # noqa: PLC0415

    data = path.read_bytes()
    start = time.process_time()
    assert theirs.parse(data).count_claims()
    return time.process_time() - start


def make_remittance(path: Path, count: int) -> None:
    """Write an 835 with so many claims."""
    sys.path.insert(0, str(TESTS))
    from made_up_back import large_remittance  # noqa: PLC0415

    path.write_bytes(large_remittance(count))


def make_book(folder: Path, count: int) -> None:
    """Make a book with so many claims that were sent, and the remittance that answers them."""
    from proofline.claims.book import Act, Book  # noqa: PLC0415

    sys.path.insert(0, str(TESTS))
    import made_up_payer as payer  # noqa: PLC0415

    book = Book(folder)
    act = Act("Made-up Biller", datetime(2026, 5, 4, tzinfo=UTC), "made up")
    book.draw(_claims(count), act)
    sent = book.current("drawn")
    ids = [one.claim_id for one in sent]
    book.make_ready(ids, act)
    book.submit(ids, act)
    bodies = [
        payer.claim_of(one, {line.code: payer.paid(line) for line in one.lines}) for one in sent
    ]
    cents = sum(one.total - 1000 * len(one.lines) for one in sent)
    (folder / ANSWER).write_bytes(payer.remittance(*bodies, cents=cents))


def opened(folder: Path) -> float:
    """Open a book and do no more; give the seconds."""
    from proofline.claims.book import Book  # noqa: PLC0415

    start = time.process_time()
    assert Book(folder).lines
    return time.process_time() - start


def post(folder: Path) -> float:
    """Post a remittance into a copy of a book; give the seconds without the opening."""
    from proofline.claims.answers.posting import post as posting  # noqa: PLC0415
    from proofline.claims.book import Act, Book  # noqa: PLC0415

    data = (folder / ANSWER).read_bytes()
    with tempfile.TemporaryDirectory() as copied:
        shutil.copy(folder / "book.ndjson", copied)
        book = Book(Path(copied))
        start = time.process_time()
        posted = posting(book, data, Act("Made-up", datetime(2026, 11, 21, tzinfo=UTC)))
        assert len(posted.changes) == len(book.lines)
        return time.process_time() - start


def posted(count: int, data: Path) -> None:
    """Print what posting so many claims takes beside the book itself."""
    folder = data / f"book-{count}"
    make_book(folder, count)
    book, whole = (
        measure(command(who, folder, count), HERE.parents[1]).peak / 1e6 for who in ("open", "post")
    )
    size = (folder / ANSWER).stat().st_size / 1e6
    print(f"post, {count:,} claims ({size:.1f} MB): book {book:,.0f} MB, peak {whole:,.0f} MB")


WHO: dict[str, Callable[[Path], float]] = {
    "read": read,
    "remit": remit,
    "pyx12": pyx12,
    "oxedi": oxedi,
    "open": opened,
    "post": post,
}


def command(who: str, path: Path, count: int) -> list[str]:
    """Give the command that runs somebody in a process of its own."""
    return [sys.executable, str(HERE), "--who", who, "--file", str(path), "--claims", str(count)]


def each(who: str, path: Path, count: int, runs: int) -> float:
    """Give the median of the microseconds of processor that one claim took, without imports."""
    note(f"{who} {count:,}")
    told = [
        subprocess.run(command(who, path, count), check=True, capture_output=True, text=True).stdout
        for _ in range(runs)
    ]
    return 1e6 * statistics.median(json.loads(one) for one in told) / count


def row(what: str, goal: str, ours: float, theirs: float) -> str:
    """Give a row of the table."""
    ratio = theirs / ours
    met = f"{GOALS[goal]:g} " + ("met" if ratio >= GOALS[goal] else "MISSED")
    return f"| {what} | {ours:.1f} | {theirs:.1f} | {ratio:.2f} | {met} |"


def compare(count: int, few: int, runs: int, data: Path) -> None:
    """Measure everybody and print the table."""
    large, small = data / "large.837", data / "small.837"
    paid, paid_few = data / "large.835", data / "small.835"
    written = each("write", large, count, runs)
    each("write", small, few, 1)
    make_remittance(paid, count)
    make_remittance(paid_few, few)
    judged = each("pyx12", small, few, runs)
    remitted = each("remit", paid, count, runs)
    print("| what, µs of processor for a claim | ours | theirs | theirs / ours | goal |")
    print("|---|--:|--:|--:|---|")
    print(row("837P written; pyx12 reads it", "written", written, judged))
    print(
        row("837P read, envelopes checked; pyx12", "read", each("read", large, count, runs), judged)
    )
    print(row("835 read; pyx12", "835", remitted, each("pyx12", paid_few, few, runs)))
    print(row("835 read; oxedi (Rust)", "oxedi", remitted, each("oxedi", paid, count, runs)))
    for who, files in (
        ("write", (small, large)),
        ("read", (small, large)),
        ("remit", (paid_few, paid)),
    ):
        costs = [
            measure(command(who, path, size), HERE.parents[1])
            for path, size in zip(files, (few, count), strict=True)
        ]
        peaks = " to ".join(f"{cost.peak / 1e6:,.0f}" for cost in costs)
        size = files[1].stat().st_size / 1e6
        print(f"{who}, {few:,} to {count:,} claims ({size:.1f} MB): peak {peaks} MB", flush=True)
    for some in (count // 5, count):
        posted(some, data)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=10_000, help="in each file")
    parser.add_argument("--few", type=int, default=500, help="in the files that pyx12 reads")
    parser.add_argument("--runs", type=int, default=3, help="of which the median")
    parser.add_argument("--who", choices=("write", *WHO), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.who == "write":
        print(write(asked.file, asked.claims))
    elif asked.who:
        print(WHO[asked.who](asked.file))
    else:
        with tempfile.TemporaryDirectory() as made:
            compare(asked.claims, asked.few, asked.runs, Path(made))


if __name__ == "__main__":
    main()
