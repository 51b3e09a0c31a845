"""`proofline remits match`, `settle`, `detach` and `acks post`: answers go to what they answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.claims.incoming import dollars, whole_bytes
from proofline.cli.claims.keeping import book_at, book_option, by_option, why_option
from proofline.cli.trouble import tell
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.claims.answers.acknowledged import Acknowledged
    from proofline.claims.answers.posting import Posted

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=FILES)
@book_option
@by_option
@click.pass_context
def match(ctx: click.Context, files: tuple[Path, ...], folder: Path, by: str) -> None:
    """Post remittances into the book: each answer to the line that it speaks of, once.

    Every file is kept as it is beside the book. What finds no line, or would count money twice,
    waits and is listed with the key by which `remits settle` settles it; without FILES, what waits
    is tried anew. Status 1 if a file was refused (the others are posted).
    """
    from proofline.claims.answers.kept import CAME, keep, kept  # noqa: PLC0415
    from proofline.claims.answers.posting import post  # noqa: PLC0415
    from proofline.claims.back.remittance import Payment  # noqa: PLC0415
    from proofline.claims.back.remitting import remittances  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    book, refused = book_at(folder), False
    for path in files or by_payment(kept(folder, CAME, "835")):
        act = Act(by, datetime.now(UTC), f"remittance {path.name}")
        try:
            data = whole_bytes(path)
            whole = [one.envelope.test for one in remittances(data) if isinstance(one, Payment)]
            if not any(whole):  # neither tests nor what is no remittance are kept among them
                keep(folder, CAME, data, "835")
            posted = post(book, data, act)
        except ProoflineError as trouble:
            click.echo(f"{path.name}: refused", err=True)
            tell(trouble)
            refused = True
            continue
        for line in _told(path, posted):
            click.echo(line)
    if refused:
        ctx.exit(1)


def by_payment(paths: list[Path]) -> list[Path]:
    """Give kept remittances by their days of payment, so that none comes before its original."""
    from proofline.claims.answers.posting import first_day  # noqa: PLC0415

    return sorted(paths, key=lambda path: first_day(path.read_bytes()))


@click.command()
@click.argument("key")
@book_option
@click.option("--line", "line_id", help="Post it to this line.")
@click.option("--aside", is_flag=True, help="Set it aside for good: it is of no line of ours.")
@why_option
@by_option
def settle(key: str, folder: Path, line_id: str | None, why: str, by: str, *, aside: bool) -> None:
    """Settle an answer that waits, by the KEY that `remits match` shows: to a line, or aside.

    It is posted as stated, whatever kept it waiting; who did it and why is kept in the book.
    """
    from proofline.claims.answers.kept import CAME, kept  # noqa: PLC0415
    from proofline.claims.answers.posting import attach, find  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    if (line_id is None) != aside:
        raise click.UsageError("Give either --line or --aside.")
    book, act = book_at(folder), Act(by, datetime.now(UTC), why)
    files = (path.read_bytes() for path in kept(folder, CAME, "835"))
    data, one = find(book, files, key)
    if line_id is None:
        book.set_aside({key: one.why}, act)
        click.echo(f"{key} is set aside, {dollars(one.paid)}")
        return
    for line in _told(Path(key), attach(book, data, key, (line_id, act))):
        click.echo(line)


@click.command()
@click.argument("key")
@book_option
@why_option
@by_option
def detach(key: str, folder: Path, why: str, by: str) -> None:
    """Take the answer of a KEY off the line to which `remits settle` posted it; it waits again.

    The line is then as if it had never been answered so; who attached it, who took it off and why
    is kept in the book. What the payer itself named our line by is not taken off by hand.
    """
    from proofline.claims.book import Act  # noqa: PLC0415
    from proofline.claims.detaching import detach as take_off  # noqa: PLC0415

    book = book_at(folder)
    change = take_off(book, key, Act(by, datetime.now(UTC), why))
    paid, left = (dollars(int(change.detail[name])) for name in ("paid", "total"))
    state = book.lines[change.line_id].state
    click.echo(f"{key} is taken off: {change.line_id}  {state}  {paid} less, in all {left}")


def _told(path: Path, posted: Posted) -> Iterator[str]:
    """Say what came of a file; codes and our own numbers only, nobody's name."""
    from proofline.claims.answers.details import share  # noqa: PLC0415
    from proofline.claims.answers.matching import differences  # noqa: PLC0415

    changes, waiting = posted.changes, posted.waiting
    yield (
        f"{path.name}: {len(changes)} posted, {posted.before} posted before, {len(waiting)} waiting"
    )
    for one in changes:
        told = one.detail
        state = one.to or "state unchanged"
        reversed_ = "  takes back an earlier answer" if "reverses" in told else ""
        money = f"paid {dollars(int(told['paid']))}, in all {dollars(int(told['total']))}"
        yield f"  {one.line_id}  {state}  {money}  by {told['by']}{reversed_}"
        if "unbalanced" in told:
            yield f"    does not add up: {dollars(int(told['unbalanced']))} beyond its adjustments"
        yield from (f"    {text}" for text in differences(told))
        if one.to == "paid" and not int(told["total"]) and share(told) <= 0:
            yield "    nothing paid, and nothing refused: all of it was taken off as agreed"
    for wait in waiting:
        named = " ".join(filter(None, (wait.claim_id, wait.line_id, wait.code)))
        place = f"{wait.key}, segment {wait.segment}, {named}"
        yield f"  waiting: {place}, {dollars(wait.paid)}: {wait.why}"
    if waiting:
        yield "  settle one: proofline remits settle KEY, with --line LINE or --aside, and --why"
    if posted.aside:
        yield f"  {posted.aside} set aside before"
    for kept in posted.kept:
        of_claim = f", of {' '.join(kept.claim_ids)}" if kept.claim_ids else ""
        amount = dollars(-kept.adjustment.amount)
        yield f"  of no line (PLB {kept.adjustment.reason}): {amount}{of_claim}"
    for off in posted.unbalanced:
        named = f"claim {off.claim_id}" if off.rule == "claim" else "the payment"
        yield (
            f"  does not add up: segment {off.number}, {named}: stated {dollars(off.stated)},"
            f" explained {dollars(off.explained)}, difference {dollars(off.difference)}"
        )


