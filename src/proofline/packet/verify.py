"""Check a packet without any of the software that made it: Python 3.9 or later, nothing else.

    python3 verify.py PACKET.zip [--key NAME+ID+KEY]

Reads one file and goes nowhere else. Exit status 0: all checks hold; 1: one does not, or the file
is no packet. Give --key with the ledger's public key as you got it another way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

Told = dict[str, Any]
Point = tuple[int, int, int, int]
UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Altered(Exception):
    """Something is not as it was when the packet was made."""


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(text + "\n")


def must(holds: object, what: str) -> None:
    """Raise Altered unless something holds."""
    if not holds:
        raise Altered(what)


# The ZIP file, byte by byte -------------------------------------------------------------------


def unpacked(data: bytes) -> dict[str, bytes]:
    """Give the files of a packet by name, in order; every byte of the ZIP must be as we lay it."""
    must(len(data) >= 22, "the file is too short to be a ZIP file")
    sign, _, _, here, count, size, start, comment = struct.unpack("<IHHHHIIH", data[-22:])
    must(
        (sign, comment) == (0x06054B50, 0) and here == count, "the end of the ZIP file is not ours"
    )
    files: dict[str, bytes] = {}
    place = start
    for _ in range(count):
        must(place + 46 <= len(data), "the directory of the ZIP file is cut off")
        head = struct.unpack("<IHHHHHHIIIHHHHHII", data[place : place + 46])
        length, offset = head[9], head[16]
        name = data[place + 46 : place + 46 + head[10]].decode("ascii")
        must(name not in files, "a file stands in the ZIP file twice: " + name)
        begin = offset + 30 + head[10]
        files[name] = data[begin : begin + length]
        place += 46 + head[10]
    must(size == place - start, "the directory of the ZIP file has another size")
    must(packed(files) == data, "the ZIP file is not laid out byte for byte as a packet is")
    return files


def packed(files: dict[str, bytes]) -> bytes:
    """Lay files out as a packet does: stored, dated 1980-01-01, readable by all, in their order."""
    parts, directory, offset = [], [], 0
    for name, data in files.items():
        written = name.encode("ascii")
        sums = (zlib.crc32(data), len(data), len(data), len(written))
        head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 33, *sums, 0)
        entry = struct.pack("<IHHHHHHIIIH", 0x02014B50, 0x0314, 20, 0, 0, 0, 33, *sums)
        tail = struct.pack("<HHHHII", 0, 0, 0, 0, 0o100644 << 16, offset)
        parts += [head, written, data]
        directory.append(entry + tail + written)
        offset += len(head) + len(written) + len(data)
    listed = b"".join(directory)
    ended = (0x06054B50, 0, 0, len(files), len(files), len(listed), offset, 0)
    return b"".join(parts) + listed + struct.pack("<IHHHHIIH", *ended)


# The files and what they say of each other ----------------------------------------------------


def digest(data: bytes) -> str:
    """Name bytes by their hash."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def check_files(files: dict[str, bytes]) -> Told:
    """Hold every file against the manifest, and the manifest against its own seal."""
    must("manifest.json" in files and "manifest.sha256" in files, "there is no manifest")
    sealed = hashlib.sha256(files["manifest.json"]).hexdigest() + "  manifest.json\n"
    must(files["manifest.sha256"] == sealed.encode(), "manifest.json is not what its seal says")
    manifest: Told = json.loads(files["manifest.json"])
    listed = [one["name"] for one in manifest["files"]]
    must(
        list(files) == ["manifest.json", "manifest.sha256", *listed],
        "a file is missing, added, renamed or out of order",
    )
    for one in manifest["files"]:
        data = files[one["name"]]
        must(len(data) == one["bytes"], one["name"] + " has another length")
        must(digest(data) == one["sha256"], one["name"] + " was altered")
    return manifest


def check_parts(files: dict[str, bytes], manifest: Told) -> Told:
    """Hold the parts against each other: the data, the page, the decision and its evidence."""
    packet: Told = json.loads(files["packet.json"])
    must(digest(files["packet.json"]) == manifest["packet"], "packet.json is of another packet")
    on_page = ("packet " + manifest["packet"]).encode()
    pages = files["packet.pdf"].count(b"/Type /Page\n")
    must(
        files["packet.pdf"].count(on_page) == pages > 0, "a page of packet.pdf is of another packet"
    )
    record = json.loads(files["record.json"])
    must(record["decision"] == packet["decision"], "record.json holds another decision")
    must(digest(files["facts.json"]) == record["sheet"], "facts.json is not what was decided on")
    must(
        digest(files["snapshot.tsv"]) == packet["decision"]["evidence_digest"],
        "snapshot.tsv is not the evidence that was decided on",
    )
    check_log(files["snapshot.tsv"], packet)
    return packet


