"""How pages tell dates, money and words: in the patient's zone, in dollars, in plain letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from proofline.web.templatetags.texts.vocabulary import IN_FULL, WORDS

register = template.Library()


@register.filter
def local(at: datetime | str | None, zone: str = "UTC") -> str:
    """Tell an instant by the clock of a zone, and name the zone: `7 Mar 2026, 07:12 EST`."""
    if not at:
        return "-"
    read = datetime.fromisoformat(at) if isinstance(at, str) else at
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    there = read.astimezone(_zone(zone))
    return f"{date_format(there, 'j M Y, H:i')} {there.tzname() or zone}"


@register.filter
def as_written(at: str) -> str:
    """Tell an instant by the clock that it was written down by: `7 Mar 2026, 07:12 UTC-05:00`.

    What is no instant is told as it stands.
    """
    try:
        read = datetime.fromisoformat(at)
    except ValueError:
        return at
    told = date_format(read, "j M Y, H:i")
    return f"{told} {read.tzname()}" if read.tzinfo else told


@register.filter
def day(on: date | str | None) -> str:
    """Tell a calendar day: `7 Mar 2026`; a dash where none is known."""
    if not on:
        return "-"
    read = date.fromisoformat(on) if isinstance(on, str) else on
    return _day(read.toordinal(), get_language())


@lru_cache(maxsize=4_096)
def _day(ordinal: int, _language: str | None) -> str:
    """Tell a day in the language of the page: a list tells few days, and many times over."""
    return date_format(date.fromordinal(ordinal), "j M Y")


@register.filter
def clock(at: datetime) -> str:
    """Tell the hour and minute of an instant, in UTC."""
    return at.astimezone(UTC).strftime("%H:%M")


@register.filter
def dollars(cents: int | Decimal | None) -> str:
    """Tell whole cents as dollars: `$1,234.56`; `not known` where no amount is."""
    return (
        gettext("not known")
        if cents is None
        else f"{'-' if cents < 0 else ''}${abs(Decimal(cents)) / 100:,.2f}"
    )


@register.filter
def as_typed(cents: int) -> str:
    """Give whole cents as dollars that a form reads: `1234.56`, with no mark for thousands."""
    return f"{Decimal(cents) / 100:.2f}"


@register.filter
def spoken(word: str | None) -> str:
    """Tell a word of the contract as words: `care_plan` is care plan, in the page's language."""
    words = IN_FULL.get(word or "", word or "-").replace("_", " ")
    return gettext(words) if words in WORDS else words


@register.filter
def named(key: object, names: Mapping[object, str]) -> str:
    """Tell a name by its key; the key itself where there is no name, nothing where no key is."""
    return "" if key is None else names.get(key) or str(key)


@register.filter
def duration(length: timedelta) -> str:
    """Tell a length of work as minutes and seconds: `12:30`."""
    seconds = int(length.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def known(value: object) -> str:
    """Tell the value of a fact: yes, no, a number, a day or a word; `not known` where it is not."""
    if value is None:
        return gettext("not known")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    text = str(value)
    try:
        return day(text) if _DAY.fullmatch(text) else spoken(text)
    except ValueError:  # no day of any calendar
        return text


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@register.filter
def percent(chance: float | None) -> str:
    """Tell a chance in whole hundredths, never rounded to certainty: `97 %`, `>99 %`, `<1 %`."""
    if chance is None:
        return "-"
    if 0 < chance < 0.01:  # noqa: PLR2004 - a hundredth
        return "<1 %"
    return ">99 %" if 0.99 < chance < 1 else f"{chance:.0%}".replace("%", " %")  # noqa: PLR2004


@register.filter
def tenths(chance: float) -> str:
    """Tell how often in ten times something was done: `7`, and `<1` and `>9` near the ends."""
    if chance < 0.05:  # noqa: PLR2004 - rounds to none of ten
        return "<1"
    return ">9" if chance > 0.95 else f"{max(chance * 10, 1):.0f}"  # noqa: PLR2004 - to all of ten


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
