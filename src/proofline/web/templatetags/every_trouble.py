"""All that troubles of intake say, over all tables; without Django, for `docs/words.py` too."""

from __future__ import annotations

from proofline.intake.additions import WORDS as OF_ROWS
from proofline.intake.conformance import ASKED
from proofline.intake.sources.fhir.codes import NOT_READINGS
from proofline.intake.sources.fhir.words import WORDS as OF_FHIR
from proofline.intake.words import WORDS as OF_PAYLOADS

BLANK = "%(word)s"
"""What stands for the one word that is put into a reason."""


def texts() -> frozenset[str]:
    """Give every reason and cure that there is, with `BLANK` where a word is put in."""
    tables = (OF_PAYLOADS, OF_FHIR, OF_ROWS)
    rows = [row for table in tables for row in table.values()]
    return frozenset(text.replace("{}", BLANK) for _kind, *told in rows for text in told)


def details() -> frozenset[str]:
    """Give the words that are put into reasons, and what a sample is asked and should say."""
    asked = {text for said, (_column, should) in ASKED.items() for text in (said, should)}
    return frozenset(asked).union(NOT_READINGS.values())
