"""Every address of the API below a practice, and the function of the desk that each calls.

care        enrollments, consents, devices and who has them
work        time, calls, sign-offs
billing     decisions and their history, jobs, feeds
lines       lines in claims, held and released
answers     answers of payers that wait, attached and taken off
alerts      what needs somebody
watching    limits of readings, reviews
machines    keys of machines, webhooks
"""

from __future__ import annotations

from proofline.api.fhir.routes import FHIR
from proofline.api.route import Route
from proofline.api.routes.alerts import ALERTS
from proofline.api.routes.answers import ANSWERS
from proofline.api.routes.billing import BILLING
from proofline.api.routes.care import CARE
from proofline.api.routes.lines import LINES
from proofline.api.routes.machines import MACHINES
from proofline.api.routes.watching import WATCHING
from proofline.api.routes.work import WORK

ROUTES: tuple[Route, ...] = (
    *CARE,
    *ALERTS,
    *WATCHING,
    *WORK,
    *BILLING,
    *LINES,
    *ANSWERS,
    *MACHINES,
    *FHIR,
)
