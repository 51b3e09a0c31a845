"""What somebody could do about an open period, or should not lean on, and what that is worth.

The gain of an act is what it adds to the chance of each rung, times what is at stake there. A
reading makes one of the days left certain, a paper what it keeps back, a call or minutes the whole
of the next rung, for without them it does not come. A warning is worth what would be taken wrongly,
below zero. Both are sorted by the size of the money alone, and by the day on which it is too late
where no fee is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from proofline.insight.outlook import Act, Kind, Suggestion
from proofline.insight.standing import of

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.insight.counts import Asks
    from proofline.insight.outlook import Rung
    from proofline.insight.standing import Ahead

Pair = tuple["Asks", "Rung"]

PAPERS: dict[str, Act] = {
    "consent_on_file": "consent",
    "order_on_file": "order",
    "ordered_before_period": "order",
    "medical_devices": "pair",
}
"""Which act cures what stands against a line, by its fact; anything else is to be settled."""
NOTHING = Suggestion("more", "none", (), None, None, "Nothing to do now.")
BESIDE = Suggestion("more", "none", (), None, None, "The cycle carries the line; see there.")
_FORWARD = date.max


@dataclass(frozen=True, slots=True)
class Doubts:
    """What else is doubted: days by UTC date, minutes typed in `late_days` after the work."""

    utc_days: int | None = None
    late_minutes: int = 0
    late_days: int = 0


def suggestions(pairs: Sequence[Pair], ahead: Ahead, doubts: Doubts) -> tuple[Suggestion, ...]:
    """Give all suggestions and warnings of a period, what weighs most first.

    Nobody is chased for a rung that brings no more than the one below it.
    """
    own = [pair for pair in pairs if pair[1].earns]
    free = [pair for pair in own if not pair[1].blocked_by and pair[1].stake_cents != 0]
    found = [
        *_papers(own),
        *_reading(free, ahead),
        *_work([pair for pair in free if not pair[0].main.by_day], ahead),
        *_fragile(own, ahead),
        *_by_policy(own, doubts),
        *_typed_late(own, doubts),
    ]
    return tuple(sorted(found, key=_weight))


def _weight(one: Suggestion) -> tuple[int, date, str, tuple[str, ...]]:
    return -abs(one.gain_cents or 0), one.last_day or _FORWARD, one.act, one.codes


def _gain(parts: Iterable[tuple[Cents | None, float | None]]) -> Cents | None:
    """Add up stakes times what their chances rise by; unknown where one of them is."""
    total = 0.0
    for stake, rise in parts:
        if stake is None or rise is None:
            return None
        total += stake * rise
    return round(total)


def _papers(pairs: Sequence[Pair]) -> Iterator[Suggestion]:
    """Yield what each missing paper keeps back; what waits for two gains nothing by one alone.

    A gate that is refused and no paper, such as a set-up billed before, has no cure here.
    """
    findings = {one.requirement: one for asks, _ in pairs for one in asks.blocked_by}
    for name, finding in findings.items():
        refused = finding.level == "gate" and finding.status == "unmet"
        if refused and finding.fact not in PAPERS:
            continue
        kept = [rung for _, rung in pairs if name in rung.blocked_by]
        alone = [rung for rung in kept if rung.blocked_by == (name,)]
        act = PAPERS.get(finding.fact, "settle")
        codes = tuple(rung.code for rung in kept)
        gain = _gain((rung.stake_cents, rung.chance) for rung in alone)
        yield Suggestion("more", act, codes, gain, None, f"{finding.text} {finding.cure}")


def _reading(pairs: Sequence[Pair], ahead: Ahead) -> Iterator[Suggestion]:
    """Yield what one more day with a reading is worth."""
    open_ = [
        (asks, rung)
        for asks, rung in pairs
        if asks.main.by_day and rung.verdict in {"on_course", "at_risk"}
    ]
    if not open_:
        return
    rises = [
        None if rung.chance is None else ahead.days.rise(asks.days_missing) for asks, rung in open_
    ]
    asks, nearest = min(open_, key=lambda pair: pair[0].days_missing)
    last = nearest.last_day_reading or ahead.end
    words = (
        f"One more day with a reading; {of(asks.days_missing, 'day')} missing for {nearest.code}."
    )
    yield Suggestion(
        "more",
        "remind",
        tuple(rung.code for _, rung in open_),
        _gain(zip((rung.stake_cents for _, rung in open_), rises, strict=True)),
        last,
        f"{words} The last chance is a reading every day from {last.isoformat()} on.",
    )


def _work(pairs: Sequence[Pair], ahead: Ahead) -> Iterator[Suggestion]:
    """Yield what a call, or the minutes to the next rung, are worth.

    Nobody is asked for the minutes of an add-on: time follows need, not the next unit.
    """
    open_ = [
        (asks, rung)
        for asks, rung in pairs
        if rung.verdict in {"on_course", "at_risk"} and not (asks.days_missing or asks.add_on)
    ]
    if not open_:
        return
    nearest = min(asks.minutes_missing for asks, _ in open_)
    near = [(asks, rung) for asks, rung in open_ if asks.minutes_missing <= nearest]
    codes = tuple(rung.code for _, rung in near)
    gain = _gain((rung.stake_cents, 1.0) for _, rung in near)
    by = f"until {ahead.end.isoformat()}"
    minutes = f"{of(nearest, 'minute')} missing for {codes[-1]}"
    if any(asks.calls_missing for asks, _ in near):
        also = f" {minutes} as well." if nearest else ""
        words = f"No live call yet: speak with the patient or a caregiver {by}.{also}"
        yield Suggestion("more", "call", codes, gain, ahead.end, words)
    else:
        words = f"{minutes} {by}: work that was done and not logged, or is due; nothing is rounded."
        yield Suggestion("more", "log_minutes", codes, gain, ahead.end, words)


def _fragile(pairs: Sequence[Pair], ahead: Ahead) -> Iterator[Suggestion]:
    for asks, rung in pairs:
        if rung.fragile:
            days = ", ".join(day.isoformat() for day in ahead.weak)
            spare = asks.main.needed - (rung.so_far - rung.weak_days)
            words = (
                f"Do not lean on {rung.code}: {of(rung.weak_days, 'day')} ({days}) with but one"
                f" reading, and that one doubtful. {of(spare, 'further day')} would make it safe."
            )
            yield _less("remind" if ahead.left else "settle", rung, words, ahead.end)


def _by_policy(pairs: Sequence[Pair], doubts: Doubts) -> Iterator[Suggestion]:
    utc = doubts.utc_days
    for asks, rung in pairs:
        if asks.main.fact != "transmission_days" or utc is None:
            continue
        if rung.so_far >= rung.needed > utc:
            words = (
                f"{rung.code} rests on the policy local_day: {rung.so_far} days on the patient's"
                f" clock, {utc} by UTC date."
            )
            yield _less("settle", rung, words, None)


def _typed_late(pairs: Sequence[Pair], doubts: Doubts) -> Iterator[Suggestion]:
    late = doubts.late_minutes
    for asks, rung in pairs:
        short = rung.so_far - late < rung.needed <= rung.so_far
        if not asks.main.by_day and late and short:
            words = (
                f"{rung.code} rests on {of(late, 'minute')} typed in more than"
                f" {of(doubts.late_days, 'day')} after the work: ask who remembers it, and how."
            )
            yield _less("settle", rung, words, None)


def _less(act: Act, rung: Rung, words: str, last: date | None) -> Suggestion:
    kind: Kind = "less"
    lost = None if rung.stake_cents is None else -rung.stake_cents
    return Suggestion(kind, act, (rung.code,), lost, last, words)
