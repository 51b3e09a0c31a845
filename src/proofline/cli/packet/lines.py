"""Which lines packets are made of: one that is named, or every billable one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proofline.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from proofline.decide import Clock
    from proofline.packet.gathering import Gathered
    from proofline.packet.making import Beside


def line_of(
    named: tuple[str, str, str], evidence: Path, as_of: date, clock: Clock, *, book: Path | None
) -> Gathered:
    """Gather the one line of an enrollment, a period and a code, whatever its outcome.

    Raises WrongUse where there is no such enrollment, period or code.
    """
    from proofline.decide import Asked, opened  # noqa: PLC0415
    from proofline.explain import choosing, explanation  # noqa: PLC0415
    from proofline.packet.gathering import gathered  # noqa: PLC0415

    enrollment, asked_period, code = named
    with opened(evidence, Asked(as_of, clock, enrollment_id=enrollment)) as (run, read):
        rows = run.engine.rows("SELECT enrollment_id FROM charts")
        if enrollment not in {row["enrollment_id"] for row in rows}:
            raise _no_enrollment(enrollment, on_file=any(read.counts["enrollments"]))

        def wanted(decision: dict[str, Any]) -> bool:
            """Tell whether a decision is the one asked for."""
            period = explanation.period_of(decision)
            return decision["code"] == code and choosing.means(asked_period, period)

        found = next(gathered(run, [enrollment], wanted, known=_known(book)), None)
    if found is None:
        raise WrongUse(
            "use.packet_none",
            f"There is no line {code} of {enrollment} in a period {asked_period}.",
            f"See what there is: proofline explain {enrollment}.",
        )
    return found


def lines_of(evidence: Path, as_of: date, clock: Clock, *, book: Path | None) -> Iterator[Gathered]:
    """Gather every billable line, some enrollments at a time."""
    from proofline.decide import Asked, opened  # noqa: PLC0415
    from proofline.packet.gathering import gathered  # noqa: PLC0415

    with opened(evidence, Asked(as_of, clock)) as (run, _):
        rows = run.engine.rows("SELECT enrollment_id FROM charts ORDER BY enrollment_id")
        ids = [row["enrollment_id"] for row in rows]
        yield from gathered(run, ids, _billable, known=_known(book))


def _billable(decision: dict[str, Any]) -> bool:
    return bool(decision["outcome"] == "billable")


def _known(book: Path | None) -> Callable[[dict[str, Any]], Beside]:
    if book is None:
        from proofline.packet.gathering import nothing_beside  # noqa: PLC0415

        return nothing_beside
    from proofline.cli.claims.keeping import book_at  # noqa: PLC0415
    from proofline.packet.billing import known_in  # noqa: PLC0415

    book_at(book)
    return known_in(book)


def _no_enrollment(enrollment: str, *, on_file: bool) -> WrongUse:
    if on_file:
        return WrongUse(
            "use.no_period",
            f"{enrollment} has no period that is decided as of that day.",
            "See what it lacks: proofline explain.",
        )
    return WrongUse(
        "use.no_enrollment",
        f"There is no enrollment {enrollment} in the evidence.",
        "Check the id in the table enrollments, and --evidence.",
    )