PARTS = {
    "reading": "reading_id day measured_utc received_at device_id metric value value_2 unit entry"
    " time_quality source source_message_id authenticity refused unsettled",
    "time": "entry_id day started_at ended_at performer_id role activity refused unsettled",
    "call": "interaction_id day started_at ended_at performer_id channel reached call_record_id"
    " refused unsettled",
}
"""What packet.json says of one row of the log, by the kinds of rows in snapshot.tsv."""
PLACES = {
    "reading": (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19),
    "time": (1, 2, 3, 4, 5, 6, 7, 12, 13),
    "call": (1, 2, 3, 4, 5, 7, 8, 9, 10, 11),
}
"""Where the same stands in a line of snapshot.tsv."""
ESCAPED = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def check_log(snapshot: bytes, packet: Told) -> None:
    """Hold every row of the raw log against the evidence that was decided on."""
    kept: dict[str, set[tuple[str | None, ...]]] = {kind: set() for kind in PARTS}
    for line in snapshot.decode().split("\n"):
        cells = line.split("\t")
        if cells[0] in kept:
            kept[cells[0]].add(tuple(cell_of(cells[place]) for place in PLACES[cells[0]]))
    logs = {
        "reading": [{**one, **one["reading"]} for one in packet["readings"] if one["inside"]],
        "time": [one["work"] for one in packet["work"]],
        "call": [{**one, **one["call"]} for one in packet["calls"]],
    }
    for kind, rows in logs.items():
        logged = {
            tuple(number_of(row[part], part, kind) for part in PARTS[kind].split())
            for row in rows
            if row["refused"] != "not_yet_known"  # it came after the day of the decision
        }
        must(logged == kept[kind], f"the log and snapshot.tsv differ in a {kind}")


def cell_of(text: str) -> str | None:
    """Read a cell of snapshot.tsv; None where nobody knows."""
    if text == "\\N":
        return None
    return re.sub(r"\\[tnr\\]", lambda found: str(ESCAPED[found[0]]), text)


