"""A practice that billed a made-up patient, was paid, and learns something later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import made_up_payer as payer
import scenarios
from at_the_terminal import typed
from made_up_claims import ACT
from proofline.claims.amending.amendment import Amendment
from proofline.claims.amending.register import Register
from proofline.claims.book import Book
from storybook import as_csv, tell

if TYPE_CHECKING:
    from click.testing import Result

CHARGES = """code,charge
99445,110.00
99453,40.00
99454,120.00
99457,100.00
99458,80.00
99470,60.00
"""
AS_OF = "2026-05-20"


class Practice:
    """A folder with a book; evidence is told in the words of the storybook."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.book = folder, folder / "book"
        self.told = 0
        (folder / "charges.csv").write_text(CHARGES, "utf-8")

    def run(self, *words: str | Path, by: str = "Made-up Officer") -> Result:
        """Give a command; `--book` goes along, and `--by` where something is done."""
        said = [str(one) for one in words]
        who = ["--by", by] if said[1] not in {"list", "show"} else []
        done = typed(*said, "--book", self.book, *who)
        assert not done.exception or isinstance(done.exception, SystemExit), done.exception
        return done

    def evidence(self, words: str) -> Path:
        """Write the evidence of a story into a folder of its own."""
        self.told += 1
        story = tell(words)
        tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
        return scenarios.write(tables, self.folder / f"evidence-{self.told}")

    def bill(self, words: str, *, pay: bool = True, as_of: str = AS_OF) -> Book:
        """Draft what the evidence earns, send all of it, and be paid."""
        self.draft(words, as_of)
        book = Book(self.book)
        sent = book.current("drawn")
        book.make_ready([one.claim_id for one in sent], ACT)
        book.submit([one.claim_id for one in sent], ACT)
        if pay:
            self.be_paid()
        return Book(self.book)

    def draft(self, words: str, as_of: str = AS_OF) -> None:
        charges = self.folder / "charges.csv"
        done = self.run(
            "claims", "draft", self.evidence(words), "--as-of", as_of, "--charges", charges
        )
        assert done.exit_code == 0, done.output

    def be_paid(self, refused: dict[str, payer.Verdict] | None = None, *, day: str = "") -> None:
        """Let the payer answer all that is submitted: in full but for ten dollars, or refused."""
        bodies, cents = [], 0
        for one in Book(self.book).current("submitted"):
            verdicts = {line.code: payer.paid(line) for line in one.lines} | (refused or {})
            verdicts = {code: verdicts[code] for code in {line.code for line in one.lines}}
            bodies.append(payer.claim_of(one, verdicts))
            cents += sum(verdicts[line.code][0] for line in one.lines)
        data = payer.remittance(*bodies, cents=cents, payee=payer.payee_of(one))
        if day:
            data = data.replace(b"20261231", day.encode())
        path = self.folder / f"paid-{self.told}.835"
        path.write_bytes(data)
        done = self.run("remits", "match", path)
        assert "0 waiting" in done.output, done.output

    def find(self, words: str, as_of: str = AS_OF) -> list[dict[str, Any]]:
        """Find amendments; gives the records of the new ones."""
        evidence = self.evidence(words)
        done = self.run("amendments", "find", evidence, "--as-of", as_of, "--format", "ndjson")
        assert done.exit_code == 0, done.output
        return [json.loads(one) for one in done.stdout.splitlines()]

    def register(self) -> Register:
        return Register(self.book)

    def proposed(self) -> list[Amendment]:
        """Give the amendments that wait for somebody."""
        told = self.register().proposals.values()
        return [one.amendment for one in told if one.standing == "proposed"]
