"""Calendar months as text, `2026-03`, which sorts as time does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

_YEAR = 12


def month_of(at: datetime) -> str:
    """Give the month of an instant, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m}"


def before(month: str, months: int) -> str:
    """Give the month so many months earlier."""
    year, number = divmod(int(month[:4]) * _YEAR + int(month[5:7]) - 1 - months, _YEAR)
    return f"{year:04}-{number + 1:02}"


def last_months(at: datetime, months: int) -> Sequence[str]:
    """Give so many months up to that of an instant, the earliest first."""
    now = month_of(at)
    return [before(now, back) for back in range(months - 1, -1, -1)]
