"""From the outside in: what other systems send becomes rows of the evidence folder.

Each kind of source is one module or folder of this room, named as people name it, with one public
verb, `take_in(paths, into, …) -> Report`. Nothing here has a clock or a network: bytes come in,
rows go out, and whatever did not become a row is in the report with its reason and its cure.
"""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING

from proofline.errors import WrongUse

if TYPE_CHECKING:
    from types import ModuleType

SOURCES: dict[str, str] = {"fhir": "FHIR R4 resources, Bundles and bulk NDJSON"}


def source(name: str) -> ModuleType:
    """Find the reader of one kind of source, such as `fhir`; it is imported only now.

    Errors: WrongUse (`intake.unknown_source`) for a name that is not in SOURCES.
    """
    if name not in SOURCES:
        near = difflib.get_close_matches(name, SOURCES, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise WrongUse(
            "intake.unknown_source",
            "There is no intake for this kind of source.",
            f"{hint}Known are: {', '.join(SOURCES)}.",
        )
    return importlib.import_module(f"{__name__}.{name}")
