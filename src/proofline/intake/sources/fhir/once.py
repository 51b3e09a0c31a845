"""What repeats is interpreted once: a dictionary that fills itself and stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Sent = TypeVar("_Sent", str, bytes, tuple[bytes, ...])
_Meant = TypeVar("_Meant")
_MIB = 1024 * 1024
_ENTRY = 1_000  # bytes that an entry takes beside what was sent, roughly
_LONGEST = 16 * 1024  # what is longer does not repeat


class Once(dict[_Sent, _Meant]):
    """Give what something sent means, worked out the first time that it is asked for.

    It forgets everything when it holds about `mib` mebibytes: whatever a sender invents, memory
    stays flat.
    """

    def __init__(self, interpret: Callable[[_Sent], _Meant], mib: int = 8) -> None:
        super().__init__()
        self._interpret: Callable[[_Sent], _Meant] = interpret
        self._room = self._left = mib * _MIB

    def __missing__(self, sent: _Sent) -> _Meant:
        meant = self._interpret(sent)
        size = _size(sent)
        if size <= _LONGEST:
            self._left -= size + _ENTRY
            if self._left < 0:
                self.clear()
                self._left = self._room - size - _ENTRY
            self[sent] = meant
        return meant


def _size(sent: str | bytes | tuple[bytes, ...]) -> int:
    return sum(map(len, sent)) if isinstance(sent, tuple) else len(sent)
