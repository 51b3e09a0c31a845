"""Closed cycles of the demonstration practice, told again as of the days when they were open.

What was known on each of those days is kept as NDJSON beside the practice and read from there the
next time, for deciding takes longer than forecasting: after a change of the forecast alone only the
forecast is made anew. After a change of the generator or of the law, take an empty folder.

The first line of a file has what came of each line in the end; each of the others is what a day
knew: the closed cycles and work that teach, and the open periods. Nothing later is in it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, json

from proofline.cli.demo import make_practice
from proofline.cli.demo.plan import FIRST_DAY
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions, laid_out
from proofline.decide.outcomes import OPEN
from proofline.decide.run import digest_periods
from proofline.insight.chances import Cycle
from proofline.insight.counts import asks
from proofline.insight.forecast import Taught, grounds, told
from proofline.insight.grounds import Ground
from proofline.insight.prior import Past, learned, past
from proofline.insight.seen import seen
from proofline.insight.standing import met
from proofline.insight.work import Done

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TypeAlias

    from proofline.decide.run import Run
    from proofline.insight import Outlook, Rung

    Found: TypeAlias = tuple[str, "Case | None"]

Line = tuple[str, str, str, str]
"""Enrollment, kind of period, its first day, and code."""


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast of one rung, what the others say, and what came; `line` begins with whose."""

    line: tuple[str, ...]
    said: float
    share: float
    projection: float
    came: bool


class Known(Struct, frozen=True):
    """What was known on a day."""

    as_of: date
    cycles: tuple[Cycle, ...]
    work: tuple[Done, ...]
    grounds: tuple[Ground, ...]


def of_seed(asked: Namespace, seed: int) -> list[Found]:
    """Tell the practice of a seed again; None stands for a chance not told for want of a past."""
    name = f"practice-{seed}-{asked.everyday}"
    kept = asked.into / f"{name}-{asked.clock}-{asked.every}-{asked.end}.ndjson"
    if not kept.exists():
        keep(kept, asked.into / name, asked, seed)
    ended, *days = kept.read_bytes().splitlines()
    truth = dict(json.decode(ended, type=list[tuple[Line, bool]]))
    reader = json.Decoder(Known)
    return [one for day in days for one in of_day(reader.decode(day), truth, name)]


def keep(kept: Path, folder: Path, asked: Namespace, seed: int) -> None:
    """Make the practice of a seed and keep what was known of it every few days."""
    make_practice(folder, seed=seed, end=asked.end, everyday=asked.everyday)
    lines = [list(outcomes(folder, Asked(asked.end, asked.clock)).items())]
    written = [json.encode(lines[0])]
    day = FIRST_DAY + timedelta(days=asked.every)
    while day < asked.end:
        print(f"{folder.name} as of {day}", file=sys.stderr)
        written.append(json.encode(known(folder, Asked(day, asked.clock))))
        day += timedelta(days=asked.every)
    partly = kept.with_suffix(".partly")
    partly.write_bytes(b"\n".join(written))
    partly.rename(kept)


def known(folder: Path, asked: Asked) -> Known:
    """Decide the practice as of a day and give what a forecast rests on."""
    with opened(folder, asked) as (run, _):
        behind = past(seen(run))
        cycles = tuple(one for of_one in behind.cycles.values() for one in of_one)
        rest = grounds(run, still_open(run))
        return Known(asked.as_of, cycles, tuple(behind.work), rest)


def still_open(run: Run) -> Iterator[dict[str, object]]:
    """Yield the open lines alone, without a digest: nothing else is asked by a forecast."""
    digest_periods(run.engine, "WHERE chart_no < 0")
    lines = f"SELECT line_no FROM decided WHERE outcome = {OPEN}"
    run.engine.keep("facts_told", f"SELECT * FROM facts WHERE line_no IN ({lines})")
    yield from laid_out(run)


def outcomes(folder: Path, asked: Asked) -> dict[Line, bool]:
    """Say of each line of a closed period whether its counts were met in the end."""
    found: dict[Line, bool] = {}
    with opened(folder, asked) as (run, _):
        for one in decisions(run):
            period = one["period"]
            counted = asks(one, run.pages[one["pack"]])
            if one["outcome"] != "open" and counted is not None:
                key = one["enrollment_id"], period["kind"], period["start"], one["code"]
                found[key] = met(counted)
    return found


def of_day(known: Known, truth: dict[Line, bool], practice: str) -> Iterator[Found]:
    """Forecast as of a day from what it knew, and yield codes with what came of their periods."""
    taught = Taught.by(learned(Past({"": list(known.cycles)}, work=list(known.work))))
    for ground in known.grounds:
        yield from of_outlook(told(ground, known.as_of, taught), truth, practice)


def of_outlook(outlook: Outlook, truth: dict[Line, bool], practice: str) -> Iterator[Found]:
    """Yield the cases of one outlook: of lines whose end is known and was not known then."""
    elapsed = (outlook.as_of - outlook.period_start).days + 1
    gone = elapsed / (elapsed + outlook.days_left)
    start = outlook.period_start.isoformat()
    for rung in outlook.rungs:
        key = outlook.enrollment_id, outlook.period_kind, start, rung.code
        if not rung.earns or rung.verdict in {"reached", "unreachable"} or key not in truth:
            continue
        if rung.chance is not None:
            yield rung.code, case(rung, (practice, *key), (elapsed, gone), came=truth[key])
        elif rung.few:
            yield rung.code, None


def case(rung: Rung, line: tuple[str, ...], time: tuple[int, float], *, came: bool) -> Case:
    """Put a forecast beside those of the two who divide, by the days gone and their part."""
    elapsed, gone = time
    whole = elapsed if rung.fact == "transmission_days" else rung.needed
    projection = min(rung.so_far / gone / rung.needed, 1.0)
    return Case(line, rung.chance or 0.0, min(rung.so_far / whole, 1.0), projection, came)
