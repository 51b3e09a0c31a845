"""Which locality is meant: by its number with state or contractor, or by a county.

The counties are printed for people: lists with commas and "and", "all other counties", exceptions,
and the suburbs of Washington under another state. A county that is named once is found; one that is
only among "all others" is not guessed, for a name may be misspelled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofline.claims.fees.trouble import FeesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from proofline.claims.fees.facts import Area, Locality

_WHOLE_STATE = re.compile(r"ALL (COUNTIES|COUNTY EQUIVALENTS)")
_ELSEWHERE = re.compile(r"(.*) IN ([A-Z ]+)")
_PARTS = re.compile(r"[,/]| AND ")


def locality_named(name: str, localities: Sequence[Locality]) -> Locality:
    """Find a locality as "AL 00", "10112 00" or "1011200".

    Errors: FeesError, if there is none or more than one.
    """
    told = re.fullmatch(r"(?:([A-Z]{2})|(\d{5}))[ /-]?(\d\d)", name.strip().upper(), re.ASCII)
    found = [
        one
        for one in localities
        if told and one.number == told[3] and (told[1] or told[2]) in {one.state, one.mac}
    ]
    if len(found) == 1:
        return found[0]
    state = name.strip().upper()[:2]
    near = [f"{one.mac} {one.number} {one.name}" for one in localities if one.state == state]
    why = f"Locality {name} is {'not in the file' if not found else 'more than one'}."
    known = f" In {state} there are: {'; '.join(near)}." if near else ""
    cure = f'Write state or contractor and number, such as "AL 00" or "10112 00".{known}'
    raise FeesError("fees.locality", why, cure)


def area_of(state: str, county: str, areas: Iterable[Area]) -> Area:
    """Find the locality to which a county belongs; the state by its full name.

    Errors: FeesError, if the list does not name the county there just once.
    """
    state, county = _plain(state), _plain(county)
    here = [(area, part) for area in areas for part in _parts(area) if part[0] == state]
    named = [area for area, (_, names, _) in here if county in names]
    whole = [area for area, (_, _, whole) in here if whole]
    if len(named) == 1:
        return named[0]
    if not named and len(here) == len(whole) == 1:
        return whole[0]
    choices = "; ".join(f"{area.mac} {area.number} {area.name}" for area, _ in here)
    why = f"The list does not say once to which locality {county}, {state} belongs."
    cure = f"Say the locality yourself: {choices}." if here else "Write the state in full."
    raise FeesError("fees.county", why, cure)


def _parts(area: Area) -> list[tuple[str, set[str], bool]]:
    """Give (state, counties named, whether all of the state's are meant) of one row."""
    parts = []
    for piece in area.counties.split(";"):
        said, _, _ = piece.partition("EXCEPT")
        elsewhere = _ELSEWHERE.fullmatch(said.strip())
        names, state = (elsewhere[1], elsewhere[2]) if elsewhere else (said, area.state)
        counties = {_plain(name) for name in _PARTS.split(f" {names} ")} - {""}
        whole = _WHOLE_STATE.fullmatch(piece.strip()) is not None
        parts.append((_plain(state), counties, whole))
    return parts


def _plain(name: str) -> str:
    plain = re.sub(r"[^A-Z ]", "", name.upper().replace("SAINT ", "ST "))
    return re.sub(r" (COUNTY|CNTY|PARISH)$", "", " ".join(plain.split())).strip()
