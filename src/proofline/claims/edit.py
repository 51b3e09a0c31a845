"""What an edit is: one thing that must or should be mended before a claim is sent."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["block", "warn"]
"""`block`: the claim cannot be sent; `warn`: a person should look, and may send."""


class Edit(Struct, frozen=True):
    """One finding on a claim, a line of it, or a decision that could not become a line.

    `code` is short and stable, `place` says where (`billing`, `line 2`), `reason` what is wrong and
    why it would come back, `cure` what to do. No text holds a name or a number of a patient.
    """

    code: str
    place: str
    reason: str
    cure: str
    severity: Severity = "block"
    claim_id: str = ""
    line_id: str = ""
