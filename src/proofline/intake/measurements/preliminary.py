"""Results that their sender calls preliminary or partial: one policy for all decoders.

HL7 says of such a result that it may be incomplete, unverified or changed later (FHIR's
`preliminary`, P and S of table 0085). `R`, entered but not verified, is none: gateways of IHE send
what a device measured under it, and nobody has to have looked at a reading for its day to count.
"""

from __future__ import annotations

from proofline.intake.measurements.measurement import Said
from proofline.intake.measurements.policy import Policy

PRELIMINARY = Policy(
    "preliminary",
    "unknown_until_final",
    "A result that its sender calls preliminary or partial comes in with its value, but how it was "
    "entered stays unknown, so that its day is unproven until the final result comes or a person "
    "settles it.",
)
"""No source says whether a day of data may rest on one. It asks for a reading that the device made
and sent (R-DAY-1, R-DAY-3 in docs/rules.md); a sender that may yet change the result has not said
that it did, and an unknown is neither yes nor no (E0)."""


def until_final(entry: Said, status: str) -> Said:
    """Give how such a result was entered: unknown on the word of `status`, unless it was typed."""
    return entry if entry.word == "manual" else Said("unknown", status)
