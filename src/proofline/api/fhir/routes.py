"""The addresses of FHIR: read by id, search by a few parameters, GET or POST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from proofline.api.fhir import resources
from proofline.api.fhir.audit import audit_event
from proofline.api.fhir.capability import statement
from proofline.api.fhir.ids import fhir_id, is_digest, our_id
from proofline.api.fhir.resources import Json
from proofline.api.fhir.searching import (
    DATE,
    PAGING,
    PATIENT,
    bundle,
    patient_of,
    place_of,
    span_of,
)
from proofline.api.route import Asked, Route
from proofline.claims.out.fhir_claim import fhir_claim
from proofline.desk.billing import drafted
from proofline.desk.requests import lists
from proofline.desk.requests.lists import Place, page
from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.outside.lists import RowKept


@dataclass(frozen=True, slots=True)
class OfRows:
    """A kind of resource that is made from the rows of one table, and by which act it is seen."""

    kind: str
    table: str
    act: str
    dated: str
    made: Callable[[RowKept], Json]

    @property
    def query(self) -> dict[str, str]:
        """What can be searched for."""
        return {
            **(PATIENT if self.table != "devices" else {}),
            **(DATE if self.dated else {}),
            **PAGING,
        }

    def read(self, asked: Asked) -> object:
        """Give one."""
        return self.made(self._row(asked, asked.ids["id"]))

    def search(self, asked: Asked) -> object:
        """Give a page of them."""
        place, span = place_of(asked.query, self.kind), span_of(asked.query)
        whose = patient_of(asked.query)
        found = lists.kept(asked.book, (self.table, self.act), place, asked.at, patient_id=whose)
        rows = [one for one in found.items if not self.dated or span.holds(one.cells[self.dated])]
        return bundle(asked, self.kind, [(one.number, self.made(one)) for one in rows], found.after)

    def _row(self, asked: Asked, theirs: str) -> RowKept:
        if is_digest(theirs):
            key = lists.key_of_digest(asked.book, (self.table, self.act), fhir_id, theirs)
        else:
            key = our_id(theirs)
        return lists.kept_row(asked.book, (self.table, self.act), key or "", asked.at)


ROWS = (
    OfRows("Observation", "readings", "reading.see", "measured_at", resources.observation),
    OfRows("Device", "devices", "device.see", "", resources.device),
    OfRows("Consent", "consents", "patient.see", "given_at", resources.consent),
)
_BY_TABLE = {one.table: one for one in ROWS}


def _provenance(asked: Asked) -> object:
    table, _, number = asked.ids["id"].rpartition("-")
    of = _BY_TABLE.get(table, ROWS[0])
    known = table in _BY_TABLE and _is_number(number)
    row = lists.row_by_number(asked.book, (of.table, of.act), int(number) if known else 0, asked.at)
    return resources.provenance(of.table, EVERY_TABLE[of.table].key[0], row)


def _provenances(asked: Asked) -> object:
    """Who recorded the readings of a patient; `target` of other resources is read by id."""
    of = ROWS[0]
    place, span = place_of(asked.query, "Provenance"), span_of(asked.query)
    found = lists.kept(
        asked.book, (of.table, of.act), place, asked.at, patient_id=patient_of(asked.query)
    )
    made = [
        (one.number, resources.provenance(of.table, "reading_id", one))
        for one in found.items
        if span.holds(one.recorded_at.isoformat())
    ]
    return bundle(asked, "Provenance", made, found.after)


def _look(asked: Asked) -> object:
    name, _, number = asked.ids["id"].rpartition("-")
    known = name == "look" and _is_number(number)
    return audit_event(
        int(number) if known else 0,
        lists.seen_once(asked.book, int(number) if known else 0, asked.at),
    )


def _looks(asked: Asked) -> object:
    place, span = place_of(asked.query, "AuditEvent"), span_of(asked.query)
    found = lists.seen(asked.book, place, asked.at, patient_of(asked.query))
    made = [
        (number, audit_event(number, seen))
        for number, seen in found.items
        if span.holds(seen.at.isoformat())
    ]
    return bundle(asked, "AuditEvent", made, found.after)


def _claim(asked: Asked) -> object:
    claim, drawn = drafted.claim_of(asked.book, our_id(asked.ids["id"]) or "", asked.at)
    return msgspec.Raw(fhir_claim(claim, drawn))


def _claims(asked: Asked) -> object:
    place, span = place_of(asked.query, "Claim"), span_of(asked.query)
    found = [
        (number, claim, drawn)
        for number, (claim, drawn) in enumerate(
            drafted.claims(asked.book, asked.at, patient_of(asked.query)), 1
        )
        if number > place.after and span.holds(drawn.isoformat())
    ]
    shown = page(found, Place(place.after, place.most), lambda one: one[0])
    made: list[tuple[int, Json]] = [
        (number, msgspec.json.decode(fhir_claim(claim, drawn), type=dict[str, object]))
        for number, claim, drawn in shown.items
    ]
    return bundle(asked, "Claim", made, shown.after)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - of 64 bits


def _metadata(asked: Asked) -> object:
    searches = {
        one.path.partition("/")[2]: dict(one.query) for one in FHIR if one.query and not one.form
    }
    return statement(searches, asked.at.date(), asked.base)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: how one is read, how they are searched for, and by which act."""

    kind: str
    act: str
    read: Callable[[Asked], object]
    search: Callable[[Asked], object]
    query: dict[str, str]

    def routes(self) -> tuple[Route, ...]:
        """Give its addresses: one by its id, a search by GET, the same by POST."""
        kind, searches = self.kind, replace(self._route(self.search), query=self.query)
        return (
            replace(
                self._route(self.read),
                path=f"fhir/{kind}/{{id}}",
                name=f"read{kind}",
                says=f"One {kind}.",
            ),
            searches,
            replace(
                searches,
                method="POST",
                path=f"fhir/{kind}/_search",
                name=f"search{kind}ByForm",
                says="The same, with nothing in the address.",
                form=True,
            ),
        )

    def _route(self, do: Callable[[Asked], object]) -> Route:
        kind = self.kind
        says = f"{kind} by a few parameters."
        path, name = f"fhir/{kind}", f"search{kind}"
        return Route("GET", path, name, says, "read:fhir", self.act, do, fhir=True)


_EVERY = {**PATIENT, **DATE, **PAGING}
_KINDS = (
    *(Kind(one.kind, one.act, one.read, one.search, one.query) for one in ROWS),
    Kind("Provenance", "reading.see", _provenance, _provenances, _EVERY),
    Kind("AuditEvent", "look.see", _look, _looks, _EVERY),
    Kind("Claim", "practice.see", _claim, _claims, _EVERY),
)
FHIR: tuple[Route, ...] = (
    *(route for kind in _KINDS for route in kind.routes()),
    Route(
        "GET",
        "fhir/metadata",
        "readCapabilityStatement",
        "What this server can do.",
        "read:fhir",
        "",
        _metadata,
        fhir=True,
    ),
)
