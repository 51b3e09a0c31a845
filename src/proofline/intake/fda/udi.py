"""The Unique Device Identifier as printed or scanned: GS1, HIBCC and ICCBBA.

The formats are those of the FDA's table of UDI formats by issuing agency. The device identifier
(DI) leads to the FDA's files; serial number and lot tell the one instrument.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

Agency = Literal["GS1", "HIBCC", "ICCBBA"]

_GROUP = "\x1d"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9]", re.ASCII)
_BRACKETED = re.compile(r"\((\d{2,4})\)([^(]*)", re.ASCII)
_FIXED = {"01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
_VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "250": 30}
_GTIN = re.compile(r"\d{14}", re.ASCII)
_HIBC_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_HIBC_PRIMARY = re.compile(r"([A-Z][A-Z0-9]{3})([A-Z0-9]{1,18})([0-9])", re.ASCII)
_HIBC_DATED = re.compile(
    r"\$\$(\+?)(?:8\d{2}|9\d{5})?"
    r"(?:2\d{6}|3\d{6}|4\d{8}|5\d{5}|6\d{7}|7|[01]\d{3})([^/]*)",
    re.ASCII,
)
_ISBT = re.compile(r"=/([A-Z0-9]{16})", re.ASCII)
_ISBT_SERIAL = re.compile(r"=,([A-Z0-9]{6})", re.ASCII)
_ISBT_LOT = re.compile(r"&,1([A-Z0-9]{18})", re.ASCII)


class Udi(Struct, frozen=True):
    """What a UDI says: who issued it, the device identifier, and what tells the one instrument."""

    agency: Agency
    di: str
    serial: str = ""
    lot: str = ""


def udi(text: str) -> Udi | None:
    """Read a UDI as printed or scanned, or a bare GTIN; None if it is none.

    A GTIN whose check digit is wrong, and a HIBC whose check character is wrong, is none.
    """
    plain = _SYMBOLOGY.sub("", text.strip(), count=1) if text.startswith("]") else text.strip()
    if plain.startswith("+"):
        return _hibcc(plain)
    if plain.startswith("="):
        return _iccbba(plain)
    if plain.startswith("("):
        return _gs1(dict(_BRACKETED.findall(plain)))
    if _GTIN.fullmatch(plain):
        return _gs1({"01": plain})
    return _gs1(_scanned(plain))


def _gs1(told: dict[str, str]) -> Udi | None:
    gtin = told.get("01", "").strip()
    if not _GTIN.fullmatch(gtin) or not _gtin_holds(gtin):
        return None
    return Udi("GS1", gtin, told.get("21", "").strip(), told.get("10", "").strip())


def _gtin_holds(gtin: str) -> bool:
    """Whether the last digit is the GS1 check digit of the others."""
    weighed = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(gtin[:-1]))
    return (10 - weighed % 10) % 10 == int(gtin[-1])


def _scanned(text: str) -> dict[str, str]:
    """Take a raw scan apart: fields of fixed length, others ended by the group separator."""
    told: dict[str, str] = {}
    rest = text.removeprefix(_GROUP)
    while rest:
        name = next((rest[:size] for size in (2, 3) if rest[:size] in _FIXED | _VARIABLE), "")
        if not name or name in told:
            return {}
        if name in _FIXED:
            end = len(name) + _FIXED[name]
        else:
            found = rest.find(_GROUP)
            end = len(rest) if found < 0 else found
        told[name] = rest[len(name) : end]
        if name in _VARIABLE and not 0 < len(told[name]) <= _VARIABLE[name]:
            return {}
        rest = rest[end:].removeprefix(_GROUP)
    return told


def _hibcc(text: str) -> Udi | None:
    body = text[1:]
    if _hibc_holds(text):
        body = body[:-1]
    primary, _, secondary = body.partition("/")
    match = _HIBC_PRIMARY.fullmatch(primary)
    if not match or (not secondary and not _hibc_holds(text)):
        return None
    serial = lot = ""
    for part in secondary.split("/"):
        if dated := _HIBC_DATED.fullmatch(part):
            serial, lot = (dated[2], lot) if dated[1] else (serial, dated[2])
        elif part.startswith("$+"):
            serial = part[2:]
        elif part.startswith("$") and not part.startswith("$$"):
            lot = part[1:]
        elif part.startswith("S"):
            serial = part[1:]
    return Udi("HIBCC", "".join(match.groups()), serial, lot)


def _hibc_holds(text: str) -> bool:
    """Whether the last character is the modulo-43 check of all before it."""
    if any(mark not in _HIBC_ALPHABET for mark in text):
        return False
    total = sum(map(_HIBC_ALPHABET.index, text[:-1]))
    return _HIBC_ALPHABET[total % 43] == text[-1]


def _iccbba(text: str) -> Udi | None:
    match = _ISBT.search(text)
    if not match:
        return None
    serial, lot = _ISBT_SERIAL.search(text), _ISBT_LOT.search(text)
    return Udi("ICCBBA", match[1], serial[1] if serial else "", lot[1] if lot else "")
