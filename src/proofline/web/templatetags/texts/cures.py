"""Cures that the core gives in words of the terminal, beside what a page says in their place.

The core's own words stand here alone, not in the lists of what is translated: a terminal tells
them, and a page tells the page or the button that does the same. Where no page does it, what is
told says who can.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from proofline.web.templatetags.texts.on_file import ON_FILE

DRAW = _("Press Draw and check on the billing page.")
ANSWERS = _("Post this file by Bring answers, on the billing page.")
POST = _("Post its remittance by Bring answers, on the billing page, or see which answers wait.")
SEEK = _("Look for it under Billing, or by its code and days under Audit.")
AMENDMENTS = _("Look at what there is under Billing, Amendments.")
FEES = _(
    "Whoever runs the service loads the file of cms.gov; files of facts that are made of it are"
    " kept under Billing, Papers."
)
CONDITION = _(
    "Put the condition right on the patient's page, under Order, condition, set-up; then press"
    " Draw and check."
)

MAPPING_TOLD = (
    "Look at the top of proofline/intake/sources/mapped_csv/mapping.py, or at the fixtures of"
    " mapped-csv."
)

CURES: Mapping[str, str] = {
    **ON_FILE,
    f"Give one with --mapping. {MAPPING_TOLD}": _("Give one under For CSV files."),
    MAPPING_TOLD: _("Mend it, and judge it with one of the files under Try a sample."),
    # Drawing: the terminal drafts.
    **dict.fromkeys(("Draft again.", "Draft it anew.", "Draft it first.", "Draft first."), DRAW),
    "Draft the claim again.": DRAW,
    "Draft the line again from its decision.": DRAW,
    "Decide and draft anew: proofline claims draft EVIDENCE --as-of %(on)s.": DRAW,
    "Mend enrollments.diagnoses and draft again.": CONDITION,
    "Mend enrollments.diagnoses.": CONDITION,
    "Put it on file: enrollments.diagnoses.": CONDITION,
    "Put it on file: draft the claim again.": DRAW,
    "Mend the charge list and draft again.": _(
        "Mend the charge list, keep it under Billing, Papers, and press Draw and check."
    ),
    "Add the code to the charge list and draft again.": _(
        "Add the code to the charge list, keep it under Billing, Papers, and press Draw and check."
    ),
    "Draft as of %(day)s or later; if that day was a mistake, say so: --older REASON.": _(
        "Wait until decisions of %(day)s or later are there, then press Draw and check. If that"
        " day was a mistake, whoever runs the service draws them with the reason."
    ),
    "Look what holds them: proofline explain. What is no longer billable is voided, or given back,"
    " not corrected.": _(
        "Look what holds them under Billing, held. What is no longer billable is voided, or given"
        " back, not corrected."
    ),
    "Choose some of them, or write them with `proofline claims write`.": _(
        "Choose some of them, and the others after these."
    ),
    "Write it off, or document the exception that the payer grants.": _(
        "Hold it on the page of its claim, with the reason; or document the exception that the"
        " payer grants."
    ),
    # Answers.
    "Post it with `proofline remits match`, or see what waits there.": POST,
    "Post its remittance with `proofline remits match`, or settle what waits there.": POST,
    "This is a remittance (835): read it with `proofline remits read`.": ANSWERS,
    "This is an acknowledgment (TA1): read it with `proofline acks read`.": ANSWERS,
    "This is an acknowledgment (999): read it with `proofline acks read`.": ANSWERS,
    "This is an acknowledgment (277): read it with `proofline acks read`.": ANSWERS,
    "`proofline remits match --book DIR` lists what waits, with its keys.": _(
        "Look for it under Answers that wait, on the billing page."
    ),
    "See proofline remits explain; a new claim may come back as duplicate (CARC 18).": _(
        "See what answered it on the page of its line; a new claim may come back as duplicate"
        " (CARC 18)."
    ),
    "See `proofline claims lines`.": SEEK,
    "Take the claim that carries it now; its story names it.": _(
        "Take the claim that carries it now: the page of its line, under Audit, leads there."
    ),
    # Amendments.
    "See `proofline amendments list`.": AMENDMENTS,
    "See `proofline overpayments list`.": AMENDMENTS,
    "See `overpayments show`.": _("Look at the page of the overpayment."),
    "Note it without --final; if no more is owed, close the case and say why.": _(
        "Note it as a part of what is owed; if no more is owed, close the case and say why."
    ),
    # Papers and fees.
    "Keep one: proofline papers keep %(kind)s FILE --as ACCOUNT.": _(
        "Keep one under Billing, Papers."
    ),
    "An 837P needs --parties FILE.": _("Keep the sender and receiver under Billing, Papers."),
    "Download it from cms.gov and load it: proofline fees load FILE --into DIR.": FEES,
    "Load the official file again: proofline fees load FILE --into DIR.": FEES,
    "Check the code; if it is right, load the file again with --code %(code)s.": _(
        "Check the code. If it is right, whoever runs the service loads the file again with"
        " %(code)s."
    ),
    # What came in.
    "`proofline quarantine list` names those that wait.": _(
        "Intake, Quarantine names those that wait."
    ),
    "Check the device's FDA papers: `proofline devices check`.": _(
        "Whoever runs the service looks the device up in the FDA's files."
    ),
}
"""What a page tells for each text of the core, with the same places for what is put in."""