def number_of(cell: str | None, part: str, kind: str) -> str | None:
    """Write a day or an instant as snapshot.tsv does: a number since 1970; the rest as it is."""
    if cell is None:
        return None
    if part == "day":
        return str((instant(cell + "T00:00:00Z") - EPOCH).days)
    if part in {"measured_utc", "received_at", "started_at", "ended_at"}:
        unit = timedelta(seconds=1) if kind == "time" else timedelta(microseconds=1)
        return str((instant(cell) - EPOCH) // unit)
    return cell


def instant(text: str) -> datetime:
    """Read an instant; Python before 3.11 does not know Z, nor parts of a second but 3 or 6."""
    text = text.replace("Z", "+00:00")
    return datetime.fromisoformat(text)


def zone_of(name: str) -> tzinfo | None:
    """Give the time zone by its name, or None where this computer has no table of time zones."""
    try:
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    except Exception:
        return None


def recount_days(packet: Told) -> tuple[int, int]:
    """Count again from the raw log the local days, and the UTC days, with a counted reading."""
    zone = zone_of(packet["time_zone"])
    local: set[str] = set()
    utc: set[str] = set()
    period = packet["decision"]["period"]
    for one in packet["readings"]:
        reading = one["reading"]
        measured, at = instant(reading["measured_at"]), instant(one["measured_utc"])
        must(measured == at, "a reading has two different instants: " + reading["reading_id"])
        must(
            zone is None or at.astimezone(zone).utcoffset() == measured.utcoffset(),
            "the offset of a reading is not that of the time zone: " + reading["reading_id"],
        )
        must(str(measured.date()) == reading["day"], "a reading lies on another day")
        inside = period["start"] <= reading["day"] <= period["end"]
        must(inside == one["inside"], "a reading is said to lie elsewhere than it does")
        counts = reading["refused"] is None and reading["unsettled"] is None
        must(counts == (one["standing"] == "counts"), "a reading is marked otherwise than judged")
        utc_day = str(at.astimezone(UTC).date())
        if counts and inside:
            local.add(reading["day"])
        if counts and period["start"] <= utc_day <= period["end"]:
            utc.add(utc_day)
    return len(local), len(utc)


def recount_minutes(packet: Told) -> int:
    """Count whole minutes again: seconds of work that counts, none twice, none claimed twice."""
    worked: set[int] = set()
    for one in packet["work"]:
        work = one["work"]
        if work["refused"] is None and work["unsettled"] is None:
            worked |= seconds(work)
    for one in packet["contested"]:
        worked -= seconds(one)
    return len(worked) // 60


def seconds(span: Told) -> set[int]:
    """Give every second of a stretch as a number since 1970."""
    begun, ended = instant(span["started_at"]), instant(span["ended_at"])
    return set(range(int(begun.timestamp()), int(ended.timestamp())))


def check_counts(packet: Told) -> list[str]:
    """Hold what is counted again against the facts of the decision; give lines to print."""
    facts, told = packet["decision"]["facts"], []
    days, utc_days = recount_days(packet)
    calls = sum(1 for one in packet["calls"] if one["standing"] == "counts")
    counted = {
        "transmission_days": days,
        "utc_days": utc_days,
        "treatment_minutes": recount_minutes(packet),
        "live_calls": calls,
    }
    for fact, count in counted.items():
        if isinstance(facts.get(fact), int):
            must(facts[fact] == count, f"{fact}: decided on {facts[fact]}, counted again {count}")
            told.append(f"{fact} counted again from the raw log: {count}")
    return told


# The ledger: RFC 9162, C2SP checkpoints, Ed25519 (RFC 8032) ------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def added(one: Point, other: Point) -> Point:
    """Add two points of the curve in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """Multiply a point."""
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = added(found, point)
        point = added(point, point)
        number >>= 1
    return found


def point_of(data: bytes) -> Point | None:
    """Read a point from its 32 bytes; None where it is none, or not in its one form."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature holds."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    one, other = times(s, BASE), added(r, times(h, a))
    return not (
        (one[0] * other[2] - other[0] * one[2]) % P or (one[1] * other[2] - other[1] * one[2]) % P
    )


def key_of(written: str) -> tuple[str, bytes]:
    """Read NAME+ID+KEY; give name and the 32 bytes of an Ed25519 key."""
    name, _, rest = written.strip().partition("+")
    said, _, coded = rest.partition("+")
    data = base64.b64decode(coded, validate=True)
    must(len(data) == 33 and data[0] == 1, "the ledger's key is no Ed25519 key")
    must(key_id(name, 1, data[1:]).hex() == said, "name, id and key of the ledger do not fit")
    return name, data[1:]


def key_id(name: str, algorithm: int, key: bytes) -> bytes:
    """Give the four bytes by which a signature line names a key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + key).digest()[:4]


def check_checkpoint(note: str, written: str) -> tuple[str, int, bytes, str]:
    """Check the signatures of the ledger's own key; give origin, size, root and the time signed."""
    name, key = key_of(written)
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    must(
        text == f"{origin}\n{int(size)}\n{root}\n" and origin == name,
        "the checkpoint is not of that ledger",
    )
    plain, at = False, "at an unknown time"
    for line in lines.splitlines():
        dash, who, coded = line.split(" ")
        data = base64.b64decode(coded, validate=True)
        must(dash == "\u2014", "a line below the checkpoint is no signature")
        if who == name and data[:4] == key_id(name, 1, key):
            must(signed(key, text.encode(), data[4:]), "the ledger's signature does not hold")
            plain = True
        elif who == name and data[:4] == key_id(name, 4, key):
            moment = int.from_bytes(data[4:12], "big")
            timed = f"cosignature/v1\ntime {moment}\n{text}"
            must(
                signed(key, timed.encode(), data[12:]), "the ledger's dated signature does not hold"
            )
            at = (EPOCH + timedelta(seconds=moment)).isoformat()
    must(plain, "the ledger's key did not sign the checkpoint")
    return origin, int(size), base64.b64decode(root, validate=True), at


def included(leaf: bytes, index: int, size: int, hashes: list[bytes]) -> bytes | None:
    """Give the root that an inclusion proof leads to (RFC 9162, 2.1.3.2); None where it is none."""
    if not 0 <= index < size or any(len(one) != 32 for one in hashes):
        return None
    number, last, root = index, size - 1, leaf
    for one in hashes:
        if last == 0:
            return None
        if number & 1 or number == last:
            root = hashlib.sha256(b"\x01" + one + root).digest()
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + one).digest()
        number, last = number >> 1, last >> 1
    return root if last == 0 else None


