"""From the outside in: what other systems send becomes rows of the evidence folder.

Read in this order: payloads (bytes to documents) > sources (one file each: documents to
measurements) > identity (whose device) > arriving (a measurement becomes rows) > additions (new,
said before, or a correction) > tables (into the folder). `taking_in` tells the whole of it.
Nothing here has a clock or a network, and whatever did not become a row is in the report with its
reason and its cure.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from proofline.errors import WrongUse
from proofline.intake import sources

if TYPE_CHECKING:
    from types import ModuleType


def source_names() -> list[str]:
    """Give the names of all sources, such as `fhir` and `tenovi`."""
    return sorted(one.name.replace("_", "-") for one in pkgutil.iter_modules(sources.__path__))


@cache  # of each message it is asked again, and to list the sources is to read a folder
def source(name: str) -> ModuleType:
    """Find the reader of one kind of source by its name; it is imported only now.

    Errors: WrongUse (`intake.unknown_source`) for a name that there is not.
    """
    known = source_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise WrongUse(
            "intake.unknown_source",
            "There is no intake for this kind of source.",
            f"{hint}Known are: {', '.join(known)}.",
        )
    return importlib.import_module(f"{sources.__name__}.{name.replace('-', '_')}")
