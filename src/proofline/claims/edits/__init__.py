"""Checks before sending: each finding says what is wrong, where, why, and how to mend it.

setting    what claims are held against: the day, the payer's terms, other lines, official tables
parties    billing, rendering and ordering, patient, payers
money      charges, units, days, timely filing, place of service
coding     form of codes, pointers, frequency codes
repeating  once in a period, add-ons and their base, units
official   codes that exist, unit limits (MUE) and code pairs (PTP), from loaded files
decided    how old the decisions are that lines were drawn from
wording    what X12 cannot write
checking   all of them together
"""

from __future__ import annotations

from proofline.claims.edit import Edit
from proofline.claims.edits.checking import blocking, edits
from proofline.claims.edits.setting import Billed, Official, Setting

__all__ = ["Billed", "Edit", "Official", "Setting", "blocking", "edits"]
