"""Proofs: against a recursive definition, against other people's vectors, and against mutation."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from proofline.ledger import proof, tree
from proofline.ledger.proof import ConsistencyProof, InclusionProof
from sampling import tried

VECTORS = Path(__file__).parent / "fixtures" / "merkle"
SIZES = 256
FORGED = tried("PROBE_FORGED", 100_000, 1_000_000)
"""How many forged proofs the slow round tries: half a minute of processor for all."""
LEAVES = [tree.leaf_hash(str(n).encode()) for n in range(SIZES)]

# These call a root of 12 bytes a root. We refuse every hash that has not 32 bytes.
SHORT_ROOTS = {
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    (
        "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-"
        "subtree-root-valid-tree-root-random-proof-is-empty.json"
    ),
    (
        "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-"
        "subtree-root-valid-tree-root-random-proof-is-empty.json"
    ),
}


def vectors() -> list[dict[str, Any]]:
    """Read all vectors, with the folder each one lay in as its kind."""
    files = sorted(VECTORS.glob("*.ndjson"))
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    return [row | {"kind": row["file"].split("/")[0]} for row in rows]


def bytes_of(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def verdict(row: dict[str, Any]) -> bool:
    """Ask our verifier about one vector."""
    hashes = tuple(bytes_of(text) for text in row["proof"] or [])
    if row["kind"] == "inclusion":
        given = InclusionProof(row["leafIdx"], row["treeSize"], hashes)
        return proof.inclusion_holds(given, bytes_of(row["leafHash"]), bytes_of(row["root"]))
    if row["kind"] == "subtreeinclusion":
        ends = bytes_of(row["leafHash"]), bytes_of(row["root"])
        leaves = row["start"], row["end"]
        return proof.subtree_inclusion_holds(leaves, row["leafIdx"], hashes, ends)
    roots = bytes_of(row["root1"]), bytes_of(row["root2"])
    if row["kind"] == "consistency":
        return proof.consistency_holds(ConsistencyProof(row["size1"], row["size2"], hashes), *roots)
    return proof.subtree_consistency_holds((row["start"], row["end"]), row["size"], hashes, roots)


def test_the_vectors_of_transparency_dev_are_judged_as_they_say() -> None:
    rows = vectors()
    wrong = {row["file"] for row in rows if verdict(row) == row["wantErr"]}
    assert len(rows) == 518
    assert sum(row["wantErr"] for row in rows) > 350
    assert wrong == SHORT_ROOTS


# The definition, as RFC 9162 (2.1.1, 2.1.3.1, 2.1.4.1) writes it: recursive, on lists of leaves.


def h(data: bytes) -> bytes:
    return sha256(data).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def mth(low: int, high: int) -> bytes:
    if low == high:
        return h(b"")
    if high - low == 1:
        return h(b"\x00" + str(low).encode())
    k = low + split(high - low)
    return h(b"\x01" + mth(low, k) + mth(k, high))


def path(m: int, low: int, high: int) -> list[bytes]:
    if high - low == 1:
        return []
    k = split(high - low)
    if m < k:
        return [*path(m, low, low + k), mth(low + k, high)]
    return [*path(m - k, low + k, high), mth(low, low + k)]


def subproof(m: int, low: int, high: int, *, whole: bool) -> list[bytes]:
    if m == high - low:
        return [] if whole else [mth(low, high)]
    k = split(high - low)
    if m <= k:
        return [*subproof(m, low, low + k, whole=whole), mth(low + k, high)]
    return [*subproof(m - k, low + k, high, whole=False), mth(low, low + k)]


@cache
def stored() -> dict[tree.Node, bytes]:
    """Keep what a ledger of the leaves would store: leaves and complete subtrees."""
    edge = tree.Edge(0)
    nodes = {(0, n): leaf for n, leaf in enumerate(LEAVES)}
    for leaf in LEAVES:
        nodes |= dict(edge.add(leaf))
    return nodes


def hashes_of(ranges: list[tree.Range]) -> tuple[bytes, ...]:
    return tuple(tree.hashes_of(ranges, lambda nodes: {n: stored()[n] for n in nodes}))


def test_the_edge_of_a_growing_tree_gives_the_root_of_every_size() -> None:
    edge = tree.Edge(0)
    for size in range(SIZES + 1):
        assert edge.root() == mth(0, size)
        nodes = tree.complete_nodes((0, size))
        assert tree.Edge(size, [stored()[node] for node in nodes]).root() == mth(0, size)
        if size < SIZES:
            list(edge.add(LEAVES[size]))


@pytest.mark.parametrize(
    "sizes", [range(1, 65), pytest.param(range(65, 257), marks=pytest.mark.slow)]
)
def test_every_inclusion_proof_is_that_of_the_definition_and_holds(sizes: Iterable[int]) -> None:
    for size in sizes:
        for index in range(size):
            hashes = hashes_of(proof.inclusion_ranges(index, size))
            assert list(hashes) == path(index, 0, size)
            given = InclusionProof(index, size, hashes)
            assert proof.inclusion_holds(given, LEAVES[index], mth(0, size))


@pytest.mark.parametrize("sizes", [range(65), pytest.param(range(65, 257), marks=pytest.mark.slow)])
def test_every_consistency_proof_is_that_of_the_definition_and_holds(sizes: Iterable[int]) -> None:
    for second in sizes:
        for first in range(second + 1):
            hashes = hashes_of(proof.consistency_ranges(first, second))
            assert list(hashes) == (subproof(first, 0, second, whole=True) if first else [])
            given = ConsistencyProof(first, second, hashes)
            assert proof.consistency_holds(given, mth(0, first), mth(0, second))


def test_there_is_no_proof_of_what_is_not_there() -> None:
    for index, size in [(0, 0), (-1, 3), (3, 3), (4, 3)]:
        with pytest.raises(ValueError, match="has no entry"):
            proof.inclusion_ranges(index, size)
    for first, second in [(-1, 2), (3, 2)]:
        with pytest.raises(ValueError, match="not the beginning"):
            proof.consistency_ranges(first, second)


def test_a_verifier_never_trips_over_what_it_is_given() -> None:
    odd: list[Any] = [None, -1, True, 1.0, "1", 1 << 63, b"", b"\x00" * 31, "x" * 32, bytearray(32)]
    for value in odd:
        for index, size, hashes, leaf, root in [
            (value, 2, (LEAVES[1],), LEAVES[0], mth(0, 2)),
            (0, value, (LEAVES[1],), LEAVES[0], mth(0, 2)),
            (0, 2, (value,), LEAVES[0], mth(0, 2)),
            (0, 2, (LEAVES[1],), value, mth(0, 2)),
            (0, 2, (LEAVES[1],), LEAVES[0], value),
        ]:
            assert not proof.inclusion_holds(InclusionProof(index, size, hashes), leaf, root)
            both = ConsistencyProof(index, size, hashes)
            assert not proof.consistency_holds(both, leaf, root)


def flipped(data: bytes, die: random.Random) -> bytes:
    bit = die.randrange(len(data) * 8)
    return bytes(b ^ (1 << bit % 8 if n == bit // 8 else 0) for n, b in enumerate(data))


def mutated(hashes: tuple[bytes, ...], die: random.Random) -> tuple[bytes, ...]:
    """Change a list of hashes in one of the ways in which proofs are forged."""
    given, at = list(hashes), die.randrange(len(hashes) + 1)
    ways: list[Callable[[], object]] = [
        lambda: given.insert(at, die.randbytes(32)),
        lambda: given.insert(at, die.choice(LEAVES)),
        lambda: given.insert(at, b""),
    ]
    if given:
        which = min(at, len(given) - 1)
        ways += [
            lambda: given.pop(which),
            lambda: given.__setitem__(which, flipped(given[which], die)),
            lambda: given.__setitem__(which, given[which][:-1]),
            lambda: given.__setitem__(which, given[which] + b"\x00"),
            lambda: given.__setitem__(which, die.choice(LEAVES)),
            given.reverse,
            lambda: given.append(given[which]),
        ]
    die.choice(ways)()
    return tuple(given)


@pytest.mark.slow
@pytest.mark.parametrize("count", [5_000, pytest.param(FORGED, marks=pytest.mark.slow)])
def test_no_mutated_proof_is_accepted(count: int) -> None:
    die, done = random.Random(count), 0  # noqa: S311 - a seed, to see it again
    while done < count:
        second = die.randint(1, SIZES)
        first, index = die.randint(1, second), die.randrange(second)
        included = proof.inclusion_ranges(index, second)
        consistent = proof.consistency_ranges(first, second)
        for ranges, what in [(included, index), (consistent, None)]:
            hashes = hashes_of(ranges)
            forged = mutated(hashes, die)
            assert holds(hashes, (first, second), what)
            assert forged == hashes or not holds(forged, (first, second), what)
            done += forged != hashes


def holds(hashes: tuple[bytes, ...], sizes: tuple[int, int], index: int | None) -> bool:
    """Ask whether hashes prove that an entry, or without index the smaller tree, is in the tree."""
    first, second = sizes
    if index is None:
        given = ConsistencyProof(first, second, hashes)
        return proof.consistency_holds(given, mth(0, first), mth(0, second))
    found = InclusionProof(index, second, hashes)
    return proof.inclusion_holds(found, LEAVES[index], mth(0, second))


@pytest.mark.slow
def test_a_sound_proof_vouches_for_no_other_entry_size_or_root() -> None:
    die = random.Random(1)  # noqa: S311 - a seed, to see it again
    for _ in range(2_000):
        size = die.randint(2, SIZES)
        index, other = die.sample(range(size), 2)
        hashes = hashes_of(proof.inclusion_ranges(index, size))
        wrong = die.choice([n for n in range(1, SIZES + 1) if n != size])
        for at, of, leaf, root in [
            (other, size, LEAVES[index], mth(0, size)),
            (index, size, LEAVES[other], mth(0, size)),
            (index, size, LEAVES[index], mth(0, wrong)),
            (index, size, flipped(LEAVES[index], die), mth(0, size)),
        ]:
            assert not proof.inclusion_holds(InclusionProof(at, of, hashes), leaf, root)


@pytest.mark.parametrize("most", [24, pytest.param(SIZES, marks=pytest.mark.slow)])
def test_another_implementation_finds_the_same_roots_and_believes_our_proofs(most: int) -> None:
    import pymerkle  # noqa: PLC0415 - GPL-3: an oracle here, never shipped

    other = pymerkle.InmemoryTree(algorithm="sha256")
    for n in range(most):
        other.append_entry(str(n).encode())
    for size in range(1, most + 1):
        assert other.get_root(size) == mth(0, size)
        for index in range(0, size, 1 if most < SIZES else 5):
            theirs = other.prove_inclusion(index + 1, size)
            pymerkle.verify_inclusion(LEAVES[index], mth(0, size), theirs)
            given = tuple(bytes(node) for node in theirs.path[1:])
            assert given == hashes_of(proof.inclusion_ranges(index, size))
