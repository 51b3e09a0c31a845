"""(b) The same question in pandas, as a data analyst would write it in a notebook.

Days by nunique, minutes by sum, calls by count, papers by merges, rungs by np.select: six codes
on the cycle clock. Local days are converted zone by zone. What an analyst leaves out is left out:
overlapping entries, minutes claimed twice, contradicted patients, the calendar-month test, reasons.
"""

# ruff: noqa: PLR2004 - bounds as bare numbers, as a notebook has them

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
COUNTED = ["review", "care_plan", "communication", "coordination", "documentation"]
SPAN = ["chart", "time_zone", "given_at", "revoked_at", "start", "last"]
CODES = ["99445", "99453", "99454", "99457", "99458", "99470"]


def load(folder: Path, table: str, *columns: str) -> pd.DataFrame:
    """Read the named columns of one table."""
    return pd.read_parquet(folder / f"{table}.parquet", columns=list(columns))


def cycles(folder: Path) -> pd.DataFrame:
    """One row per enrollment, numbered by `chart`: its cycle, the patient's zone, the consent."""
    enrollments = load(
        folder,
        "enrollments",
        *("enrollment_id", "patient_id", "setup_date", "billing_performer_id"),
        *("order_date", "established_on"),
    )
    patients = load(folder, "patients", "patient_id", "time_zone", "death_date")
    consents = load(folder, "consents", "patient_id", "given_at", "revoked_at")
    frame = enrollments.merge(patients, on="patient_id", how="left")
    frame = frame.merge(consents, on="patient_id", how="left")
    frame["chart"] = range(len(frame))
    frame["time_zone"] = frame["time_zone"].astype("category")
    frame["start"] = pd.to_datetime(frame["setup_date"])
    frame["end"] = frame["start"] + 29 * DAY
    death = pd.to_datetime(frame["death_date"])
    frame["last"] = frame["end"].where(death.isna() | (death > frame["end"]), death)
    return frame


def local_day(frame: pd.DataFrame, instant: str) -> pd.Series[pd.Timestamp]:
    """Give the local calendar day of each row's instant, converted zone by zone."""
    parts = [
        rows[instant].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
        for zone, rows in frame.groupby("time_zone", observed=True)
    ]
    return pd.concat(parts).reindex(frame.index)


def inside(frame: pd.DataFrame, instant: str) -> pd.DataFrame:
    """Keep the rows under consent and within their cycle, with the local day in `day`."""
    frame = frame[
        (frame[instant] >= frame["given_at"])
        & (frame["revoked_at"].isna() | (frame[instant] < frame["revoked_at"]))
    ].copy()
    frame["day"] = local_day(frame, instant)
    return frame[(frame["day"] >= frame["start"]) & (frame["day"] <= frame["last"])]


def not_in_hospital(frame: pd.DataFrame, folder: Path, charts: pd.DataFrame) -> pd.DataFrame:
    """Drop the rows whose day lies in an inpatient or nursing stay."""
    stays = load(folder, "stays", "patient_id", "kind", "from_date", "to_date")
    stays = stays[stays["kind"].isin(["inpatient", "snf"])]
    stays = stays.merge(charts[["patient_id", "chart"]], on="patient_id")
    hit = frame.loc[frame["chart"].isin(stays["chart"]), ["chart", "day"]]
    hit = hit.reset_index().merge(stays, on="chart")
    hit = hit[
        (hit["day"] >= pd.to_datetime(hit["from_date"]))
        & (hit["day"] <= pd.to_datetime(hit["to_date"]))
    ]
    return frame.drop(index=hit["index"].unique())


def transmission_days(folder: Path, charts: pd.DataFrame, known: pd.Timestamp) -> pd.Series[int]:
    """Count the distinct local days with a reading that counts, per chart."""
    readings = load(
        folder,
        "readings",
        *("reading_id", "device_id", "value", "measured_at", "received_at"),
        *("entry", "ambiguous_person", "test"),
    )
    readings["entry"] = readings["entry"].astype("category")
    readings = readings[readings["received_at"] < known]
    # The file is in order of arrival: the last row of an id is its correction.
    readings = readings.drop_duplicates("reading_id", keep="last")
    readings = readings[
        readings["value"].notna()
        & readings["entry"].isin(["automatic", "memory"])
        & ~readings["ambiguous_person"]
        & ~readings["test"]
    ]
    wearers = load(folder, "assignments", "device_id", "patient_id")
    devices = load(folder, "devices", "device_id", "fda_basis")
    wearers = wearers.merge(devices[devices["fda_basis"] != "none"], on="device_id")
    wearers = wearers.merge(charts[["patient_id", *SPAN]], on="patient_id")
    readings = readings[["device_id", "measured_at"]]
    readings = readings.merge(wearers[["device_id", *SPAN]], on="device_id")
    readings = not_in_hospital(inside(readings, "measured_at"), folder, charts)
    return readings.groupby("chart")["day"].nunique()


