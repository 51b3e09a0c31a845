"""Proofs that an entry is in a tree, and that a tree is the beginning of a larger one (RFC 9162).

To verify is to compute: from the hashes of the proof both the smaller and the larger root must come
out. Each element is checked, its length too: a hash of another length could hide a prefix of ours.
A verifier never raises because of what it was given; whatever is not a proof does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofline.ledger.tree import EMPTY_ROOT, HASH_BYTES, LARGEST, Range, node_hash


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Shows that the entry at `index` is in the tree of the first `size` entries."""

    index: int
    size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """Shows that the tree of the first `first` entries is the beginning of that of `second`."""

    first: int
    second: int
    hashes: tuple[bytes, ...]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Give the ranges whose hashes make the proof of one entry, as RFC 9162 (2.1.3.1) orders them.

    Raises ValueError where there is no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no entry {index}")
    low, high = 0, size
    ranges = []
    while high - low > 1:
        middle = low + _left_part(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """Give the ranges whose hashes make the proof between two sizes (RFC 9162, 2.1.4.1).

    Every tree begins with the empty one: from size 0 there is nothing to prove. Raises ValueError
    where the first is larger than the second.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} is not the beginning of one of {second}")
    low, high = 0, second
    ranges = []
    while first not in {0, high}:
        middle = low + _left_part(high - low)
        if first <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:
        ranges.append((low, high))
    return ranges[::-1]


def inclusion_holds(proof: InclusionProof, leaf: bytes, root: bytes) -> bool:
    """Tell whether the proof leads from the hash of the leaf to the root of the tree."""
    whole = (0, proof.size)
    return subtree_inclusion_holds(whole, proof.index, proof.hashes, (leaf, root))


def consistency_holds(proof: ConsistencyProof, first_root: bytes, second_root: bytes) -> bool:
    """Tell whether the proof leads to both roots; the empty tree is the beginning of any."""
    roots = (first_root, second_root)
    return subtree_consistency_holds((0, proof.first), proof.second, proof.hashes, roots)


def subtree_inclusion_holds(
    leaves: Range, index: int, hashes: tuple[bytes, ...], ends: tuple[bytes, bytes]
) -> bool:
    """Tell whether a proof leads from a leaf to the root of the subtree over a range of leaves.

    `index` counts from the beginning of the whole tree; `ends` are the hash of the leaf and the
    root of the subtree. A whole tree is the subtree that begins at 0.
    """
    low, high = leaves
    if not (_are_sizes(low, index, high) and _is_subtree(leaves) and low <= index < high):
        return False
    if not _are_hashes(*ends, *hashes):
        return False
    here, last, joined = index - low, high - low - 1, ends[0]
    for sibling in hashes:
        if last == 0:
            return False
        if here & 1 or here == last:
            joined = node_hash(sibling, joined)
            while not here & 1:
                here, last = here >> 1, last >> 1
        else:
            joined = node_hash(joined, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and joined == ends[1]


def subtree_consistency_holds(
    leaves: Range, size: int, hashes: tuple[bytes, ...], roots: tuple[bytes, bytes]
) -> bool:
    """Tell whether a proof leads to the root of a subtree and to the root of the tree of `size`.

    With a range that begins at 0 this is the consistency of two trees. An empty range has the empty
    root and nothing to prove.
    """
    low, high = leaves
    if not (_are_sizes(low, high, size) and high <= size and _are_hashes(*roots, *hashes)):
        return False
    if low == high:
        return roots[0] == EMPTY_ROOT and not hashes and (size > 0 or roots[1] == EMPTY_ROOT)
    if not _is_subtree(leaves):
        return False
    start, here, last = low, high - 1, size - 1
    while start != here and (here == last or here & 1):
        start, here, last = start >> 1, here >> 1, last >> 1
    if start == here:
        return _joins((start, here, last), roots[0], hashes) == roots
    return bool(hashes) and _joins((start, here, last), hashes[0], hashes[1:]) == roots


def _joins(
    place: tuple[int, int, int], begun: bytes, hashes: tuple[bytes, ...]
) -> tuple[bytes, bytes] | None:
    """Join hash after hash to the roots of a subtree and of the tree around it, from `begun` on.

    `place` is where the subtree begins and ends and where the tree ends, on the level of `begun`.
    None where there are too many hashes or too few.
    """
    start, here, last = place
    small = large = begun
    for sibling in hashes:
        if last == 0:
            return None
        if here & 1 or here == last:
            if start < here:
                small = node_hash(sibling, small)
            large = node_hash(sibling, large)
            while not here & 1:
                start, here, last = start >> 1, here >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        start, here, last = start >> 1, here >> 1, last >> 1
    return (small, large) if last == 0 else None


def _left_part(leaves: int) -> int:
    """Give the largest power of two below a number of leaves: how many stand to the left."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _is_subtree(leaves: Range) -> bool:
    """Tell a range that is some subtree: it begins at a multiple of the power of two above it."""
    low, high = leaves
    return low < high and low & ((1 << (high - low - 1).bit_length()) - 1) == 0


def _are_sizes(*numbers: object) -> bool:
    return all(type(n) is int and 0 <= n <= LARGEST for n in numbers)


def _are_hashes(*values: object) -> bool:
    return all(type(value) is bytes and len(value) == HASH_BYTES for value in values)