def check_ledger(files: dict[str, bytes], packet: Told, other_key: str) -> list[str]:
    """Check checkpoint and proofs; give lines to print."""
    if other_key:
        must(other_key.count("+") > 1, "the key you gave is not of the form NAME+ID+KEY")
        must("ledger.json" in files, "you gave a key, and nothing in the packet is signed with one")
    if "ledger.json" not in files:
        return ["not entered in a ledger: nothing shows when this was written"]
    told = json.loads(files["ledger.json"])
    if other_key:
        must(key_of(other_key) == key_of(told["key"]), "the packet's key is not the one you gave")
    origin, size, root, at = check_checkpoint(told["checkpoint"], told["key"])
    must(
        (origin, size, base64.b64encode(root).decode())
        == (told["origin"], told["size"], told["root"]),
        "ledger.json says another checkpoint",
    )
    batches = told.get("batches", [])
    for one in told["proven"]:
        check_proof(one, size, root, one["about"])
    for one in batches:
        check_proof(one, size, root, one["table"], shown="payload" in one)
    proven = len(told["proven"]) + len(batches)
    lines = [f"ledger {origin}: {proven} of its {size} entries proven; head signed {at}"]
    closed = [one for one in batches if "payload" not in one]
    if closed:
        lines.append(f"{len(closed)} of these stay closed: rows of others came with them")
    decisions = [*map(decision_told, told["proven"]), *map(decision_kept, batches)]
    said = [*map(row_told, told["proven"]), *(row for one in batches for row in rows_kept(one))]
    hidden = any(one["table"] == "decisions" for one in closed)
    lines += check_decisions([one for one in decisions if one], files, packet, hidden)
    return lines + vouched([one for one in said if one], names_in(closed), packet)


def check_proof(one: Told, size: int, root: bytes, about: str, *, shown: bool = True) -> None:
    """Hold an entry against its payload if that is shown, and against the root of the tree."""
    entry = json.loads(one["entry"])
    must(entry["seq"] == one["index"], "the ledger entry has another number: " + about)
    if shown:
        nonce, payload = bytes.fromhex(one["nonce"]), one["payload"].encode()
        must(
            len(nonce) == 16
            and entry["payload_hash"] == hashlib.sha256(nonce + payload).hexdigest(),
            "the ledger entry is not of its payload: " + about,
        )
    leaf = hashlib.sha256(b"\x00" + one["entry"].encode()).digest()
    hashes = [bytes.fromhex(part) for part in one["hashes"]]
    must(included(leaf, one["index"], size, hashes) == root, "not in the ledger: " + about)


def row_told(one: Told) -> Told | None:
    """Give the row that an entry of a folder's ledger keeps; None for a decision."""
    if one["about"].startswith("decisions/"):
        return None
    row = json.loads(one["payload"])["row"]
    return {"about": one["about"], "index": one["index"], "row": row, "gone": False}


def rows_kept(one: Told) -> list[Told]:
    """Give the rows that an open batch of a service's ledger keeps; what is not there is blank."""
    if "payload" not in one or one["table"] == "decisions":
        return []
    told, kind = json.loads(one["payload"]), json.loads(one["entry"])["kind"]
    rows = rows_in(told)
    must(
        kind == "evidence." + one["table"] and len(rows) == len(one["names"]),
        "a batch is not of the rows that it names: " + one["table"],
    )
    return [
        {
            "about": name,
            "index": one["index"],
            "row": {column: row.get(column, "") for column in one["columns"]},
            "gone": told["withdrawn"],
        }
        for row, name in ((row, one["names"][at]) for at, row in enumerate(rows))
    ]


def rows_in(told: Told) -> list[Told]:
    """Give the rows of a batch: one by one, or by columns with what all of them say said once."""
    if "rows" in told:
        return list(told["rows"])
    each, names, rows = told["each"], told["columns"], told["cells"]
    must(all(len(cells) == len(names) for cells in rows), "a batch has a row of another width")
    return [{**each, **{names[at]: cell for at, cell in enumerate(cells)}} for cells in rows]


