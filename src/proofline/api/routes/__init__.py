"""Every address of the API below a practice, and the function of the desk that each calls.

patients    registered, found
care        enrollments, consents, devices and who has them
alerts      what needs somebody
watching    limits of readings, reviews
work        time, calls, sign-offs
hours       the running timer, calls taken back
signing     what waits for a signature
billing     decisions and their history, jobs, feeds
lines       lines in claims, held and released
papers      what claims are written from
claims      drawn, taken along, sent, corrected
answers     answers of payers: posted, and those that wait settled
denials     refused lines, appealed and given up
amendments  amendments and overpayments, settled
packets     what is taken along of a line
figures     what the practice earned
intake      feeds, messages that wait, files brought by hand
people      people and roles, broken glass, who saw whom
machines    keys of machines, webhooks
"""

from __future__ import annotations

from proofline.api.fhir.routes import FHIR
from proofline.api.route import Route
from proofline.api.routes.alerts import ALERTS
from proofline.api.routes.answers import ANSWERS
from proofline.api.routes.billed.amendments import AMENDMENTS
from proofline.api.routes.billed.claims import CLAIMS
from proofline.api.routes.billed.denials import DENIALS
from proofline.api.routes.billed.packets import PACKETS
from proofline.api.routes.billed.papers import PAPERS
from proofline.api.routes.billing import BILLING
from proofline.api.routes.care import CARE
from proofline.api.routes.hours import HOURS
from proofline.api.routes.lines import LINES
from proofline.api.routes.machines import MACHINES
from proofline.api.routes.patients import PATIENTS
from proofline.api.routes.running.figures import FIGURES
from proofline.api.routes.running.intake import INTAKE
from proofline.api.routes.running.people import PEOPLE
from proofline.api.routes.signing import SIGNING
from proofline.api.routes.watching import WATCHING
from proofline.api.routes.work import WORK

ROUTES: tuple[Route, ...] = (
    *PATIENTS,
    *CARE,
    *ALERTS,
    *WATCHING,
    *WORK,
    *HOURS,
    *SIGNING,
    *BILLING,
    *LINES,
    *PAPERS,
    *CLAIMS,
    *ANSWERS,
    *DENIALS,
    *AMENDMENTS,
    *PACKETS,
    *FIGURES,
    *INTAKE,
    *PEOPLE,
    *MACHINES,
    *FHIR,
)
