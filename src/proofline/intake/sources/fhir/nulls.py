"""Members that are `null`: FHIR's JSON has none, and many senders write them for what is absent.

They say nothing, and a sound reading is not refused for them. Only members of objects: in a list a
null stands for something, and FHIR says for what.
"""

from __future__ import annotations

import re

NULL = b"null"
_MEMBER = re.compile(rb'("(?:[^"\\]++|\\.)*+")(\s*+:\s*+null(?=[\s,}]))?', re.DOTALL)
_NOTHING = b'"":0'  # a member that no shape knows, so that commas may stay where they are


def without_nulls(text: bytes) -> bytes:
    """Give a JSON text in which no member is null; nothing else of it is changed."""
    if NULL not in text:
        return text
    return _MEMBER.sub(lambda found: found[1] if found[2] is None else _NOTHING, text)
