"""`proofline acks`: what became of the files that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from proofline.cli.claims.incoming import (
    dollars,
    each_whole,
    files_argument,
    form_option,
    heading,
    strict_option,
)
from proofline.cli.claims.matching import post_acks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from proofline.claims.back.acknowledgments import Acknowledgment
    from proofline.claims.back.claim_status import ClaimStatus, LevelStatus, StatusNote
    from proofline.claims.back.implementation import GroupAnswer, SegmentError, SetAnswer
    from proofline.claims.back.ta1 import InterchangeAnswer

COLORS = {"rejected": "red", "accepted": "green"}


@click.group()
def acks() -> None:
    """Read acknowledgments: TA1, 999 and 277CA."""


acks.add_command(post_acks)


@acks.command()
@files_argument
@form_option
@strict_option
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...], form: str, *, strict: bool) -> None:
    """Read acknowledgments, each file whole or not at all.

    What is rejected was never adjudicated: mend it and send it anew. Status 1 if a file was refused
    (the others are read all the same); 3 under --strict if an answer contradicts itself.
    """
    from proofline.claims.back.acknowledgments import acknowledgments  # noqa: PLC0415

    refused = doubtful = False
    for path, found in each_whole(files, acknowledgments):
        if found is None:
            refused = True
            continue
        if form == "table":
            click.secho(path.name, bold=True)
        for one in found:
            doubtful |= getattr(one, "contradicts_itself", False)
            if form == "ndjson":
                click.echo(_record(path, one))
            else:
                _print(one)
    if refused or (doubtful and strict):
        ctx.exit(1 if refused else 3)


def _record(path: Path, one: Acknowledgment) -> bytes:
    """Write an answer as a JSON object, with what it comes to."""
    from msgspec import json, to_builtins  # noqa: PLC0415

    record = {"file": path.name, "record": type(one).__name__, **to_builtins(one)}
    for name in ("intake", "contradicts_itself"):
        if hasattr(one, name):
            record[name] = getattr(one, name)
    return json.encode(record)


def _print(one: Acknowledgment) -> None:
    """Print an answer: our numbers, the verdict, codes in words; no name and no sent data."""
    from proofline.claims.back.claim_status import ClaimStatus, LevelStatus  # noqa: PLC0415
    from proofline.claims.back.ta1 import InterchangeAnswer  # noqa: PLC0415

    if isinstance(one, InterchangeAnswer):
        lines = _interchange(one)
    elif isinstance(one, LevelStatus):
        lines = _level(one)
    elif isinstance(one, ClaimStatus):
        lines = _claim(one)
    else:
        lines = _group(one)
    for verdict, text in lines:
        click.secho(text, fg=COLORS.get(verdict))


def _interchange(one: InterchangeAnswer) -> Iterator[tuple[str, str]]:
    """Say what became of an interchange."""
    from proofline.claims.back.meanings import told  # noqa: PLC0415

    yield "", f"  TA1 {heading(one.envelope)}"
    note = told("TA105", one.note)
    yield one.taken, f"  interchange {one.control}: {_said(one.taken)} ({note})"


def _group(one: GroupAnswer) -> Iterator[tuple[str, str]]:
    """Say what became of a group and its sets, with each error at its place."""
    yield "", f"  999 {heading(one.envelope)}"
    codes = _codes("AK905", one.codes)
    said = f"{_said(one.conformity)}, {one.accepted} of {one.received} sets accepted{codes}"
    yield one.conformity, f"  group {one.control} ({one.kind}): {said}"
    for each in one.sets:
        yield from _set(each)
    if one.contradicts_itself:
        yield "rejected", "    the counts and verdicts of this 999 contradict each other"


def _set(one: SetAnswer) -> Iterator[tuple[str, str]]:
    """Say what became of one transaction set."""
    codes = _codes("IK502", one.codes)
    yield one.conformity, f"    {one.kind} {one.control}: {_said(one.conformity)}{codes}"
    for error in one.errors:
        yield from _error(error)


def _error(one: SegmentError) -> Iterator[tuple[str, str]]:
    """Say where a segment is wrong, and in which elements; never what was sent."""
    from proofline.claims.back.meanings import told  # noqa: PLC0415

    loop = f" in loop {one.loop}" if one.loop else ""
    claim = f", claim {one.claim_id}" if one.claim_id else ""
    why = told("IK304", one.code)
    yield "", f"      segment {one.position} ({one.tag}){loop}{claim}: {why}".rstrip(" :")
    for each in one.elements:
        part = f"-{each.component}" if each.component else ""
        yield "", f"        element {each.element}{part}: {told('IK403', each.code)}"


def _level(one: LevelStatus) -> Iterator[tuple[str, str]]:
    """Say what became of a batch or of what one provider sent; a source says nothing of it."""
    if one.level == "source":
        yield "", f"  277CA {heading(one.envelope)}"
    if not one.notes:
        return
    counts = ", ".join(f"{count} {name}" for name, count in sorted(one.counts.items()))
    sums = ", ".join(f"{name} {dollars(cents)}" for name, cents in sorted(one.amounts.items()))
    tail = "; ".join(filter(None, (counts, sums)))
    said = f"{_statuses(one.notes)} ({tail})" if tail else _statuses(one.notes)
    yield one.intake, f"  {one.level} {one.trace}: {said}"


def _claim(one: ClaimStatus) -> Iterator[tuple[str, str]]:
    """Say what became of a claim and of those lines that are spoken of."""
    payer = f", the payer's number {one.payer_claim_id}" if one.payer_claim_id else ""
    yield one.intake, f"    claim {one.claim_id}: {one.intake}; {_statuses(one.notes)}{payer}"
    for line in one.lines:
        name = " ".join(filter(None, (line.line_id, line.procedure.code)))
        yield "", f"      line {name}: {_statuses(line.notes)}"
    if one.contradicts_itself:
        text = "      category and action code contradict each other: taken as rejected"
        yield "rejected", text


def _statuses(notes: Iterable[StatusNote]) -> str:
    """Say categories in words, and the status codes beside them."""
    from proofline.claims.back.meanings import told  # noqa: PLC0415

    said = []
    for note in notes:
        for status in note.statuses:
            entity = f" about {status.entity}" if status.entity else ""
            said.append(f"{told('STC01', status.category)} (status {status.code}{entity})")
    return "; ".join(said)


def _codes(element: str, codes: Iterable[str]) -> str:
    """Say codes in words behind a colon, or nothing."""
    from proofline.claims.back.meanings import told  # noqa: PLC0415

    said = "; ".join(told(element, code) for code in codes)
    return f": {said}" if said else ""


def _said(verdict: str) -> str:
    """Write a verdict in words."""
    return verdict.replace("_", " ")