def names_in(closed: list[Told]) -> set[str]:
    """Name what of the packet came in batches that are not shown."""
    return {name for one in closed for name in one["names"]}


def decision_told(one: Told) -> Told | None:
    """Give the record of a decision that an entry of a folder's ledger keeps."""
    if not one["about"].startswith("decisions/"):
        return None
    record = json.loads(one["payload"])
    day = record["setting"]["as_of"]
    return {
        "index": one["index"],
        "day": day,
        "decision": record["decision"],
        "text": one["payload"],
    }


def decision_kept(one: Told) -> Told | None:
    """Give the decision that an open batch of a service's ledger names by its digest."""
    if "payload" not in one or one["table"] != "decisions":
        return None
    told, decision = json.loads(one["payload"]), json.loads(one["record"])
    period = decision["period"]
    line = " ".join((decision["enrollment_id"], period["kind"], period["start"], decision["code"]))
    must(
        told["decisions"].get(line) == digest(one["record"].encode()),
        "the ledger names another decision of the line",
    )
    return {"index": one["index"], "day": told["as_of"], "decision": decision, "text": ""}


LEFT = re.compile(r"( \d+ more needed), \d+ days left: it can (?:still|no longer) be reached\.$")


def uncounted(decision: Told) -> Told:
    """Give an open decision without the days that are left: they count down though none is made."""
    if decision["outcome"] != "open":
        return decision
    found = [{**one, "text": LEFT.sub(r"\1", one["text"])} for one in decision["findings"]]
    return {**decision, "findings": found}


def check_decisions(
    kept: list[Told], files: dict[str, bytes], packet: Told, hidden: object
) -> list[str]:
    """Hold the decisions that the ledger keeps of the line against the packet's."""
    lines, decided = [], False
    for one in kept:
        told, record = one["decision"], files["record.json"]
        same_text = (
            one["text"].encode() == record
            if one["text"]
            else uncounted(told) == uncounted(packet["decision"])
        )
        decided = decided or same_text
        if not same_text:
            place = f"entry {one['index']} is another decision of the line, as of {one['day']}"
            lines.append(f"{place}: {told['outcome']} x{told['units']}")
    if decided:
        return lines
    if hidden:
        return [*lines, "LACKS  the decision: its entry is proven, and it is closed"]
    return [*lines, "LACKS  the decision is not in the ledger up to its signed head"]


def vouched(said: list[Told], closed: set[str], packet: Told) -> list[str]:
    """Hold what was proven against the packet, and tell what of the packet nothing proves.

    What was kept last of a row has to be what the packet says; that it was kept otherwise before
    is told, and so is what came in a batch that is not shown.
    """
    newest = {one["about"]: one["index"] for one in sorted(said, key=lambda one: one["index"])}
    rows = rows_told(packet)
    lacking = {kind: dict(enumerate(found)) for kind, found in rows.items()}
    lines = []
    for one in said:
        kind, _, name = one["about"].partition("/")
        at = [] if one["gone"] else holding(name, one["row"], rows[kind], packet["time_zone"])
        last = one["index"] == newest[one["about"]]
        for place in at if last else ():
            lacking[kind].pop(place, None)
        if not at:
            must(not last or one["gone"], "the ledger holds something else: " + one["about"])
            lines.append(f"{one['about']} was kept otherwise before: entry {one['index']}")
    return lines + unproven(rows, lacking, closed)


def unproven(rows: Told, lacking: Told, closed: set[str]) -> list[str]:
    """Tell of how many rows of each kind the ledger proves nothing, or nothing that is shown."""
    lines = []
    for kind, left in lacking.items():
        named = [set(one.split("/")[1:]) for one in closed if one.startswith(kind + "/")]
        hidden = [row for row in left.values() if any(one <= cells_of(row) for one in named)]
        of = f"of {len(rows[kind])} {kind}"
        if hidden:
            lines.append(f"LACKS  {len(hidden)} {of}: their entry is proven, and it is closed")
        if len(left) > len(hidden):
            lines.append(
                f"LACKS  {len(left) - len(hidden)} {of} are not in the ledger up to its signed head"
            )
    return lines


def cells_of(row: Told) -> set[str]:
    """Give the cells of a row as text."""
    return set(map(str, row.values()))


