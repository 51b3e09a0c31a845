"""The patient's statement: what was monitored, what is billed, and what the patient may owe.

One plain page, in English or Spanish; the words stand in statement.toml.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from proofline.claims.fees.pricing import Asked, dollars, price
from proofline.claims.fees.trouble import FeesError

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.claims.fees.shelf import Shelf
    from proofline.packet.packet import Packet, Row

LANGUAGES = ("en", "es")


class Owed(Struct, frozen=True):
    """What Medicare allows for the line, and the patient's share of it, in cents."""

    allowed: Cents
    share: Cents


class Statement(Struct, frozen=True):
    """A statement ready to be set: its title, and parts of a head and a text each."""

    title: str
    parts: tuple[tuple[str, str], ...]


def owed(packet: Packet, shelf: Shelf) -> Owed | None:
    """Price a billable line of Original Medicare; None where the loaded fees do not know it."""
    decision = packet.decision
    if decision["outcome"] != "billable" or _payer(packet) != "medicare_ffs":
        return None
    asked = Asked(
        code=decision["code"],
        on=date.fromisoformat(decision["service_date"]),
        units=decision["units"],
        locality=_practice(packet).get("locality") or "",
    )
    try:
        found = price(shelf, asked)
    except FeesError:
        return None
    return None if found.coinsurance is None else Owed(found.allowed, found.coinsurance)


def statement(packet: Packet, share: Owed | None, *, language: str = "en") -> Statement:
    """Say in a language (`en`, `es`) what a patient should know of a line.

    Raises KeyError for another language.
    """
    said = _words()[language]
    practice = _practice(packet).get("name") or said["not_known"]
    return Statement(
        said["title"],
        (
            (said["what"], _monitored(packet, said)),
            (said["billed"], _billed(packet, said)),
            (said["owe"], _owed(packet, share, said)),
            ("", f"{said['stop']} {said['ask'].format(practice=practice)}"),
        ),
    )


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _monitored(packet: Packet, said: dict[str, Any]) -> str:
    facts, period = packet.decision["facts"], packet.decision["period"]
    kinds = dict.fromkeys(row["kind"] for row in packet.papers["devices"])
    names = (said["measure"].get(kind, said["measure"]["other"]) for kind in kinds)
    numbers = {
        name: said["not_known"] if facts.get(fact) is None else facts[fact]
        for name, fact in (
            ("days", "transmission_days"),
            ("minutes", "treatment_minutes"),
            ("calls", "live_calls"),
        )
    }
    measures = ", ".join(dict.fromkeys(names)) or said["not_known"]
    text: str = said["monitored"].format(
        first=period["start"], last=period["end"], measures=measures, **numbers
    )
    return text


def _billed(packet: Packet, said: dict[str, Any]) -> str:
    decision = packet.decision
    if decision["outcome"] != "billable":
        text: str = said["nothing"].format(outcome=decision["outcome"].replace("_", " "))
        return text
    count = decision["units"]
    return str(
        said["line"].format(
            payer=said["payer"].get(_payer(packet), said["payer"]["other"]),
            service=said["service"].get(decision["code"], said["service"]["other"]),
            code=decision["code"],
            units=said["unit"] if count == 1 else said["units"].format(count=count),
            day=decision["service_date"],
        )
    )


def _owed(packet: Packet, share: Owed | None, said: dict[str, Any]) -> str:
    if packet.decision["outcome"] != "billable":
        return str(said["none_owed"])
    if share is not None:
        allowed, own = dollars(share.allowed), dollars(share.share)
        return str(said["share"].format(allowed=allowed, share=own))
    return str(said["unknown" if _payer(packet) == "medicare_ffs" else "plan"])


def _payer(packet: Packet) -> str:
    """Give the kind of payer by which the line was decided."""
    return str(packet.decision["facts"].get("payer_kind") or "")


def _practice(packet: Packet) -> Row:
    biller = packet.performer(packet.enrollment["billing_performer_id"])
    wanted = biller.get("practice_id")
    return next((one for one in packet.papers["practices"] if one["practice_id"] == wanted), {})
