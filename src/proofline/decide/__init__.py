"""What may be billed, and why: the pages' bounds held against the facts, findings before outcomes.

asked      what is asked: the day, the clock, the pages, the families of codes
run        facts in their order, then the bounds; leaves `decided` in the engine
bounds     a page of the law as SQL
findings   what each requirement says
decision   the output contract
engines    DuckDB, SQLite and Spark, which carry it; they decide nothing
"""

from __future__ import annotations

from proofline.decide.asked import Asked, Clock
from proofline.decide.chart import Chart, chart, charts
from proofline.decide.deciding import decide, fitting, opened, write_parquet

__all__ = [
    "Asked",
    "Chart",
    "Clock",
    "chart",
    "charts",
    "decide",
    "fitting",
    "opened",
    "write_parquet",
]
