"""How old the decisions are that lines were drawn from: evidence may have changed since."""

from __future__ import annotations

from datetime import timedelta

from proofline.claims.claim import Claim
from proofline.claims.edits.finding import Found, doubtful
from proofline.claims.edits.setting import Setting

MOST = timedelta(days=14)
"""Decisions older than two weeks are told of. No source found: a default of ours, which warns."""


def decided(claim: Claim, setting: Setting) -> Found:
    """Tell of lines whose decision is weeks old on the day of sending, unless it is a correction.

    A void takes back whatever was decided; of a replacement the person who corrects has decided.
    """
    if claim.frequency != "1":
        return
    for number, line in enumerate(claim.lines, 1):
        on = setting.decided.get(line.line_id)
        if on is not None and setting.as_of - on > MOST:
            days = (setting.as_of - on).days
            yield doubtful(
                "line.decision_old",
                f"line {number}",
                f"It was drawn from a decision of {on}, {days} days ago; evidence that came or"
                " was corrected since is not in it.",
                f"Decide and draft anew: proofline claims draft EVIDENCE --as-of {setting.as_of}.",
            )
