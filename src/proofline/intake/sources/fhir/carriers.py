"""Devices that carry what others measured: telephones, apps, portals and hubs, by their names.

The Personal Health Device guide has a code and a profile for its gateways. Other senders describe
the telephone or the app as any Device, often with a serial number: what lies between a person and
an instrument, or between a person and nothing. What a name means is our own policy, on the cautious
side: readings of a device that is taken for a carrier wait until somebody settles them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.sources.fhir.by_hand import text_of, words_of
from proofline.intake.sources.fhir.decoding import Unreadable, read_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Raw

_CARRIER = re.compile(
    r"(?<![a-z])(smart ?phones?|tele ?phones?|phones?|tablets?|i ?(phone|pad|pod)s?|android|ios"
    r"|galaxy (s|a|z|note|tab|fold|flip)[ -]?\d*|pixel \d+|sm-[a-z]\d{3,}[a-z]*"
    r"|(web|mobile|health|patient|smart)?apps?(?![ -]?(connected|enabled|controlled|based))"
    r"|applications?|software|portals?|web ?sites?|browsers?|laptops?|computers?"
    r"|gateways?|hubs?|aggregators?|health ?kit|health connect|google fit|(apple|samsung) health)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(
    r"monitors?|cuffs?|scales?|[a-z]*meters?|sensors?|transmitters?|analy[sz]ers?|watch(es)?",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(with|and|via|for|by|through)\b.*", re.IGNORECASE | re.DOTALL)
"""What a device comes with is not what it is."""


class _Named(Struct, rename="camel"):
    """By what a Device is named; `name` is of R5 and `model` of STU3."""

    type: object = None
    device_name: object = None
    name: object = None
    model_number: object = None
    model: object = None


def is_carrier(body: Raw | bytes) -> bool:
    """Say whether a Device, as sent, is by one of its names none that measures."""
    try:
        sent = read_as(body, _Named)
    except Unreadable:
        return False
    return any(map(_carries, _names(sent)))


def _names(sent: _Named) -> Iterator[str]:
    yield from words_of([sent.type, sent.model_number, sent.model])
    for names in (sent.device_name, sent.name):
        for one in names if isinstance(names, list) else ():
            yield text_of(one, "name") or text_of(one, "value")


def _carries(name: str) -> bool:
    """Say whether the last word for a thing in a name is one for a carrier."""
    is_what = _BESIDE.sub("", name)
    carriers = [match.start() for match in _CARRIER.finditer(is_what)]
    instruments = [match.start() for match in _INSTRUMENT.finditer(is_what)]
    return bool(carriers) and carriers[-1] > max(instruments, default=-1)
