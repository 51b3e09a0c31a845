"""Whether a group and its transaction sets keep to the guide: the 999 (005010X231A1).

A set that is rejected here was never looked at by the payer: its claims may be sent again under
the same numbers once mended. Positions count as in the set that is answered, its ST being 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from proofline.claims.back.parts import Envelope, Part, lacking, unexpected
from proofline.claims.back.values import needed, one_of, whole
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import refused

GUIDES = frozenset({"005010X231", "005010X231A1"})
Conformity = Literal["accepted", "accepted_with_errors", "partly_accepted", "rejected"]
_SET: dict[str, Conformity] = {
    "A": "accepted",
    "E": "accepted_with_errors",
    **dict.fromkeys("MRWX", "rejected"),
}
_GROUP: dict[str, Conformity] = {**_SET, "P": "partly_accepted"}


class Context(Struct, frozen=True):
    """One CTX: where the trouble lies, or, under a name such as `CLM01`, in which claim.

    `value` is then the number of that claim; `tag`, `position` and `loop` are of the segment meant.
    """

    name: str
    value: str = ""
    tag: str = ""
    position: str = ""
    loop: str = ""


class ElementError(Struct, frozen=True):
    """One IK4: an element and component (from 1), the code of the trouble, and what was sent.

    `sent` may hold anything of the claim, so it must not be shown outside of the record.
    """

    element: int
    component: int
    repetition: int
    reference: str
    code: str
    sent: str = ""
    contexts: tuple[Context, ...] = ()


class SegmentError(Struct, frozen=True):
    """One IK3: the segment, its position in the set and its loop, and the code of the trouble."""

    tag: str
    position: int
    loop: str
    code: str
    contexts: tuple[Context, ...] = ()
    elements: tuple[ElementError, ...] = ()

    @property
    def claim_id(self) -> str:
        """The claim that the sender of the 999 names (CTX*CLM01), or empty."""
        return next((one.value for one in self.contexts if one.name == "CLM01"), "")


class SetAnswer(Struct, frozen=True):
    """One AK2 to IK5: what became of the transaction set `control` (its ST02)."""

    kind: str
    control: str
    guide: str
    conformity: Conformity
    codes: tuple[str, ...]
    errors: tuple[SegmentError, ...] = ()


class GroupAnswer(Struct, frozen=True):
    """One 999: what became of the group `control` (its GS06); AK902 to AK904 as counts.

    Sets that are accepted may be left out of `sets`; `conformity` then speaks for them.
    """

    envelope: Envelope
    kind: str
    control: str
    guide: str
    conformity: Conformity
    included: int
    received: int
    accepted: int
    codes: tuple[str, ...]
    sets: tuple[SetAnswer, ...]
    number: int

    @property
    def contradicts_itself(self) -> bool:
        """Whether the group is called accepted although a set of it is rejected, or the reverse."""
        rejected = any(one.conformity == "rejected" for one in self.sets)
        wholly = self.conformity in {"accepted", "accepted_with_errors"}
        return (wholly and (rejected or self.accepted < self.received)) or (
            self.conformity == "rejected" and self.accepted > 0
        )


def group_answer(part: Part) -> GroupAnswer:
    """Read a 999 from its ST to its AK9; raises `X12Refused`."""
    st, *inner = part.segments
    if not inner or inner[0].tag != "AK1":
        raise lacking(st, "AK1")
    ak1, *answers = inner
    if not answers or answers[-1].tag != "AK9":
        raise lacking(answers[-1] if answers else ak1, "AK9")
    *answers, ak9 = answers
    return GroupAnswer(
        envelope=part.envelope,
        kind=needed(ak1, 1),
        control=needed(ak1, 2),
        guide=ak1[3],
        conformity=_GROUP[one_of(ak9, 1, _GROUP)],
        included=whole(ak9, 2),
        received=whole(ak9, 3),
        accepted=whole(ak9, 4),
        codes=tuple(filter(None, ak9.elements[4:])),
        sets=tuple(_set(one) for one in _sets(answers)),
        number=st.number,
    )


def _sets(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Cut the answers into one list for each AK2, which ends with its IK5."""
    found: list[list[Segment]] = []
    for segment in segments:
        if segment.tag == "AK2":
            found.append([segment])
        elif not found or found[-1][-1].tag == "IK5":
            raise unexpected(segment)
        else:
            found[-1].append(segment)
    for one in found:
        if one[-1].tag != "IK5":
            raise lacking(one[-1], "IK5")
    return found


def _set(segments: Sequence[Segment]) -> SetAnswer:
    """Read one AK2 loop."""
    ak2, ik5 = segments[0], segments[-1]
    return SetAnswer(
        kind=needed(ak2, 1),
        control=needed(ak2, 2),
        guide=ak2[3],
        conformity=_SET[one_of(ik5, 1, _SET)],
        codes=tuple(filter(None, ik5.elements[1:])),
        errors=tuple(_segment_error(one) for one in _headed(segments[1:-1], "IK3", {"CTX", "IK4"})),
    )


def _headed(segments: Sequence[Segment], head: str, more: set[str]) -> list[list[Segment]]:
    """Cut segments into lists that each begin with one tag and go on with some others."""
    found: list[list[Segment]] = []
    for segment in segments:
        if segment.tag == head:
            found.append([segment])
        elif segment.tag in more and found:
            found[-1].append(segment)
        else:
            raise unexpected(segment)
    return found


def _segment_error(segments: Sequence[Segment]) -> SegmentError:
    """Read one IK3 with its CTX, and its IK4 with theirs."""
    first = next((at for at, one in enumerate(segments) if one.tag == "IK4"), len(segments))
    ik3 = segments[0]
    return SegmentError(
        tag=needed(ik3, 1),
        position=whole(ik3, 2),
        loop=ik3[3],
        code=ik3[4],
        contexts=tuple(_context(one) for one in segments[1:first]),
        elements=tuple(_element_error(one) for one in _headed(segments[first:], "IK4", {"CTX"})),
    )


def _element_error(segments: Sequence[Segment]) -> ElementError:
    """Read one IK4; its first element is position, component and repetition."""
    ik4 = segments[0]
    places = [*ik4.components(1), "", "", ""][:3]
    if not all(one == "" or (one.isascii() and one.isdigit()) for one in places) or not places[0]:
        reason = "The position of the element must be a number."
        raise refused("number", ik4.place(1), reason, "Ask the sender for the file anew.")
    element, component, repetition = (int(one[:4] or "0") for one in places)
    contexts = tuple(_context(one) for one in segments[1:])
    return ElementError(element, component, repetition, ik4[2], needed(ik4, 3), ik4[4], contexts)


def _context(ctx: Segment) -> Context:
    """Read one CTX: its first element names it, and may hold a value."""
    name, *value = ctx.components(1) or ("",)
    needed(ctx, 1)
    return Context(name, ":".join(value), ctx[2], ctx[3], ctx[4])
