"""What lines are drawn from: the day of the decisions, and a digest of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import msgspec
from msgspec import Struct, field

from proofline.claims.drawing import Decision, identity


class Basis(Struct, frozen=True):
    """What a line was drawn from: the day of the decision, and the SHA-256 of all that it says.

    The digest is empty where no billable decision stands any more.
    """

    as_of: date
    decision: str = ""


class Decided(Struct, frozen=True):
    """The decisions that are drawn: their day, and the digest of each by the id of its line.

    `older` says why they are drawn although later ones were drawn before.
    """

    as_of: date
    digests: Mapping[str, str] = field(default_factory=dict)
    older: str = ""

    def basis(self, line_id: str) -> Basis:
        """Give what a line is drawn from."""
        return Basis(self.as_of, self.digests.get(line_id, ""))


def decided(decisions: Iterable[Decision], as_of: date, older: str = "") -> Decided:
    """Name decisions by their digests: the SHA-256 of each as JSON with its keys in order."""
    return Decided(as_of, {identity(one)[0]: digest_of(one) for one in decisions}, older)


def digest_of(decision: Decision) -> str:
    """Give the SHA-256 of a decision."""
    return sha256(msgspec.json.encode(decision, order="sorted")).hexdigest()
