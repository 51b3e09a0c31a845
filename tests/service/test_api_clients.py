"""Clients of others against a real server: Schemathesis for each role, fhirpy with a token."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from api_live import Filled, Live, fill, serving
from proofline.api.route import Route
from proofline.api.routes import ROUTES
from proofline.desk.roles import acts
from proofline.store.people.accounts import ROLES
from sampling import tried
from service_places import on_sqlite_only

ASKS_ALL = "administrator"
"""The role that may do least, and so is refused most."""

CALLERS = (*ROLES, "")
"""Who asks: somebody of each role, and a machine, which has none."""

EACH = tried("PROBE_CALLERS", 1, len(CALLERS))
"""How many of those who may ask for something try its every edge; the others try some requests."""

REQUESTS = str(tried("PROBE_REQUESTS", 2, 5))
"""How many requests by chance each of them sends to each route."""

KNOWN = """
[parameters]
"path.tenant_id" = "{0.tenant_id}"
"path.enrollment_id" = "{0.enrollment_id}"
"path.patient_id" = "P-MADE-UP"
"path.device_id" = "D-CUFF"

[[operations]]
include-operation-id = {1}
phases.coverage.enabled = false
"""

pytestmark = on_sqlite_only


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return fill(tmp_path_factory.mktemp("filled"))


@pytest.fixture(scope="module")
def live(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(filled, tmp_path_factory.mktemp("live") / "home") as served:
        yield served


@pytest.fixture(scope="module")
def live_for_machines(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Serve a book of their own to machines: Schemathesis as administrator revokes any it finds."""
    with serving(filled, tmp_path_factory.mktemp("machines") / "home") as served:
        yield served


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_schemathesis_finds_nothing_as_a_person(live: Live, tmp_path: Path, role: str) -> None:
    """What a role may not is refused alike to all: one of them asks for everything."""
    # Schemathesis cannot take a session out of a request; test_walls asks without one.
    options = ["--exclude-checks", "ignored_auth"]
    if role != ASKS_ALL:
        closed = (route for route in ROUTES if route.act and role not in acts()[route.act])
        options += [word for one in closed for word in ("--exclude-operation-id", one.name)]
    for name, value in live.headers(role).items():
        options += ["-H", f"{name}: {value}"]
    finds_nothing(live, tmp_path, role, options)


@pytest.mark.slow
def test_schemathesis_finds_nothing_as_a_machine(live_for_machines: Live, tmp_path: Path) -> None:
    options = ["-H", f"Authorization: Bearer {token(live_for_machines)}"]
    finds_nothing(live_for_machines, tmp_path, "", options)


def who_may(route: Route) -> list[str]:
    """Name who may ask for something, beginning with another one for each."""
    given = acts().get(route.act, ROLES)
    may = [one for one in CALLERS if (one in given if one else route.scope)]
    first = ROUTES.index(route) % len(may)
    return may[first:] + may[:first]


def finds_nothing(live: Live, tmp_path: Path, caller: str, options: list[str]) -> None:
    """Run Schemathesis; it must find nothing, and the server must have told of no error."""
    left = [route.name for route in ROUTES if caller not in who_may(route)[:EACH]]
    (tmp_path / "schemathesis.toml").write_text(KNOWN.format(live, left), "utf-8")
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", "--no-color", *options]
    command += [f"{live.url}/api/openapi.json", "--phases", "coverage,fuzzing", "-n", REQUESTS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6_000:]
    told = [one for one in live.log.read_text("utf-8").splitlines() if '"error"' in one]
    # A form that is none is the sender's mistake, refused with 400 before any view sees it.
    assert [one for one in told if "MultiPartParserError" not in one] == []


def token(live: Live) -> str:
    """Get a token for the machine of the book."""
    sent = {
        "grant_type": "client_credentials",
        "client_id": live.client_id,
        "client_secret": live.client_secret,
    }
    body = urlencode(sent).encode()
    with urlopen(f"{live.url}/api/token", body) as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["access_token"])


@pytest.mark.slow
def test_fhirpy_reads_with_a_token(live_for_machines: Live) -> None:
    from fhirpy import SyncFHIRClient  # noqa: PLC0415 - it takes long to load

    live = live_for_machines
    base = f"{live.url}/api/practices/{live.tenant_id}/fhir"
    client: Any = SyncFHIRClient(base, authorization=f"Bearer {token(live)}")
    found = client.resources("Observation").search(patient="P-MADE-UP").limit(2).fetch_all()
    assert sorted(one["id"] for one in found) == ["r-0", "r-1", "r-2"]
    one = client.reference("Observation", "r-1").to_resource()
    assert one["device"]["reference"] == "Device/D-CUFF"
    assert client.resources("Device").fetch_all()


@pytest.mark.slow
def test_fhirpy_writes_by_a_feed_and_what_it_wrote_is_read(live_for_machines: Live) -> None:
    from fhirpy import SyncFHIRClient  # noqa: PLC0415 - it takes long to load

    live = live_for_machines
    secret = live.command("feeds", "add", "--as", "north-integrator", "--source", "fhir").split()[
        -1
    ]
    door: Any = SyncFHIRClient(f"{live.url}/fhir", authorization=f"Bearer {secret}")
    cuff = {"coding": [{"system": "urn:iso:std:iso:11073:10101", "code": "528391"}]}
    rate = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
    door.resource("Device", serialNumber="MU-FHIRPY", type=cuff).create()
    door.resource(
        "Observation",
        identifier=[{"system": "urn:made-up", "value": "o-fhirpy"}],
        status="final",
        code=rate,
        subject={"reference": "Patient/P-MADE-UP"},
        effectiveDateTime="2026-03-09T07:00:00-05:00",
        valueQuantity={
            "value": 71,
            "unit": "/min",
            "system": "http://unitsofmeasure.org",
            "code": "/min",
        },
    ).create()
    base = f"{live.url}/api/practices/{live.tenant_id}/fhir"
    reader: Any = SyncFHIRClient(base, authorization=f"Bearer {token(live)}")
    found = reader.resources("Observation").search(date="2026-03-09").fetch_all()
    assert [one["valueQuantity"]["value"] for one in found] == [71]
