"""What a person says, as cells of the evidence contract."""

from __future__ import annotations

from datetime import UTC, date, datetime


def instant(at: datetime | None) -> str | None:
    """Write an aware instant in UTC; None stays unknown."""
    if at is None:
        return None
    if at.utcoffset() is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def day(on: date | None) -> str | None:
    """Write a local day; None stays unknown."""
    return None if on is None else on.isoformat()


def yes(said: bool | None) -> str | None:  # noqa: FBT001 - it is the cell itself
    """Write yes or no; None stays unknown."""
    return None if said is None else str(said).lower()
