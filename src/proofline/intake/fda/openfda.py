"""openFDA's bulk files: 510(k) decisions and device classification, as JSON or zipped JSON.

Fields are those of FDA's own `clearance_mapping.json`, `deviceclearance_schema.json` and
`classification_mapping.json` (repository FDA/openfda) and of the field reference of open.fda.gov;
days come as 2020-05-04 or 20200504. A file is one document `{"meta", "results"}`; which kind it is
shows in the fields of its results.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake.fda.register import Clearance, ProductClass
from proofline.intake.measurements.fields import text
from proofline.intake.payloads.payload import UNREADABLE
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from proofline.intake.fda.register import Register

EXEMPT_FROM_510K = "4"
"""`submission_type_id`: 1 is 510(k), 2 PMA, 3 contact ODE, 4 510(k) exempt."""


class Result(Struct):
    """One result of either file; only what is needed is read."""

    k_number: str | None = None
    decision_code: str | None = None
    decision_date: str | None = None
    product_code: str | None = None
    device_name: str | None = None
    device_class: str | None = None
    regulation_number: str | None = None
    submission_type_id: str | int | None = None


class File(Struct):
    """A bulk file."""

    results: list[Result]


_DECODER = msgspec.json.Decoder(File)


def read_openfda(name: str, data: bytes, register: Register) -> None:
    """Add what one file says to the register.

    Errors: IntakeError if it is not one of openFDA's files.
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
