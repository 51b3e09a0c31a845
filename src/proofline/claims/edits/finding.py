"""How the checks speak: one short call for one finding, bound to its claim afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from proofline.claims.edit import Edit, Severity

Found = Iterator[Edit]


def missing(code: str, place: str, what: str, where: str) -> Edit:
    """A value that is not on file: `what` it is and `where` to put it."""
    return Edit(code, place, f"{what} is missing.", f"Put it on file: {where}.")


def wrong(code: str, place: str, reason: str, cure: str) -> Edit:
    """A value that the payer would send back."""
    return Edit(code, place, reason, cure)


def doubtful(code: str, place: str, reason: str, cure: str) -> Edit:
    """Something a person should look at; it does not keep the claim from being sent."""
    severity: Severity = "warn"
    return Edit(code, place, reason, cure, severity)
