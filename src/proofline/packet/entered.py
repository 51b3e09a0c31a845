"""What a ledger vouches for of a packet: a signed checkpoint, and entries with their proofs."""

from __future__ import annotations

from msgspec import Struct


class Proven(Struct, frozen=True):
    """One entry of the ledger: its bytes, the payload that it commits to, and its proof.

    `about` says what of the packet it vouches for. `nonce` and `hashes` are hexadecimal; `entry`
    and `payload` are the canonical bytes, as text.
    """

    about: str
    index: int
    entry: str
    nonce: str
    payload: str
    hashes: tuple[str, ...]


class Batch(Struct, frozen=True, omit_defaults=True):
    """One entry of a service's ledger, which vouches for all rows that came together.

    `names` say what of the packet it vouches for: in the order of the payload's rows where it goes
    along. `nonce`, `payload` and the `columns` of the table are blank where rows came together that
    are not of this packet; then the entry is proven, and what is in it is not shown. `record` are
    the bytes of a decision as it was kept, by whose digest the payload names it.
    """

    table: str
    names: tuple[str, ...]
    index: int
    entry: str
    hashes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    nonce: str = ""
    payload: str = ""
    record: str = ""


class Entered(Struct, frozen=True, omit_defaults=True):
    """A checkpoint of a ledger as signed, the ledger's key, and the entries proven against it.

    A ledger of a folder has an entry for each row (`proven`), that of the service one for each
    batch.
    """

    origin: str
    size: int
    root: str
    key: str
    checkpoint: str
    proven: tuple[Proven, ...]
    batches: tuple[Batch, ...] = ()
