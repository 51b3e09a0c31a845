"""Fee files made up in the layouts of CMS; no descriptor in them is the AMA's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

DESCRIPTOR = "Made-up words, not a descriptor"
NOTICE = "Made-up notice about codes."

PLACE = ("10112", "AL", "00", "MADE UP**", "1", "0.869", "0.575")
COUNTIES = [
    ("10112", "0", "ALABAMA ", "STATEWIDE ", "ALL COUNTIES "),
    ("", "", "", "", ""),
    ("2102", "1", "MARYLAND", "BALTIMORE", "BALTIMORE, CARROLL AND ST. MARY'S"),
    ("2102", "99", "", "REST OF STATE* ", "ALL OTHER COUNTIES EXCEPT MONTGOMERY"),
    ("2102", "99", "", "REST OF STATE*", "ALL OTHER COUNTIES EXCEPT MONTGOMERY"),
    ("12202", "1", "DISTRICT OF COLUMBIA", "DC + SUBURBS",
     "DISTRICT OF COLUMBIA; FAIRFAX CITY, FAIRFAX IN VIRGINIA; MONTGOMERY IN MARYLAND"),
    ("11302", "0", "VIRGINIA", "STATEWIDE", "ALL COUNTIES, EXCEPT FAIRFAX CITY AND FAIRFAX"),
]  # fmt: skip

_TOP = ("code", "modifier", "descriptor", "status", "payment", "work", "office", "no_office")
_REST = ("facility", "no_facility", "malpractice", "office_total", "facility_total")

# Each column of a relative value file, read downwards, as it stands in the years we know.
_TITLES = {
    "code": ("", "", "", "", "HCPCS"),
    "modifier": ("", "", "", "", "MOD"),
    "descriptor": ("", "", "", "", "DESCRIPTION"),
    "status": ("", "", "", "STATUS", "CODE"),
    "payment": ("", "NOT USED", "FOR", "MEDICARE ", "PAYMENT"),
    "work": ("", "", "", "WORK", "RVU"),
    "office": ("", "", "", "NON-FAC", "PE RVU"),
    "no_office": ("", "", "NON-FAC", "NA", "INDICATOR"),
    "facility": ("", "", "", "FACILITY", "PE RVU"),
    "no_facility": ("", "", "FACILITY ", "NA", "INDICATOR"),
    "malpractice": ("", "", "", "MP", "RVU"),
    "office_total": ("", "", "", "NON-FACILITY", "TOTAL"),
    "facility_total": ("", "", "", "FACILITY", "TOTAL"),
    "pctc": ("", "", "", "PCTC", "IND"),
    "glob": ("", "", "", "GLOB", "DAYS"),
    "team": ("", "", "", "TEAM", "SURG"),
    "pric": ("", "", "", "PRIC", "IND"),
    "endo": ("", "", "", "ENDO", "BASE"),
    "factor": ("", "", "", "CONV", "FACTOR"),
    "flag": ("", "", "", "CALCULATION", "FLAG"),
    "opps_office": ("NON-FACILITY", "PE USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
    "opps_facility": ("FACILITY", "PE USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
    "opps_mp": ("", "MP USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
}
_FIXED = {
    "descriptor": DESCRIPTOR,
    "pctc": "0",
    "glob": "ZZZ",
    "team": "0",
    "pric": "9",
} | dict.fromkeys(("opps_office", "opps_facility", "opps_mp"), "0.00")
_TAIL = (
    "pctc",
    "glob",
    "team",
    "endo",
    "factor",
    "flag",
    "opps_office",
    "opps_facility",
    "opps_mp",
)
LAYOUT_2025 = (*_TOP, *_REST, *_TAIL)
LAYOUT_2026 = (*_TOP, *_REST, *_TAIL[:3], "pric", *_TAIL[3:])


def relative_values(
    rows: Iterable[dict[str, str]], *, year: int, release: str, layout: Sequence[str] | None = None
) -> bytes:
    """Write a relative value file: preamble, heading over five lines, rows; latin-1 and CRLF."""
    layout = layout or (LAYOUT_2026 if year >= 2026 else LAYOUT_2025)
    at = list(layout).index("descriptor")
    title = f"{year} National Physician Fee Schedule Relative Value File {release} Release"
    preamble = [["" if i != at else text for i in range(len(layout))] for text in (title, NOTICE)]
    heading = [[_TITLES[name][line] for name in layout] for line in range(5)]
    body = [[(_FIXED | row).get(name, "") for name in layout] for row in rows]
    return written([*preamble, *heading, *body])


def value(code: str, parts: str, *, factor: str, status: str = "A") -> dict[str, str]:
    """Make a row from "work office facility malpractice"; a facility of NA has the office's value.

    The totals are the sums, as in the file.
    """
    work, office, facility, malpractice = parts.split()
    inside = office if facility == "NA" else facility
    hundredths = [round(float(part) * 100) for part in (work, office, inside, malpractice)]
    totals = [hundredths[0] + hundredths[at] + hundredths[3] for at in (1, 2)]
    return {
        "code": code,
        "status": status,
        "work": work,
        "office": office,
        "facility": inside,
        "no_facility": "NA" if facility == "NA" else "",
        "malpractice": malpractice,
        "office_total": f"{totals[0] / 100:.2f}",
        "facility_total": f"{totals[1] / 100:.2f}",
        "factor": factor,
    }


def gpci(rows: Iterable[Sequence[str]], *, year: int, floors: str = "with") -> bytes:
    """Write a GPCI file; `floors` is with, without or both, and rows hold as many work columns."""
    names = {"with": ("with",), "without": ("without",), "both": ("without", "with")}[floors]
    return written([
        [f"ADDENDUM E. MADE-UP CY {year} GEOGRAPHIC PRACTICE COST INDICES (GPCIs)"],
        [],
        [
            *("Medicare Administrative Contractor (MAC)", "State", "Locality Number"),
            "Locality Name",
            *(f"{year} PW GPCI ({name} 1.0 Floor)" for name in names),
            *(f"{year} PE GPCI", f"{year} MP GPCI"),
        ],
        *rows,
        [],
        ["*A made-up note."],
    ])  # fmt: skip


def counties(rows: Iterable[Sequence[str]], *, year: int) -> bytes:
    """Write a list of localities and counties, with the spelling that CMS has in its heading."""
    return written([
        [f"COUNTIES INCLUDED IN {year} LOCALITIES. (MADE UP)", "", "", "", ""],
        ["Medicare Adminstrative Contractor", "Locality Number", "State ", "Fee Schedule Area ",
         "Counties"],
        *rows,
        ["*  A made-up note.", "", "", "", ""],
    ])  # fmt: skip


def unit_limits(rows: Iterable[Sequence[str]], *, whose: str = "Practitioner") -> bytes:
    """Write a table of unit limits: a notice over several lines, then a heading that wraps."""
    heading = ["HCPCS/\nCPT Code", f"{whose} Services MUE Values", "MUE Adjudication Indicator",
               "MUE Rationale"]  # fmt: skip
    return written([["A made-up notice,\nof two lines", "", "", ""], heading, *rows])


def code_pairs(rows: Iterable[str]) -> bytes:
    """Write code pairs: parted by tabs, the heading running over four lines."""
    heading = (
        f"{NOTICE}\t\t\t\t\t\t",
        "Column1/Column2 Edits\t\t\t\t\t\t",
        "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
        "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
        "\t\t\t\t*=no data\t1=allowed\t",
        "\t\t\t\t\t9=not applicable\t",
    )
    return ("\r\n".join([*heading, *(row.replace(" ", "\t") for row in rows)]) + "\r\n").encode()


def add_ons(rows: Iterable[str]) -> bytes:
    """Write a table of add-on codes, parted by tabs; a dash in a row is an empty cell."""
    heading = (
        "AOC_Edit_Type\tAdd-On_Code\tAOC_Del_DT\tPrimary_Code\tPrimary_Code_Del_DT"
        "\tAOC_Edit_Eff_DT\tAOC_Edit_Del_DT\tSpecial_Instruction_Notes"
    )
    body = [row.replace(" ", "\t").replace("-", "") for row in rows]
    return ("\r\n".join([NOTICE, heading, *body]) + "\r\n").encode()


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as the CSV that CMS publishes."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("latin-1")


def put(folder: Path, name: str, content: bytes) -> Path:
    """Put a file into a folder and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path
