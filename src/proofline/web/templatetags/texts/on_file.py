"""Cures that name a table and its column, or a part of the directory, as a page tells them.

Who can mend it stands in each: the directory is kept under Billing, Papers; rows that no page
changes are taken over anew by whoever runs the service, and the row that came last holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

TAKEN_OVER = _(
    "No page changes %(record)s: whoever runs the service takes the mended row over. Then press"
    " Draw and check."
)
MENDED_BIRTH = _(
    "No page changes a day of birth: whoever runs the service takes the mended row over. Then press"
    " Draw and check."
)
IN_DIRECTORY = _("Put it into the directory, and keep that under Billing, Papers: %(directory)s.")

ON_FILE: Mapping[str, str] = {
    "Put it on file: %(record)s.": TAKEN_OVER,
    "Mend %(record)s.": TAKEN_OVER,
    "Mend birth_date.": MENDED_BIRTH,
    "Put the street into %(record)s.": TAKEN_OVER,
    "Look up ZIP+4 at USPS and put it into %(record)s.": _(
        "Look up ZIP+4 at USPS. No page changes %(record)s: whoever runs the service takes the"
        " mended row over."
    ),
    "Copy it from the red, white and blue card into %(record)s.": _(
        "Copy it from the red, white and blue card. No page changes %(record)s: whoever runs the"
        " service takes the mended row over."
    ),
    "Mend %(record)s; 11 is the office.": _(
        "No page changes %(record)s (11 is the office): whoever runs the service takes the mended"
        " row over."
    ),
    "Put it on file: %(directory)s.": IN_DIRECTORY,
    "Put it on file: performers.name, or the directory.": _(
        "Put the practitioner's name into the directory, and keep that under Billing, Papers."
    ),
    "Mend [coverage] relationship and insured of the directory; 18 is the patient himself.": _(
        "Mend [coverage] relationship and insured in the directory, and keep it under Billing,"
        " Papers; 18 is the patient himself."
    ),
    "Put filing_months or filing_days of the contract into the directory.": _(
        "Put filing_months or filing_days of the contract into the directory, and keep that under"
        " Billing, Papers."
    ),
    "Copy it from NPPES into the directory.": _(
        "Copy it from NPPES into the directory, and keep that under Billing, Papers."
    ),
    "Load the order file of that fiscal year.": _(
        "Whoever runs the service loads the order file of that fiscal year."
    ),
    "See whether the code was in force on that day, or load the right schedule.": _(
        "See whether the code was in force on that day; if it was, whoever runs the service loads"
        " the right schedule."
    ),
    "Settle what holds the code it is added to, and draft both together.": _(
        "Settle what holds the code it is added to, then press Draw and check."
    ),
    "Settle what holds the base code, and draft both together.": _(
        "Settle what holds the base code, then press Draw and check."
    ),
    "Hold it, with a reason, and draft again; ask the payer which answer holds.": _(
        "Hold it on the page of its claim, with the reason, and ask the payer which answer holds."
    ),
    # Readings that wait for somebody.
    (
        "Nothing says whether the device sent these values by itself or somebody typed them in:"
        " have the sender say it, and take them in again; or add each row once more with what you"
        " found out as its `entry`, the same reading_id and a later received_at."
    ): _(
        "Nothing says whether the device sent these values by itself or somebody typed them in:"
        " have the sender say it, and send them again. No page changes a reading; what you found"
        " out, whoever runs the service takes over as a later row of the same reading."
    ),
    (
        "They name neither a device nor a patient, and may be of several people, so assign this"
        " stand-in to nobody: take these rows out of `readings`, and take their files in again,"
        " each with --patient."
    ): _(
        "They name neither a device nor a patient, and may be of several people, so pair this"
        " stand-in with nobody: have the sender send them again with the device or the patient."
    ),
}
"""What a page tells for each text of the core, with the same places for what is put in."""
