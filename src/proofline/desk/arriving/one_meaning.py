"""JSON that has one meaning: what two parsers may read in two ways is found before that.

A name twice in one object, NUL in a text, and nesting that some parsers give up on. Numbers beyond
all bounds, lone surrogates and NaN are refused by the parser itself. What is no JSON at all is the
reader's to say.
"""

from __future__ import annotations

import re

import msgspec

DEEPEST = 32
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_DECODER = msgspec.json.Decoder()
_Plain = None | bool | int | float | str
_FLAT = msgspec.json.Decoder(dict[str, _Plain] | list[dict[str, _Plain]])
_ENCODE = msgspec.json.Encoder().encode


def ambiguity(body: bytes) -> str:
    """Say why JSON has more than one meaning; blank if it has one, or is none."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["} or _is_plain(text):
        return ""
    try:
        said = [_DECODER.decode(text)]
    except _UNREADABLE:
        try:
            said = _DECODER.decode_lines(text)
        except _UNREADABLE:
            return ""
    bare = _bare(text)
    if _depth(bare) > DEEPEST:
        return f"It is nested deeper than {DEEPEST}."
    if b"\\u0000" in text and _NUL.search(text):
        return "It holds NUL characters."
    # Members of objects are the colons outside of texts; a name twice is one member once read.
    if bare.count(b":") != _members(_ENCODE(said)):
        return "An object names the same member twice."
    return ""


def _is_plain(text: bytes) -> bool:
    """Whether it is one object or a list of them, of texts and numbers, no member named twice.

    A member that is named twice is one once read, and its name is missing when it is written again.
    Where nothing is escaped, names and texts are all that has quotes.
    """
    if b"\\" in text:
        return False
    try:
        said = _FLAT.decode(text)
    except _UNREADABLE:
        return False
    return text.count(b'"') == _ENCODE(said).count(b'"')


def _bare(text: bytes) -> bytes:
    """Leave out the texts of JSON: where nothing is escaped, what stands between quotes."""
    return _STRING.sub(b"", text) if b"\\" in text else b"".join(text.split(b'"')[::2])


def _members(written: bytes) -> int:
    """Count the members of objects in JSON."""
    return _bare(written).count(b":")


def _depth(bare: bytes) -> int:
    deepest = depth = 0
    for mark in bare.translate(None, _NO_BRACKETS):
        depth += 1 if mark in b"{[" else -1
        deepest = max(deepest, depth)
    return deepest
