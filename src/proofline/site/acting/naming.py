"""What acts are called at the terminal: as the API calls them, in lower case and with hyphens."""

from __future__ import annotations

import re

from proofline.api.route import Route
from proofline.api.routes import ROUTES

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


def name_of(route: Route) -> str:
    """Give the name of a route at the terminal: `listEnrollments` is `list-enrollments`."""
    return _HUMP.sub("-", route.name).lower()


def at_the_terminal() -> dict[str, Route]:
    """Give every act by its name; a search by form is the same as its search by address."""
    return {name_of(one): one for one in ROUTES if not one.form}
