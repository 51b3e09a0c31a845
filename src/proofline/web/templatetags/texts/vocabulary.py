"""The words of the contract, of outcomes and of states, marked for each language.

They come from data and stand in no template; `spoken` finds them here by how they read.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

WORDS = frozenset(
    (
        # Who somebody is, and for whom they work.
        *(
            _("physician"),
            _("non-physician practitioner"),
            _("clinical staff"),
            _("auxiliary"),
            _("therapist"),
        ),
        *(_("employed"), _("contracted"), _("practice"), _("rhc"), _("fqhc")),
        # Orders, devices, readings.
        *(
            _("order"),
            _("plan entry"),
            _("none"),
            _("cleared"),
            _("exempt"),
            _("de novo"),
            _("eua"),
        ),
        *(_("patient"), _("automatic"), _("memory"), _("manual"), _("unknown"), _("device")),
        *(_("estimated"), _("local-clock"), _("signed"), _("undated"), _("pulled"), _("file")),
        *(_("gateway"), _("vendor"), _("blood pressure"), _("weight"), _("glucose")),
        *(_("oximeter"), _("thermometer"), _("spirometer")),
        # Consents, work, calls.
        *(_("verbal"), _("written"), _("electronic"), _("timer"), _("typed"), _("general")),
        *(_("direct"), _("phone"), _("video"), _("in person"), _("secure message"), _("sms")),
        *(_("voicemail"), _("automated"), _("caregiver"), _("nobody"), _("review")),
        *(_("care plan"), _("communication"), _("coordination"), _("documentation")),
        *(_("setup education"), _("scheduling"), _("device logistics"), _("attempt")),
        *(_("reading"), _("piece of work"), _("call")),
        # Services, stays, coverages.
        *(_("planned"), _("billed"), _("paid"), _("denied"), _("inpatient"), _("snf")),
        *(_("hospice"), _("global surgery"), _("access model"), _("medicare ffs")),
        *(_("medicare advantage"), _("medicaid"), _("commercial")),
        # Outcomes, and where a line stands.
        *(_("billable"), _("held"), _("open"), _("not billable"), _("withdrawn"), _("drawn")),
        *(_("ready"), _("submitted"), _("accepted"), _("rejected"), _("partly paid")),
        *(_("corrected"), _("voided"), _("appealed"), _("in the book")),
        # How a finding stands, and by which cells a paper is told.
        *(_("met"), _("unmet"), _("unproven")),
        *(_("order date"), _("setup date"), _("end date"), _("given at"), _("captured at")),
        *(_("revoked at"), _("device id"), _("from date"), _("to date"), _("kind"), _("serial")),
        *(_("fda basis"), _("period start"), _("period end"), _("signed at")),
        # What is told of a message.
        *(_("refused"), _("waiting"), _("not mapped"), _("note"), _("yes"), _("no")),
        *(_("cycle"), _("month"), _("not named")),
        # The parts of an entry of a page of the law.
        *(_("cite"), _("text"), _("cure"), _("title"), _("requires"), _("level"), _("fact")),
        *(_("min"), _("max"), _("period"), _("service date"), _("choice"), _("one of")),
        *(_("units"), _("base"), _("month requires"), _("unsourced"), _("is")),
        # What an answer says of a line.
        *(_("answer"), _("content"), _("segment"), _("by"), _("claim id"), _("payer claim id")),
        *(_("status"), _("trace"), _("paid on"), _("payer"), _("of"), _("charge"), _("total")),
        *(_("adjustments"), _("remarks"), _("reverses"), _("allowed"), _("unbalanced")),
        *(_("codes"),),
        # Why readings wait, by which clock they are told, and the tables that answer a denial.
        *(_("device not assigned"), _("another patient named"), _("device with two patients")),
        *(_("contradicting versions"), _("entry unknown"), _("ambiguous person")),
        *(_("the patient's clock"), _("performers"), _("enrollments"), _("other services")),
        *(_("coverages"), _("readings"), _("sign offs"), _("time entries"), _("interactions")),
        *(_("devices"), _("assignments"), _("consents"), _("stays"), _("patients")),
    )
)

IN_FULL = {"npp": "non-physician practitioner"}
"""Words of the contract that nobody says so."""
