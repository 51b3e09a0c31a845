"""What the practice earned, whom it cares for, who worked and who paid, as numbers."""

from __future__ import annotations

import msgspec

from proofline.api.route import Asked, route
from proofline.desk.showing.practice import census, hours, money, payers
from proofline.desk.showing.practice.census import CensusMonth
from proofline.desk.showing.practice.payers import PayerShare


class MonthOfMoney(msgspec.Struct, frozen=True):
    """Lines of a month of service and what they come to in cents, by what became of them.

    `unpriced` are those of which no amount is known; `cents` is null where that is all of several.
    """

    month: str
    what: str
    lines: int
    cents: int | None
    unpriced: int


class MonthOfWork(msgspec.Struct, frozen=True):
    """What somebody logged in a month; `unknown` are entries whose length is not known."""

    performer_id: str
    name: str
    month: str
    minutes: int
    patients: int
    unknown: int


@route("GET figures/money", "read:figures", "figures.see", of=MonthOfMoney, gives="list")
def list_money(asked: Asked) -> object:
    """Earned, billed, paid, at risk and leaking, by month of service."""
    return [
        MonthOfMoney(month.month, what, one.lines, one.amount, one.unpriced)
        for month in money.money(asked.book, asked.at).months
        for what, one in zip(money.WHAT, month.sums, strict=True)
    ]


@route("GET figures/census", "read:figures", "figures.see", of=CensusMonth, gives="list")
def list_census(asked: Asked) -> object:
    """Who began, ended and was enrolled, by month."""
    return census.census(asked.book, asked.at).months


@route("GET figures/staff", "read:figures", "figures.see", of=MonthOfWork, gives="list")
def list_staff(asked: Asked) -> object:
    """Who logged how much, by month."""
    return [
        MonthOfWork(
            *(one.performer_id, one.name, load.month),
            *(load.minutes, load.patients, load.unknown),
        )
        for one in hours.staff(asked.book, asked.at).people
        for load in one.loads
    ]


@route("GET figures/payers", "read:figures", "figures.see", of=PayerShare, gives="list")
def list_payers(asked: Asked) -> object:
    """What was billed to each payer, what it paid and refused, and how soon."""
    return payers.payers(asked.book, asked.at).payers


FIGURES = (list_money, list_census, list_staff, list_payers)
