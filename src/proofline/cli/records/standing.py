"""Whether a sign-off still is of this evidence; if not, which rows differ from what was signed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proofline.decide import Asked
    from proofline.decide.run import Run
    from proofline.decide.snapshots import Signed, Snapshot
    from proofline.explain.explanation import Period


def sign_offs_told(run: Run, period: Period, evidence: Path, folder: Path | None) -> Iterator[str]:
    """Say of each sign-off of a period, in a run of one enrollment, how it stands.

    What was signed is looked for in the folder of snapshots first, then in what the evidence knew
    on the day of the signature.
    """
    from proofline.decide.snapshots import find, of_period, signed  # noqa: PLC0415

    enrollment = str(run.asked.enrollment_id)
    taken = of_period(run.engine, enrollment, period.kind, period.start)
    assert taken is not None
    for one in list(signed(run.engine, enrollment, period.kind, period.start)):
        before = None
        if one.digest is not None and one.digest != taken.digest:
            before = find(one.digest, folder) if folder is not None else None
            before = before or before_it(one, period, run.asked, evidence)
        yield from standing(one, taken, before)


def before_it(one: Signed, period: Period, asked: Asked, evidence: Path) -> Snapshot | None:
    """Take the snapshot that was signed anew, from what was known that day, if that still goes."""
    from proofline.decide import opened  # noqa: PLC0415
    from proofline.decide.snapshots import of_period  # noqa: PLC0415

    with opened(evidence, replace(asked, as_of=one.day)) as (run, _):
        anew = of_period(run.engine, str(asked.enrollment_id), period.kind, period.start)
    return anew if anew is not None and anew.digest == one.digest else None


def standing(one: Signed, taken: Snapshot, before: Snapshot | None) -> Iterator[str]:
    """Say whether a sign-off still is about this evidence, and if not, which rows differ."""
    from proofline.decide.snapshots import changes, in_words  # noqa: PLC0415

    name = f"sign-off {one.sign_off_id} of {one.day}"
    if one.digest is None:
        yield f"{name} names no digest: it pins nothing"
    elif one.digest == taken.digest:
        yield f"{name} is of exactly this evidence"
    elif before is None:
        yield f"{name} is stale: it names {one.digest}, which is not on file and not the evidence"
        yield "  as it was known that day; what was signed cannot be shown"
    else:
        found = changes(before, taken)
        rows = "1 row differs" if len(found) == 1 else f"{len(found):,} rows differ"
        yield f"{name} is stale: {rows} from what was signed"
        yield from (f"  {in_words(change)}" for change in found)