def treatment_minutes(folder: Path, charts: pd.DataFrame, known: pd.Timestamp) -> pd.Series[int]:
    """Sum the counted minutes per chart; an overlap is counted twice, as sums do."""
    entries = load(
        folder,
        "time_entries",
        *("enrollment_id", "performer_id", "started_at", "ended_at", "activity", "entered_at"),
    )
    performers = load(folder, "performers", "performer_id", "role")
    entries = entries[entries["activity"].isin(COUNTED) & (entries["entered_at"] < known)]
    entries = entries.merge(performers, on="performer_id")
    entries = entries[entries["role"].isin(["physician", "npp", "clinical_staff"])]
    entries = entries.merge(charts[["enrollment_id", *SPAN]], on="enrollment_id")
    entries = not_in_hospital(inside(entries, "started_at"), folder, charts)
    entries["seconds"] = (entries["ended_at"] - entries["started_at"]).dt.total_seconds()
    return entries.groupby("chart")["seconds"].sum() // 60


def live_calls(folder: Path, charts: pd.DataFrame) -> pd.Series[int]:
    """Count the live conversations per chart."""
    calls = load(folder, "interactions", "enrollment_id", "channel", "started_at", "reached")
    calls = calls[
        calls["channel"].isin(["phone", "video", "in_person"])
        & calls["reached"].isin(["patient", "caregiver"])
    ]
    calls = calls.merge(charts[["enrollment_id", *SPAN]], on="enrollment_id")
    return not_in_hospital(inside(calls, "started_at"), folder, charts).groupby("chart").size()


def with_papers(folder: Path, charts: pd.DataFrame, known: pd.Timestamp) -> pd.DataFrame:
    """Add one column of yes and no per paper: order, visit, device, sign-off, conflicts."""
    devices = load(folder, "devices", "device_id", "fda_basis", "fda_reference")
    assignments = load(folder, "assignments", "device_id", "patient_id", "owner")
    devices = assignments.merge(devices, on="device_id")
    lacking = devices[(devices["fda_basis"] == "cleared") & devices["fda_reference"].isna()]
    own = devices[devices["owner"] == "patient"]
    signed = load(folder, "sign_offs", "enrollment_id", "signed_at", "period_end")
    signed = signed[signed["signed_at"] < known]
    others = load(folder, "other_services", "patient_id", "code", "status", "from_date")
    others = others[others["code"].isin(["99454", "98977"]) & (others["status"] != "denied")]
    others = others.merge(charts[["patient_id", "start", "end"]], on="patient_id")
    others = others[pd.to_datetime(others["from_date"]).between(others["start"], others["end"])]
    sure = others["status"].isin(["billed", "paid"])
    charts["ordered"] = charts["order_date"].notna()
    charts["visited"] = charts["established_on"].notna()
    charts["agreed"] = charts["given_at"].notna()
    charts["device_paper"] = ~charts["patient_id"].isin(lacking["patient_id"])
    charts["lent"] = ~charts["patient_id"].isin(own["patient_id"])
    charts["signed"] = charts["enrollment_id"].isin(signed["enrollment_id"])
    charts["blocked"] = charts["patient_id"].isin(others.loc[sure, "patient_id"])
    charts["planned"] = charts["patient_id"].isin(others.loc[~sure, "patient_id"])
    return charts


def decide(charts: pd.DataFrame) -> pd.DataFrame:
    """Give units and outcome of the six codes for each cycle, one row per code."""
    days, minutes, live = charts["days"], charts["minutes"], charts["calls"] > 0
    units = {
        "99445": (days >= 2) & (days < 16),
        "99453": days >= 2,
        "99454": days >= 16,
        "99457": live & (minutes >= 20),
        "99458": np.where(live, ((minutes - 20) // 20).clip(0, 3), 0),
        "99470": live & (minutes >= 10) & (minutes < 20),
    }
    gate = charts["agreed"] & ~charts["blocked"]
    paper = charts["ordered"] & charts["visited"] & charts["signed"] & ~charts["planned"]
    supply = paper & charts["device_paper"] & charts["lent"]
    keys = ["enrollment_id", "patient_id", "start", "end", "days", "minutes"]
    lines = []
    for code in CODES:
        line = charts[keys].copy()
        line["code"] = code
        earned = gate & (units[code] > 0)
        papers = supply if code in {"99445", "99454"} else paper
        line["outcome"] = np.select(
            [~earned, ~papers], ["not_billable", "held"], default="billable"
        )
        line["units"] = np.where(line["outcome"] == "billable", units[code], 0).astype(int)
        lines.append(line)
    return pd.concat(lines).sort_values(["enrollment_id", "start", "code"])


def main() -> None:
    """Read the folder, decide, write the lines as Parquet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    known = pd.Timestamp(asked.as_of, tz="America/New_York") + DAY
    charts = cycles(asked.folder)
    counts = {
        "days": transmission_days(asked.folder, charts, known),
        "minutes": treatment_minutes(asked.folder, charts, known),
        "calls": live_calls(asked.folder, charts),
    }
    for name, count in counts.items():
        charts[name] = charts["chart"].map(count).fillna(0).astype(int)
    decide(with_papers(asked.folder, charts, known)).to_parquet(asked.output, index=False)


if __name__ == "__main__":
    main()
