"""The table of reasons holds together, and a denial opens what it questions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import made_up_payer as payer
from made_up_claims import ACT, decision, line, sent
from proofline.claims.answers.explaining import explain
from proofline.claims.answers.posting import post
from proofline.claims.answers.reasons import NOTHING, named, reasons
from proofline.claims.payers.terms import terms_of
from proofline.claims.sheets.directory import Directory, PayerEntry
from proofline.claims.trouble import ClaimsError
from proofline.evidence.tables import TABLE
from proofline.packs import shelf

SUPPLY, TIME = line("99454"), line("99457", charge=10_000)


def finding(name: str, status: str = "met", value: int = 21) -> dict[str, Any]:
    needs, text = "treatment_minutes >= 20", "Twenty minutes in the month."
    return {
        "requirement": name,
        "status": status,
        "level": "gate",
        "fact": "treatment_minutes",
        "value": value,
        "needs": needs,
        "text": text,
        "cure": "",
        "cite": "PFS-2026 II.E",
    }


def denied(folder: Path, reason: str, remark: str = "") -> Any:  # noqa: ANN401
    book, one = sent(folder)
    verdicts = {"99457": payer.refused(TIME, reason, remark)}
    post(book, payer.remittance(payer.claim_of(one, verdicts), cents=0), ACT)
    return book


def test_every_requirement_and_table_of_the_reasons_is_there() -> None:
    pages = [page for name in (*shelf.packs(), *shelf.payer_packs()) for page in shelf.pages(name)]
    known = {f"{kind}.x" for kind in ("exclusive", "base", "absent")}
    known |= {name for page in pages for name in page.requirements}
    table = reasons()
    asked = [one.requirements for one in table.reason.values()]
    for names in (*asked, *(one.requirements for one in table.remark.values())):
        for pattern in names:
            assert any(named(name, (pattern,)) for name in known), pattern
    for code, reason in table.reason.items():
        assert set(reason.evidence) <= set(TABLE), code
        assert reason.denial == bool(reason.cause and reason.answer), code
        assert not reason.requirements or reason.evidence or reason.do == "mend", code


def test_a_denial_opens_the_questioned_requirement_with_value_bound_and_source(
    tmp_path: Path,
) -> None:
    book = denied(tmp_path, "151", "N362")
    of_line = decision("99457", findings=[finding("minutes_20"), finding("consent_on_file")])
    told = explain(book, TIME.line_id, of_line)
    (cause,) = told.causes
    (asked,) = cause.questioned
    assert (asked.requirement, asked.value, asked.needs, asked.cite) == (
        "minutes_20",
        21,
        "treatment_minutes >= 20",
        "PFS-2026 II.E",
    )
    assert cause.answered
    assert "time_entries" in cause.evidence
    assert cause.on_file == ""
    assert told.remarks[0][0] == "N362"
    assert not told.overtaken


@pytest.mark.parametrize("status", ["unmet", "unproven"])
def test_what_is_not_proven_here_answers_nothing(tmp_path: Path, status: str) -> None:
    book = denied(tmp_path, "151")
    of_line = decision("99457", findings=[finding("minutes_20", status, 12)])
    (cause,) = explain(book, TIME.line_id, of_line).causes
    assert not cause.answered


@pytest.mark.parametrize("reason", ["27", "197", "204", "999", "16"])
def test_nothing_on_file_answers_what_the_line_was_not_decided_on(
    tmp_path: Path, reason: str
) -> None:
    book = denied(tmp_path, reason)
    (cause,) = explain(book, TIME.line_id, decision("99457", findings=[finding("x")])).causes
    assert cause.on_file == NOTHING == "nothing on file answers this"
    assert not cause.answered
    assert cause.evidence == ()


def test_deadlines_are_data_and_unknown_is_told(tmp_path: Path) -> None:
    book = denied(tmp_path, "151")
    told = explain(book, TIME.line_id, None)
    assert told.last_day == date(2027, 3, 20)  # 2026-11-20 and 120 days
    assert "42 CFR 405.942" in told.terms.said("appeal_days")
    assert told.overtaken
    assert terms_of("commercial").last_appeal_day(date(2026, 11, 20)) is None
    ours = Directory(payer={"MADEUP": PayerEntry("99999", appeal_days=30)})
    told = explain(book, TIME.line_id, None, ours)
    assert told.last_day == date(2026, 12, 20)  # 2026-11-20 and 30 days
    assert told.terms.said("appeal_days").startswith("no source found: the directory")


def test_what_could_not_be_processed_has_no_appeal(tmp_path: Path) -> None:
    told = explain(denied(tmp_path, "16", "MA130"), TIME.line_id, None)
    assert told.final
    assert told.last_day is None


def test_a_line_without_an_answer_or_of_another_decision_is_told(tmp_path: Path) -> None:
    book = denied(tmp_path, "151")
    with pytest.raises(ClaimsError, match="No remittance"):
        explain(book, SUPPLY.line_id, None)
    with pytest.raises(ClaimsError, match="not that of line"):
        explain(book, TIME.line_id, decision("99454"))
    with pytest.raises(ClaimsError, match="no line"):
        explain(book, "PLNOBODY", None)
