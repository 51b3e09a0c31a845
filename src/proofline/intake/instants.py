"""Comparing instants as RFC 3339 text with an offset; other text is never later nor the same."""

from __future__ import annotations

from datetime import UTC, datetime


def is_later(one: str, other: str) -> bool:
    """Say whether the first instant is known to be after the second; a blank is not known."""
    first, second = _moment(one), _moment(other)
    return first is not None and second is not None and first > second


def is_same(one: str, other: str) -> bool:
    """Say whether both are instants and the same moment, however written."""
    first = _moment(one)
    return first is not None and first == _moment(other)


def to_the_second(text: str) -> str:
    """Give an instant in UTC to the second, without its offset; blank for what is none."""
    moment = _moment(text)
    try:
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if moment else ""
    except OverflowError:  # before the first year, or after the last
        return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
