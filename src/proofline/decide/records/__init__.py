"""Decisions kept, each with all its facts and the law it was made under, and replayed.

setting    when, by what clock, law, engine and time zones it was decided
sheet      all facts of a patient in a program: what the bounds read, and nothing else
record     a decision wrapped with its setting and its sheet; made from a finished run
law        the pages of the law by their digests, and put back as a shelf
texts      the engine's own text by its digests
keeping    records into a file, and out of it with every check
restoring  a kept sheet back into an engine, where the same bounds run again
replaying  kept decisions against what comes out now, byte for byte
turning    why a decision would be another today, in words
"""

from __future__ import annotations

from proofline.decide.records.record import Record, recorded
from proofline.decide.records.setting import Setting
from proofline.decide.records.sheet import Sheet

__all__ = ["Record", "Setting", "Sheet", "recorded"]
