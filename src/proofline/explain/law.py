"""What a page of the law says of its codes, in words: the period, the units, who asks what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofline.packs.page import Code, Page

PERIODS = {
    "cycle": "per 30-day cycle",
    "month": "per calendar month",
    "clock": "per cycle or per month, as --clock says",
    "setup": "once, in the first cycle that reaches its days",
}


def units_in_words(code: Code) -> str:
    """Say how many units are earned, and beside which code."""
    beside = "" if code.base is None else f", beside {code.base} only"
    if code.units is None:
        return "one" + beside
    return f"{code.units}{beside}"


def askers(page: Page, requirement: str) -> list[str]:
    """Name the codes that ask a requirement; `*` marks those that ask it on the cycle clock."""
    plain = [code.code for code in page.codes.values() if requirement in code.requires]
    second = [f"{c.code}*" for c in page.codes.values() if requirement in c.month_requires]
    return ["all"] if len(plain) == len(page.codes) else plain + second
