"""What became of what was sent, from any file of TA1, 999, 277CA and 277, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from proofline.claims.back import claim_status, implementation
from proofline.claims.back.claim_status import ClaimStatus, Levels, LevelStatus
from proofline.claims.back.implementation import GroupAnswer, group_answer
from proofline.claims.back.parts import Kind, parts
from proofline.claims.back.ta1 import InterchangeAnswer, interchange_answer

Acknowledgment: TypeAlias = InterchangeAnswer | GroupAnswer | LevelStatus | ClaimStatus

_KINDS = {
    "TA1": Kind("", frozenset(), frozenset()),
    "999": Kind("FA", implementation.GUIDES, frozenset()),
    "277": Kind("HN", claim_status.GUIDES, claim_status.OPENERS),
}


def acknowledgments(data: bytes) -> Iterator[Acknowledgment]:
    """Give every answer of a file; raises `X12Refused` with segment, element and reason.

    When it raises, nothing that was given before may be kept. Memory is that of one answer.
    """
    levels: Levels | None = None
    for part in parts(data, _KINDS):
        head = part.segments[0]
        if part.kind == "TA1":
            yield interchange_answer(part.envelope, head)
        elif part.kind == "999":
            if head.tag == "ST":
                yield group_answer(part)
        elif head.tag == "ST":
            levels = Levels(part)
        elif levels is not None:
            yield from levels.take(part)
