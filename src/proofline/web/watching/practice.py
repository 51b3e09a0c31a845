"""For which of several practices a session works: kept, and told once where somebody's work ends.

Nobody is moved to another practice in silence: what was asked for or sent just then is refused, a
page says who is worked for from now on, and forms of pages still open are too old.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from proofline.errors import ProoflineError
from proofline.store.people import roster
from proofline.web.watching.ended import is_from_a_page

PRACTICE = "practice"
"""Where a session keeps which practice is worked for."""


class PracticeEnded(ProoflineError):
    """Something asked for or sent when the work for its practice had ended."""


def worked_for(request: HttpRequest, theirs: Sequence[str]) -> str:
    """Give the practice that a session works for, of those that the person has; blank: of none.

    It is the first of them until another is chosen, and stays. Errors: PracticeEnded where it is
    none of theirs any more; from then on the first is worked for, if somebody can read that.
    """
    before = request.session.get(PRACTICE, "")
    if before in theirs or not theirs:
        return before if theirs else ""
    if before and not (is_from_a_page(request) or "HX-Request" in request.headers):
        raise _ended(before, theirs[0])  # a script that nobody reads, such as a sign of life
    request.session[PRACTICE] = theirs[0]
    if before:
        rotate_token(request)
        raise _ended(before, theirs[0])
    return theirs[0]


def _ended(before: str, now: str) -> PracticeEnded:
    names = {"before": roster.name_of(before), "now": roster.name_of(now)}
    return PracticeEnded(
        "web.practice_ended",
        _("You no longer work for %(before)s. From now on you work for %(now)s.") % names,
        _("Nothing was shown or changed. Forms of pages that are still open are too old."),
    )
