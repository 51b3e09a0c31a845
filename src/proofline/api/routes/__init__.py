"""Every address of the API below a practice, and the function of the desk that each calls.

care        enrollments, consents, devices and who has them
work        time, calls, sign-offs
billing     decisions, lines, jobs, feeds
machines    keys of machines, webhooks
"""

from __future__ import annotations

from proofline.api.fhir.routes import FHIR
from proofline.api.route import Route
from proofline.api.routes.billing import BILLING
from proofline.api.routes.care import CARE
from proofline.api.routes.machines import MACHINES
from proofline.api.routes.work import WORK

ROUTES: tuple[Route, ...] = (*CARE, *WORK, *BILLING, *MACHINES, *FHIR)
