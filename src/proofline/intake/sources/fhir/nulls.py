"""Members that are `null`: FHIR's JSON has none, and many senders write them for what is absent.

They say nothing, and a sound reading is not refused for them. Only members of objects: in a list a
null stands for something, and FHIR says for what.
"""

from __future__ import annotations

import re

NULL = b"null"
_STRING = rb'"(?:[^"\\]++|\\.)*+"'
# Up to the next member that is null, string by string: each byte is looked at once or twice.
_MEMBER = re.compile(
    rb'[^"]*+(?:%(string)s(?!%(null)s)[^"]*+)*+(%(string)s%(null)s)'
    % {b"string": _STRING, b"null": rb"\s*+:\s*+null(?=[\s,}])"},
    re.DOTALL,
)
_NOTHING = b'"":0'  # a member that no shape knows, so that commas may stay where they are


def without_nulls(text: bytes) -> bytes:
    """Give a JSON text in which no member is null; it has the same length.

    It takes time and memory as the text is long, whatever is in it.
    """
    found = _MEMBER.match(text) if NULL in text else None
    if found is None:
        return text
    left = bytearray(text)
    while found is not None:
        start, end = found.span(1)
        left[start:end] = _NOTHING.ljust(end - start)
        found = _MEMBER.match(text, end)
    return bytes(left)
