"""openFDA's files: 510(k) decisions, device classification and UDI records, as JSON or zipped JSON.

Fields are those of FDA's own `clearance_mapping.json`, `deviceclearance_schema.json`,
`classification_mapping.json` and `deviceudi_mapping.json` (repository FDA/openfda) and of the
field reference of open.fda.gov; days come as 2020-05-04 or 20200504. A file is one document
`{"meta", "results"}`; which kind it is shows in the fields of its results.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake.fda.register import (
    Clearance,
    Labeled,
    ProductClass,
    taken_back,
    version_of,
)
from proofline.intake.measurements.fields import UNREADABLE, text
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from proofline.intake.fda.register import Register

EXEMPT_FROM_510K = "4"
"""`submission_type_id`: 1 is 510(k), 2 PMA, 3 contact ODE, 4 510(k) exempt."""


class Identifier(Struct):
    """One DI of a UDI record; `type` is Primary, Package and others."""

    id: str | None = None
    type: str | None = None


class Code(Struct):
    """A product code of a UDI record."""

    code: str | None = None


class Submission(Struct):
    """A premarket submission of a UDI record."""

    submission_number: str | None = None


class Result(Struct):
    """One result of any of these files; only what is needed is read."""

    k_number: str | None = None
    decision_code: str | None = None
    decision_date: str | None = None
    product_code: str | None = None
    device_name: str | None = None
    device_class: str | None = None
    regulation_number: str | None = None
    submission_type_id: str | int | None = None
    identifiers: list[Identifier] | None = None
    product_codes: list[Code] | None = None
    premarket_submissions: list[Submission] | None = None
    is_pm_exempt: str | bool | None = None
    public_device_record_key: str | None = None
    public_version_number: str | int | None = None
    public_version_status: str | None = None
    record_status: str | None = None


class File(Struct):
    """A bulk file."""

    results: list[Result]


_DECODER = msgspec.json.Decoder(File)


def read_openfda(
    name: str, data: bytes, register: Register, wanted: AbstractSet[str] = frozenset()
) -> bool:
    """Add what one file says to the register, of UDI records those of the DIs in `wanted`.

    False if nothing in it is of a kind that is read. Errors: IntakeError if it is not one of
    openFDA's files.
    """
    try:
        results = _DECODER.decode(data).results
    except UNREADABLE as error:
        raise IntakeError(
            "devices.not_openfda",
            f"{name} is not a file of openFDA: it is not JSON with a list of results.",
            "Download device-510k and device-classification from open.fda.gov again.",
        ) from error
    for one in results:
        if one.k_number:
            register.clearances[one.k_number] = _clearance(one, one.k_number)
        elif one.product_code:
            register.classes[one.product_code] = _class(one, one.product_code)
        elif one.identifiers:
            _enter(one, {text(di.id): text(di.type) for di in one.identifiers}, register, wanted)
    return any(one.k_number or one.product_code or one.identifiers for one in results)


def _enter(
    one: Result, types: dict[str, str], register: Register, wanted: AbstractSet[str]
) -> None:
    asked = wanted & types.keys()
    if not asked:
        return
    primary = next((di for di, type_ in types.items() if type_ == "Primary"), min(asked))
    labeled = Labeled(
        primary,
        tuple(filter(None, (text(code.code) for code in one.product_codes or ()))),
        tuple(
            filter(None, (text(sent.submission_number) for sent in one.premarket_submissions or ()))
        ),
        text(one.is_pm_exempt).lower() == "true",
        text(one.public_device_record_key) or primary,
        version_of(text(one.public_version_number)),
        taken_back(text(one.public_version_status), text(one.record_status)),
    )
    for di in sorted(asked):
        register.enter(di, labeled)


def _clearance(one: Result, number: str) -> Clearance:
    return Clearance(
        number,
        text(one.decision_code).upper(),
        _day(text(one.decision_date)),
        text(one.product_code),
        text(one.device_name),
    )


def _class(one: Result, code: str) -> ProductClass:
    return ProductClass(
        code,
        text(one.device_class),
        text(one.regulation_number),
        text(one.submission_type_id) == EXEMPT_FROM_510K,
        text(one.device_name),
    )


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None
