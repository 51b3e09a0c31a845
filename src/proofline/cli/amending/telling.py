"""Amendments and overpayments in words and as records; no name and no measured value in either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from proofline.cli.claims.incoming import dollars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from proofline.claims.amending.amendment import Amendment
    from proofline.claims.amending.cases import Case
    from proofline.claims.amending.register import Proposal

    Decorated = TypeVar("Decorated", bound=Callable[..., object])

Record = dict[str, Any]


def form_option(command: Decorated) -> Decorated:
    """Add `--format`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "ndjson", "json"]),
        default="table",
        show_default=True,
        help="Words for the eye, or JSON.",
    )(command)


def listed(form: str, records: Sequence[Record]) -> None:
    """Write records as JSON, where that was asked for."""
    from proofline.cli import formats  # noqa: PLC0415

    if form in {"ndjson", "json"}:
        for line in formats.FORMS[form](records):
            click.echo(line, nl=False)


def amendment_lines(one: Amendment) -> Iterator[str]:
    """Say an amendment: what, which line, what turned, and the rows that it turned on."""
    yield f"{one.amendment_id}  line {one.line_id} ({one.state})"
    yield f"  {one.words}"
    if one.note:
        yield f"  {one.note}"
    before: tuple[str, ...] = ()
    for turn in one.turns:
        yield f"  {turn.words}"
        rows = turn.rows if turn.rows != before else ("the same rows",)
        yield from (f"      {row}" for row in rows if turn.rows)
        before = turn.rows
    if one.kind == "upgrade":
        yield f"  timely filing: {one.last_filing_day or 'not known for this payer'}"


def proposal_record(one: Proposal) -> Record:
    """Give a proposal as JSON holds it; the decisions of its period are left out."""
    from msgspec import structs, to_builtins  # noqa: PLC0415

    bare = structs.replace(one, amendment=structs.replace(one.amendment, today=()))
    record: Record = to_builtins(bare)
    return record | {"words": one.amendment.words}


def case_record(case: Case, day: date) -> Record:
    """Give an overpayment as JSON holds it, with its days and where it stands on a day."""
    from msgspec import to_builtins  # noqa: PLC0415

    rule = case.rule
    record: Record = to_builtins(case)
    last = rule.last_suspended(case.identified_on)
    return record | {
        "status": case.status(day),
        "due": case.due.isoformat(),
        "last_suspended": last.isoformat() if last else None,
        "within_lookback": case.within_lookback,
        "returned": case.returned,
        "rule": rule.effective.isoformat(),
        "policies": {one.name: one.choice for one in case.policies},
        "cites": [rule.identified_cite, rule.return_cite, rule.suspension_cite, rule.lookback_cite],
    }


def case_head(case: Case, day: date) -> str:
    """Say an overpayment in one line."""
    return (
        f"{case.case_id}  {case.status(day)}  line {case.line_id}  {case.kind}"
        f"  paid {dollars(case.paid)}  due {case.due}"
    )


def case_lines(case: Case, day: date) -> Iterator[str]:
    """Say all of an overpayment."""
    rule = case.rule
    yield case_head(case, day)
    yield f"  identified on {case.identified_on}: {rule.identified} ({rule.identified_cite})"
    yield f"  report and return by {case.due}: {rule.return_days} days ({rule.return_cite})"
    last = rule.last_suspended(case.identified_on)
    if last:
        yield (
            f"  may be suspended until {last}: {rule.suspension_days} days ({rule.suspension_cite})"
        )
    look = "within" if case.within_lookback else "older than"
    yield f"  paid on {case.paid_on}, {look} the look-back of {rule.lookback_years} years"
    yield f"  owed: {case.owed_words}, returned {dollars(case.returned)}"
    if case.patient_share:
        yield f"  the patient's share of {dollars(case.patient_share)} is to be settled with them"
    for one in case.suspensions:
        yield f"  suspended {one.start} to {one.until} by {one.who}: {one.why}"
    for back in case.returns:
        yield f"  returned {dollars(back.cents)} on {back.on} by {back.who}: {back.how}"
    for chosen in case.policies:
        yield f"  policy {chosen.name}, {chosen.choice}: {chosen.text}"
    if case.remark:
        yield f"  look at it: {case.remark}"
    if case.closed:
        yield f"  closed: {case.closed}"
    yield f"  other paid lines that share the cause: {len(case.siblings)}"
    for each in case.siblings:
        turned = "turned too" if each.turned else "stands today"
        money = dollars(each.paid)
        yield (
            f"      {each.line_id}  {each.code} on {each.service_date}, {money}:"
            f" {each.cause} ({turned})"
        )
