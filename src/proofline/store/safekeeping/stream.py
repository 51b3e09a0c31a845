"""Bytes that come in parts, read by lines and by lengths."""

from __future__ import annotations

from collections.abc import Iterator

from proofline.store.trouble import StoreError

_LONGEST = 1 << 20


class Stream:
    """Parts of bytes as one stream. Whatever is missing raises StoreError."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        """Begin before the first part."""
        self._parts, self._held = parts, b""

    def line(self) -> bytes:
        """Give the bytes up to the next newline; it is passed over."""
        while b"\n" not in self._held and len(self._held) < _LONGEST:
            self._more()
        found, _, self._held = self._held.partition(b"\n")
        return found

    def take(self, length: int) -> bytes:
        """Give so many bytes."""
        while len(self._held) < length:
            self._more()
        found, self._held = self._held[:length], self._held[length:]
        return found

    def at_end(self) -> bool:
        """Whether nothing is left."""
        while not self._held:
            part = next(self._parts, None)
            if part is None:
                return True
            self._held = part
        return False

    def rest(self) -> Iterator[bytes]:
        """Give all that is left."""
        yield self._held
        self._held = b""
        yield from self._parts

    def _more(self) -> None:
        part = next(self._parts, None)
        if part is None:
            raise StoreError(
                "store.backup_short",
                "The backup ends before it is complete.",
                "Take another copy of it.",
            )
        self._held += part
