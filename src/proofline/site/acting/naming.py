"""What acts are called at the terminal: as the API calls them, in lower case and with hyphens."""

from __future__ import annotations

import re

from proofline.api.route import Route
from proofline.api.routes import ROUTES

_SETTINGS = (
    "An administrator does it in the browser, under Settings; one who cannot sign in any more is"
    " let in by `proofline people let-in`."
)
ELSEWHERE = {
    "person.manage": _SETTINGS,
    "role.manage": _SETTINGS,
    "glass.break": "Whoever has the emergency does it in the browser, signed in.",
}
"""Acts that no terminal does, and where they are done.

They give somebody more than they had. Here the account is believed, so an operator would give it in
somebody's name; `proofline people let-in` owes a reason and is told to everybody instead.
"""

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


def name_of(route: Route) -> str:
    """Give the name of a route at the terminal: `listEnrollments` is `list-enrollments`."""
    return _HUMP.sub("-", route.name).lower()


def at_the_terminal() -> dict[str, Route]:
    """Give every act of the terminal by its name; a search by form is as that by address."""
    return {name_of(one): one for one in ROUTES if not one.form and one.act not in ELSEWHERE}


def elsewhere() -> dict[str, str]:
    """Give what the API does and no terminal, by its name there, and where it is done."""
    return {name_of(one): ELSEWHERE[one.act] for one in ROUTES if one.act in ELSEWHERE}
