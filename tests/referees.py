"""Other people's X12 readers, asked for a second opinion; nothing of them runs in the product."""

from __future__ import annotations

import io
import json
import logging
from decimal import Decimal
from typing import Any, NamedTuple

import oxedi
import pyarrow as pa
import pyx12.params
import pyx12.x12n_document
from pyx12.x12file import X12Reader


class Opinion(NamedTuple):
    """What pyx12 says: whether it accepts the file, and its objections as segment, code, words."""

    accepts: bool
    objections: list[str]


def pyx12_says(data: bytes) -> Opinion:
    """Ask pyx12, on text without line ends, which it would take for leading spaces.

    No 999 is asked for: it fails to build one for an 835 (whose ST has no third element).
    """
    text = data.decode("utf-8").replace("\r", "").replace("\n", "")
    told = io.StringIO()
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        accepts = pyx12.x12n_document.x12n_document(
            pyx12.params.params(), io.StringIO(text), None, None, fd_json=told
        )
    finally:
        logging.disable(before)
    return Opinion(bool(accepts), list(_objections(json.loads(told.getvalue() or "{}"))))


def _objections(told: Any) -> list[str]:  # noqa: ANN401 - a tree of JSON
    if isinstance(told, list):
        return [each for one in told for each in _objections(one)]
    if not isinstance(told, dict):
        return []
    own = [one["err_str"] for one in told.get("errors", ()) if "err_str" in one]
    return own + [each for value in told.values() for each in _objections(value)]


class Weighed(NamedTuple):
    """What another reader finds in an 835, in cents: claims, BPR02, sums of CLP04 and of PLB."""

    claims: int
    stated: int
    paid: int
    kept: int


def pyx12_sums(data: bytes) -> Weighed:
    """Add up what pyx12's own reader gives; it does not weigh by itself."""
    text = data.decode("utf-8").replace("\r", "").replace("\n", "")
    amounts: dict[str, list[Decimal]] = {"BPR02": [], "CLP04": [], "PLB": []}
    for segment in X12Reader(io.StringIO(text)):
        tag = segment.get_seg_id()
        if tag == "PLB":
            given = [segment.get_value(f"PLB{at:02}") for at in range(4, 15, 2)]
            amounts["PLB"] += [Decimal(one) for one in given if one]
        elif tag in {"BPR", "CLP"}:
            name = "BPR02" if tag == "BPR" else "CLP04"
            amounts[name].append(Decimal(segment.get_value(name)))
    stated, paid, kept = (_cents(sum(found, Decimal())) for found in amounts.values())
    return Weighed(len(amounts["CLP04"]), stated, paid, kept)


def oxedi_sums(data: bytes) -> Weighed:
    """Add up the tables of oxedi."""
    read = oxedi.parse(data)
    paid = pa.table(read.tables["claims"])["payment_amount"].to_pylist()
    kept = pa.table(read.tables["provider_adjustments"])["amount"].to_pylist()
    return Weighed(
        read.count_claims(),
        _cents(read.sum_payments()),
        _cents(sum(paid, Decimal())),
        _cents(sum(kept, Decimal())),
    )


class Objections(NamedTuple):
    """What oxedi says of an 835: the balancing rules that fail, and all else."""

    unbalanced: list[str]
    others: list[str]


def oxedi_says(data: bytes) -> Objections:
    """Ask oxedi whether an 835 balances and keeps to the guide."""
    found = [str(one) for one in oxedi.parse(data).diagnostics]
    balance = [one for one in found if "balancing rule" in one]
    return Objections(balance, [one for one in found if one not in balance])


def _cents(amount: Decimal) -> int:
    assert (amount * 100) % 1 == 0
    return int(amount * 100)
