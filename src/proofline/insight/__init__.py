"""What is coming: the forecast of open cycles and months, and what somebody can do about it.

    chances > habits > seen > work > prior > counts > stakes > grounds > standing > acts > forecast

It decides nothing. What counts is what the facts counted, what is needed is what the page in force
says, what a line is worth is what the loaded fees say.
"""

from __future__ import annotations

from proofline.insight.forecast import Taught, forecast, grounds, practice_prior, told
from proofline.insight.grounds import Ground
from proofline.insight.outlook import Outlook, Rung, Suggestion, read_outlook
from proofline.insight.prior import Prior
from proofline.insight.stakes import Fees, dated, fees_of

__all__ = [
    "Fees",
    "Ground",
    "Outlook",
    "Prior",
    "Rung",
    "Suggestion",
    "Taught",
    "dated",
    "fees_of",
    "forecast",
    "grounds",
    "practice_prior",
    "read_outlook",
    "told",
]
