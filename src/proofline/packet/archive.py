"""The packet as one ZIP file: the same files, in the same order, with the same bytes, always.

Files are stored and not compressed, for compressed ones differ from one build of zlib to the next.
`manifest.json` names every file with its SHA-256, `manifest.sha256` seals the manifest, and
`verify.py` is the program by which a stranger checks all of it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from proofline.decide.records.canonical import canonical, digest_of
from proofline.packet.paper.drawing import drawn

if TYPE_CHECKING:
    from proofline.packet.entered import Entered
    from proofline.packet.packet import Packet

MANIFEST = "proofline.manifest/1"
_UNIX, _READABLE = 3, 0o100644 << 16
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the decision stands on, as kept: its record, its sheet of facts, and the evidence."""

    record: bytes
    facts: bytes
    snapshot: bytes


def packet_digest(packet: Packet) -> str:
    """Name a packet by the digest of its data, as it stands on every page."""
    return digest_of(canonical(packet))


def archived(packet: Packet, grounds: Grounds, entered: Entered | None = None) -> bytes:
    """Give the ZIP file of a packet; `entered` is None where no ledger holds it."""
    data = canonical(packet)
    digest = digest_of(data)
    files = {
        "packet.pdf": drawn(packet, digest, entered),
        "packet.json": data,
        "record.json": grounds.record,
        "facts.json": grounds.facts,
        "snapshot.tsv": grounds.snapshot,
    }
    if entered is not None:
        files["ledger.json"] = canonical(entered)
    files["README.txt"] = _brought("readme.txt")
    files["verify.py"] = _brought("verify.py")
    manifest = _manifest(packet.line.line_id, digest, files)
    seal = f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n".encode()
    return _packed({"manifest.json": manifest, "manifest.sha256": seal} | files)


def _manifest(line_id: str, digest: str, files: Mapping[str, bytes]) -> bytes:
    return canonical(
        {
            "schema": MANIFEST,
            "line": line_id,
            "packet": digest,
            "ledger": "ledger.json" if "ledger.json" in files else "not entered in a ledger",
            "files": [
                {"name": name, "bytes": len(data), "sha256": digest_of(data)}
                for name, data in files.items()
            ],
        }
    )


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as file:
        for name, data in files.items():
            about = ZipInfo(name)  # dated 1980-01-01, the first day a ZIP file knows
            about.create_system, about.external_attr = _UNIX, _READABLE
            file.writestr(about, data)
    return out.getvalue()


@cache
def _brought(name: str) -> bytes:
    """Give a file that goes into every packet as it is."""
    return (HERE / name).read_bytes()
