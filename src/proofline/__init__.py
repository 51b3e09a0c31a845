"""Proofline decides what remote patient monitoring may bill, line by line, and says why.

Read downwards the rooms are the way of a reading to a claim line: `evidence` (what happened),
`intake` (from the outside in), `facts` (what the evidence shows), `packs` (what the law says),
`decide` (pack and facts to findings and decisions), `explain` (the same in words), `cli` (the
terminal door).
"""

from __future__ import annotations

__version__ = "0.1.0"
