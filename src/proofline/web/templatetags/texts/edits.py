"""What the edits of claims say, as `claims.edits` and `claims.drawing` write it, marked to be told.

A test holds these lists to what the edits write. What stands in `VALUES` is put into the texts.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

NOT_ON_FILE = (
    _("%(what)s is missing."),
    _("Put it on file: %(where)s."),
    _("Mend %(where)s."),
    _("Mend it."),
    _("%(what)s has more than the %(n)s characters that X12 takes."),
    _("Of %(what)s nothing is left that X12 could take."),
    _("%(what)s holds one of * : ^ ~, which part the values of a claim file."),
    _("%(what)s holds characters that are no letters, digits or plain marks."),
    _("%(what)s holds characters that X12 does not take, or begins or ends with a space."),
    _("%(what)s is not there."),
    _("Put it on file, then draw the claim anew."),
    _("Take the character out."),
    _("Shorten it as the payer has it on file."),
    _("Write it in Latin letters, digits and plain punctuation, without * : ^ or ~."),
    _("Write it in Latin letters, exactly as the insurance card has it."),
    _("It is on file in another script; in Latin letters there are several ways to spell it."),
    _("Put it on file exactly as the member's card has it, or the payer's list."),
)
"""Values that are missing, or that a claim file cannot hold."""

PARTIES = (
    _("The tax number has not nine digits."),
    _("The billing address needs a ZIP code of nine digits."),
    _("Look up ZIP+4 at USPS and put it into practices.postal_code."),
    _("The billing address is a post office box; 5010 wants the street."),
    _("Put the street into practices.address_line."),
    _("It is after a service."),
    _("Mend birth_date."),
    _("The ZIP code has not 5 or 9 digits."),
    _("The number is no Medicare Beneficiary Identifier; Medicare rejects any other."),
    _("Copy it from the red, white and blue card into coverages.member_id."),
    _("Mend [coverage] relationship and insured of the directory; 18 is the patient himself."),
    _("Medicare knows no dependents."),
    _("There is no such relationship (PAT01)."),
    _("One payer comes first, and each has a place of its own: P, S, T."),
    _("Settle with the patient who pays first, and end the coverages that are over."),
    _("A payer who comes before the one asked has not said what it paid."),
    _("Wait for its remittance, and bill the next payer with it."),
    _("What this payer paid and adjusted does not make up the charges."),
    _("Take payment, day and every adjustment from its remittance."),
    _("This is no NPI: length or check digit fails."),
    _("A taxonomy code has nine digits or capitals and an X."),
    _("Copy it from NPPES into the directory."),
    _("There is no such state code."),
)
"""Who stands on a claim."""

CODES = (
    _("The claim id is not one of ours."),
    _("A line id is missing or stands twice."),
    _("A claim has at most 50 lines."),
    _("An original claim has no number of the payer's yet (REF*F8)."),
    _("Say whether it replaces or voids that claim, or take the number out."),
    _("This payer is not known to take frequency code %(n)s."),
    _("Ask for a reopening, or send a new claim for what was rejected."),
    _("A claim has at most 12."),
    _("A diagnosis stands twice."),
    _("This has not the form of ICD-10-CM, three to seven places without a dot."),
    _("ICD-10-CM of the day of service has no such code that may be submitted."),
    _("Say the condition by a code in force, to its last place."),
    _("No ICD-10-CM of the day of service was loaded, so the code was not looked up."),
    _("Load the order file of that fiscal year."),
    _("This has not the form of HCPCS."),
    _("A line has at most four modifiers of two places, each once."),
    _("Take out what is not one."),
    _("A line points to one to four diagnoses, each once."),
    _("A pointer leads to a diagnosis that is not on the claim."),
)
"""Codes, ids, diagnoses and modifiers."""

LINES = (
    _("The charge is no amount of whole cents above nothing."),
    _("Units of these codes are whole and at least 1."),
    _("The total is not the sum of the lines, or below nothing, or too large."),
    _("The first day is after the last."),
    _("The service is on a day to come; it would be denied (CARC 110)."),
    _("Send it after that day."),
    _("How long this payer can be asked is not on file, so it was not checked."),
    _("Put filing_months or filing_days of the contract into the directory."),
    _("The payer takes this line until %(day)s only (CARC 29)."),
    _("A remittance paid this line meanwhile; to send it anew would bill it twice."),
    _("Hold it, with a reason, and draft again; ask the payer which answer holds."),
    _(
        "What was paid stands: send no new claim of it, and give its correction up if one is"
        " written down."
    ),
    _("A remittance answered an earlier claim of this line, so it was adjudicated."),
    _("A place of service has two digits."),
    _("Mend enrollments.place_of_service; 11 is the office."),
    _("This payer denies place of service %(n)s for these services (CARC 5, 58)."),
    _(
        "It was drawn from a decision of %(day)s, %(n)s days ago; evidence that came or"
        " was corrected since is not in it."
    ),
    _("The charge list has no charge for this code on its service date; unknown is never nothing."),
    _(
        "A rural or federally qualified health center bills these services on an institutional"
        " claim."
    ),
    _("Bill it on the clinic's institutional claim; this product writes professional ones."),
)
"""Charges, days and places of lines, and what could not become one."""

OFFICIAL = (
    _("The fee schedule of %(day)s has no %(code)s: it would be denied (CARC 181)."),
    _("See whether the code was in force on that day, or load the right schedule."),
    _("%(code)s is paid for at most %(n)s units %(per)s (MUE, CARC 151)."),
    _("Cut the units to the limit."),
    _("Cut the units to the limit, or keep the time log ready for an appeal."),
    _("%(code)s is bundled into %(base)s on one day (PTP, CARC 97 or 236)."),
    _("Keep one of them, or add a modifier such as 59 where they were truly distinct."),
    _("Keep one of them; no modifier parts this pair."),
    _("%(code)s is an add-on, paid only beside %(base)s (AOC, CARC B15)."),
    _("Settle what holds the code it is added to, and draft both together."),
    _("%(code)s has one unit in its period; more time is its add-on's (CARC 151)."),
    _(
        "There can be one line of %(code)s in %(period)s, and %(base)s of %(day)s has it"
        " (CARC 119). %(cite)s."
    ),
    _("Keep the line that the evidence proves; hold or void the other."),
    _("%(code)s is paid only beside %(base)s (CARC B15). %(cite)s."),
    _("Settle what holds the base code, and draft both together."),
    _("No %(table)s for %(day)s is loaded."),
    _("No %(table)s for %(day)s is loaded. There is one for %(spans)s."),
    _("%(file)s was loaded without looking for %(code)s."),
)
"""What CMS's tables and the pages of the law say of lines."""

