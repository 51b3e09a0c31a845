"""Days that pass: what the calendar alone turns in a decision, and what only counts down.

next_day   the first day on which what is decided can be another, though nothing was added
left       what an open line still lacks, told as of any day before that one
"""

from __future__ import annotations

from proofline.decide.days.left import as_of
from proofline.decide.days.next_day import next_days

__all__ = ["as_of", "next_days"]
