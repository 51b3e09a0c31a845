"""The Merkle tree of RFC 9162 (section 2.1): its hashes, and which stored nodes make up a range.

Only complete subtrees are ever stored, as (level, index) -> hash. Level 0 are the leaves; the node
(level, index) stands over the leaves from `index << level` up to, not including, `index + 1 <<
level`. Whatever ends at the right edge of the tree is folded from such nodes when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TypeAlias

HASH_BYTES = 32
LARGEST = 1 << 62
"""No tree is larger, so that sizes and indexes fit the whole numbers of both databases."""

EMPTY_ROOT = sha256().digest()
"""Root of a tree without leaves: the hash of nothing."""

Node: TypeAlias = tuple[int, int]
"""Level and index of a complete subtree."""

Range: TypeAlias = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash the bytes of an entry; the prefix 0x00 keeps a leaf from being taken for a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children; the prefix 0x01 keeps a node from being taken for a leaf."""
    return sha256(b"\x01" + left + right).digest()


def complete_nodes(leaves: Range) -> list[Node]:
    """Give the complete subtrees that make up a range, from left to right: larger ones first.

    The range must begin where a subtree of its size may begin, as all ranges of proofs do.
    """
    low, high = leaves
    nodes = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append((level, low >> level))
        low += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """Join the hashes of neighbouring complete subtrees, larger ones first, to one hash."""
    joined = hashes[-1] if hashes else EMPTY_ROOT
    for left in reversed(hashes[:-1]):
        joined = node_hash(left, joined)
    return joined


def hashes_of(
    ranges: Sequence[Range], fetch: Callable[[list[Node]], dict[Node, bytes]]
) -> list[bytes]:
    """Give the hash of each range; all stored nodes they need are fetched in one go."""
    nodes = [complete_nodes(leaves) for leaves in ranges]
    found = fetch([node for row in nodes for node in row])
    return [fold([found[node] for node in row]) for row in nodes]


class Edge:
    """The right edge of a growing tree: the complete subtrees that have no right sibling yet."""

    def __init__(self, size: int, hashes: Iterable[bytes] = ()) -> None:
        """Take up a tree of `size` leaves, given the hashes of `complete_nodes((0, size))`."""
        self.size = size
        self._hashes = list(hashes)

    def add(self, leaf: bytes) -> Iterator[tuple[Node, bytes]]:
        """Add the hash of a leaf; give the interior nodes that it completes, lowest first."""
        index, level, joined = self.size, 0, leaf
        while index & 1:
            joined = node_hash(self._hashes.pop(), joined)
            index, level = index >> 1, level + 1
            yield (level, index), joined
        self._hashes.append(joined)
        self.size += 1

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        return fold(self._hashes)