@click.command("post")
@click.argument("files", nargs=-1, required=True, type=FILES)
@book_option
@by_option
@click.pass_context
def post_acks(ctx: click.Context, files: tuple[Path, ...], folder: Path, by: str) -> None:
    """Post acknowledgments into the book: claims accepted or rejected, each answer once.

    TA1 and 999 speak of files; which claims those carried is read from what `claims write` kept.
    Status 1 if a file was refused (the others are posted).
    """
    from proofline.claims.answers.acknowledged import acknowledge, sent_claims  # noqa: PLC0415
    from proofline.claims.answers.kept import CAME, WENT, keep, kept  # noqa: PLC0415
    from proofline.claims.back.acknowledgments import acknowledgments  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    book, refused = book_at(folder), False
    sent = sent_claims(path.read_bytes() for path in kept(folder, WENT, "837"))
    for path in files:
        act = Act(by, datetime.now(UTC), f"acknowledgment {path.name}")
        try:
            data = whole_bytes(path)
            whole = [one.envelope.test for one in acknowledgments(data)]
            if not any(whole):  # before it is posted, so that nothing is posted that is not kept
                keep(folder, CAME, data, "ack")
            done = acknowledge(book, data, act, sent)
        except ProoflineError as trouble:
            click.echo(f"{path.name}: refused", err=True)
            tell(trouble)
            refused = True
            continue
        _tell_acknowledged(path, done)
    if refused:
        ctx.exit(1)


def _tell_acknowledged(path: Path, done: Acknowledged) -> None:
    click.echo(f"{path.name}: {len(done.changes)} posted, {done.before} posted before")
    for state in ("accepted", "rejected", None):
        if count := sum(one.to == state for one in done.changes):
            click.echo(f"  {count} lines {state or 'noted'}")
    for name in done.unknown:
        click.echo(f"  not in the book: {name}")
    for name in done.contradicted:
        click.echo(
            f"  claim {name} was answered otherwise before, and stays as it was: ask the payer"
            " whether it has the claim, and hold its lines until then"
        )