EDITS = (*NOT_ON_FILE, *PARTIES, *CODES, *LINES, *OFFICIAL)

WHAT = (
    _("the practice's name"),
    _("the practice's tax number"),
    _("the practice's street"),
    _("the practice's city"),
    _("the name"),
    _("the family name"),
    _("the day of birth"),
    _("the sex as the payer knows it"),
    _("who pays"),
    _("the payer's name"),
    _("the payer's identifier"),
    _("the payer's claim number"),
    _("the kind of payer"),
    _("the member's number"),
    _("the insured"),
    _("why Medicare is not the first payer (SBR05, such as 12 for the working aged)"),
    _("the NPI"),
    _("street, city, state or ZIP code"),
    _("the payer's number of the claim that is replaced or voided (REF*F8)"),
    _("a diagnosis"),
    _("any line"),
    _("the patient's family name"),
    _("the patient's given name"),
    _("the patient's street"),
    _("the patient's city"),
    _("a practitioner's family name"),
    _("a practitioner's given name"),
    _("the insured's family name"),
    _("the insured's given name"),
    _("the insured's street"),
    _("the insured's city"),
    _("a payer's name"),
)
"""What can be missing or unwritable; a sentence may begin with it, in a capital."""

WHERE = (
    _("take it from the remittance (CLP07)"),
    _("performers.name, or the directory"),
    _("[payer] of the directory"),
    _("[payer] of the directory: the id that your clearinghouse lists for it"),
    _("[coverage.ID.insured] of the directory"),
    _("[coverage] insurance_type of the directory"),
    _("draft the claim again"),
    _("the address columns of practices"),
    _("the address columns of patients"),
)
"""Where a value is put on file; a table and its column need no words."""

OR = _("or")
"""What stands between codes of which one is meant."""

PERIODS = (_("30 days"), _("a calendar month"), _("an episode"), _("a line"), _("a day"))

PLACES = (
    *(_("line %(n)s"), _("diagnosis %(n)s"), _("payer %(n)s")),
    *(_("billing"), _("rendering"), _("ordering"), _("payers"), _("payer"), _("claim")),
)
"""Where on a claim an edit looked."""

TABLES = (
    _("relative value file (PPRRVU)"),
    _("practitioner MUE table"),
    _("complete set of practitioner code pairs (ccipra f1 to f4)"),
    _("add-on code table (AOC)"),
)
"""CMS's tables that edits look into."""

VALUES = frozenset((*WHAT, *WHERE, *PERIODS, *PLACES, *TABLES))
