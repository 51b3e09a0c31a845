"""What repeats is interpreted once: a dictionary that fills itself and stays small."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

_Sent = TypeVar("_Sent", bound=Hashable)
_Meant = TypeVar("_Meant")
_MIB = 1024 * 1024
_ENTRY = 1_000
_LONGEST = 16 * 1024  # what is longer does not repeat


class Once(dict[_Sent, _Meant]):
    """Give what something sent means, worked out the first time that it is asked for.

    It forgets everything when it holds about `mib` mebibytes: whatever a sender invents, memory
    stays flat. An entry takes roughly `entry` bytes beside what was sent.
    """

    def __init__(
        self, interpret: Callable[[_Sent], _Meant], mib: int = 8, entry: int = _ENTRY
    ) -> None:
        super().__init__()
        self._interpret: Callable[[_Sent], _Meant] = interpret
        self._room = self._left = mib * _MIB
        self._entry = entry

    def __missing__(self, sent: _Sent) -> _Meant:
        meant = self._interpret(sent)
        size = _size(sent)
        if size <= _LONGEST:
            self._left -= size + self._entry
            if self._left < 0:
                self.clear()
                self._left = self._room - size - self._entry
            self[sent] = meant
        return meant


def _size(sent: Hashable) -> int:
    """About so many bytes has the text in what was sent; the rest of it is small."""
    parts = sent if isinstance(sent, tuple) else (sent,)
    return sum(len(part) for part in parts if isinstance(part, str | bytes))