def rows_told(packet: Told) -> dict[str, list[Told]]:
    """Give all rows of the packet by the table that they come from."""
    return {
        "readings": [one["reading"] for one in packet["readings"]],
        "time_entries": [one["entry"] for one in packet["work"]],
        "interactions": [one["call"] for one in packet["calls"]],
        "claim_steps": [
            {**one, "line_id": packet["line"]["line_id"], "place": place}
            for place, one in enumerate((packet["billed"] or {"steps": []})["steps"], start=1)
        ],
        **packet["papers"],
    }


def holding(name: str, told: Told, rows: list[Told], zone: str) -> list[int]:
    """Give the places of the rows of that name that say what was kept."""
    return [
        place
        for place, row in enumerate(rows)
        if set(name.split("/")) <= cells_of(row) and agree(row, told, zone)
    ]


def agree(row: Told, told: Told, zone: str) -> bool:
    """Tell whether a row and what was kept say the same, wherever both say something."""
    return all(same(row[key], told[key], zone) for key in row if key in told)


def same(one: object, kept: object, zone: str) -> bool:
    """Compare a cell with its text as sent: numbers and instants may differ in form."""
    if not isinstance(kept, str):
        return bool(one == kept)
    if isinstance(one, list):
        return "|".join(map(str, one)) == kept
    text = "" if one is None else str(one)
    if not text or not kept or kept in {text, text.lower()}:
        return bool(text) == bool(kept)  # a blank is the same as a blank, and as nothing else
    for read in (float, instant):
        try:
            mine, sent = read(text), read(kept)
        except ValueError:
            continue
        if isinstance(sent, datetime) and sent.tzinfo is None:
            return isinstance(mine, datetime) and at_home(mine, sent, zone_of(zone))
        return bool(mine == sent)
    return False


def at_home(mine: datetime, sent: datetime, zone: tzinfo | None) -> bool:
    """Compare with an instant that was sent without an offset: it is in the patient's time.

    Of an hour that a change of clocks doubles or leaves out either reading holds; without a table
    of time zones the two may be a day apart.
    """
    if zone is None:
        return abs(mine.replace(tzinfo=None) - sent) < timedelta(days=1)
    return mine in {sent.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


PROVES = """
What this proves: the parts belong together as they were made, byte for byte; days, minutes and live
calls follow from the raw log in packet.json; the decision is that of the facts and of the evidence
whose digests it names.{ledger}
What it does not prove: that the log is true or complete, that the devices measured this patient,
that the law was read rightly, or that the pages of packet.pdf say what packet.json says: a page is
known by the digest printed on it alone. Whoever makes a packet can make another one: compare the
digest of the packet, {digest}
with a copy that you got at another time or from somebody else.{key}"""
IN_LEDGER = """ The entries named were in the ledger when its checkpoint was signed."""
KEY = """ Compare the ledger's key with one that you
got another way, too: a key that comes with the packet alone proves nothing. It is
{key}"""


TROUBLE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    ArithmeticError,
    RecursionError,
)


def checked(data: bytes, other_key: str) -> list[str]:
    """Check all of a packet; give the lines to print."""
    files = unpacked(data)
    manifest = check_files(files)
    lines = [f"every byte of the ZIP file is as it was laid, {len(files)} files"]
    packet = check_parts(files, manifest)
    lines += ["the pages, the data, the decision and the evidence belong together"]
    lines += check_counts(packet)
    lines += check_ledger(files, packet, other_key)
    ledger = key = ""
    if "ledger.json" in files:
        ledger = IN_LEDGER
        if not other_key:
            key = KEY.format(key=json.loads(files["ledger.json"])["key"])
    told = PROVES.format(ledger=ledger, key=key, digest=manifest["packet"])
    return [line if line.startswith("LACKS") else "holds  " + line for line in lines] + told.split(
        "\n"
    )


def main(words: list[str]) -> int:
    """Check the packet named on the command line; give the exit status."""
    other_key = ""
    if "--key" in words and words.index("--key") + 1 < len(words):
        at = words.index("--key")
        other_key, words = words[at + 1], words[:at] + words[at + 2 :]
    if len(words) != 1:
        say(str(__doc__))
        return 1
    try:
        with open(words[0], "rb") as file:
            data = file.read()
        for line in checked(data, other_key):
            say(line)
    except Altered as trouble:
        say(f"FAILS  {trouble}")
        return 1
    except TROUBLE as trouble:
        say(f"FAILS  this is no packet, or it was altered ({type(trouble).__name__})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
