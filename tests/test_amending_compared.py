"""One line against today's decisions of its period: what becomes of it, by hand."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from proofline.claims.amending.amendment import MEANS, Amendment, billed, named
from proofline.claims.amending.comparing import added, compared, turns
from proofline.claims.amending.kept import KeptDecision, by_period, kept_of
from proofline.claims.book.basis import digest_of

PERIOD = {"kind": "cycle", "start": "2026-03-01", "end": "2026-03-30", "number": 1}


def basis(code: str, outcome: str = "billable", units: int = 1, **other: object) -> KeptDecision:
    """Make the basis of a decision on the first cycle of a made-up enrollment."""
    finding = {
        "requirement": "days",
        "status": other.pop("status", "met"),
        "level": "gate",
        "fact": "transmission_days",
        "value": other.pop("days", 20),
        "needs": ">= 16",
    }
    decision = {
        "enrollment_id": "MADEUP E1",
        "patient_id": "MADEUP-P1",
        "program": "RPM",
        "period": PERIOD,
        "code": code,
        "units": units,
        "outcome": outcome,
        "service_date": "2026-03-30",
        "facts": {"treatment_minutes": 25},
        "findings": [finding],
        "evidence_digest": "sha256:00",
        "pack": "medicare-rpm/2026-01-01",
        "pack_digest": "sha256:00",
        "engine": "proofline-test",
    }
    return kept_of(decision | other, "cycle")


def today(*decisions: KeptDecision) -> dict[str, KeptDecision]:
    return {one.code: one for one in decisions}


NO = "not_billable"
TABLE = [
    # was, today, what becomes of it, and the code that stands
    (basis("99454"), [basis("99454")], None, ""),
    (basis("99454"), [basis("99454", days=17)], None, ""),
    (basis("99454"), [basis("99454", status="unproven")], "information", "99454"),
    (basis("99454"), [basis("99454", service_date="2026-03-20")], "redate", "99454"),
    (basis("99454"), [basis("99454", "held")], "unsettled", "99454"),
    (basis("99454"), [basis("99454", "open")], None, ""),
    (basis("99454"), [basis("99454", NO, 0)], "refund", ""),
    (basis("99454"), [], "refund", ""),
    (basis("99454"), [basis("99454", NO, 0), basis("99445")], "downgrade", "99445"),
    (basis("99454"), [basis("99454", NO, 0), basis("99445", "held")], "downgrade", "99445"),
    (basis("99445"), [basis("99445", NO, 0), basis("99454")], "upgrade", "99454"),
    (basis("99445"), [basis("99445", NO, 0), basis("99454", "held")], "unsettled", "99454"),
    (basis("99470"), [basis("99470", NO, 0), basis("99457")], "upgrade", "99457"),
    (basis("99457"), [basis("99457", NO, 0), basis("99454")], "refund", ""),
    (basis("99458"), [basis("99458", units=2)], "upgrade", "99458"),
    (basis("99458", units=3), [basis("99458", units=2)], "downgrade", "99458"),
    (basis("99458"), [basis("99458", NO, 0), basis("99457")], "refund", ""),
    # What was accepted once is not asked again, and what it waits for is.
    (basis("99454", NO, 0), [basis("99454", NO, 0)], None, ""),
    (basis("99454", NO, 0), [basis("99454")], "upgrade", "99454"),
    (basis("99454", "held"), [basis("99454", "held")], None, ""),
    (basis("99454", "held"), [basis("99454", NO, 0)], "refund", ""),
]


@pytest.mark.parametrize(("was", "now", "kind", "stands"), TABLE)
def test_what_becomes_of_a_line(
    was: KeptDecision, now: list[KeptDecision], kind: str | None, stands: str
) -> None:
    found = compared(was, today(*now))
    if kind is None:
        assert found is None
    else:
        assert found is not None
        assert (found[0], found[1].code if found[1] else "") == (kind, stands)


def test_a_turn_says_from_what_to_what() -> None:
    (turn,) = turns(basis("99454"), basis("99454", NO, 0, status="unmet", days=15))
    assert (turn.was, turn.now, turn.was_value, turn.now_value) == ("met", "unmet", 20, 15)
    told = "days was met (transmission_days 20), is unmet (15, needed >= 16)"
    assert turn.words == told


def test_units_that_changed_are_a_turn_of_their_fact() -> None:
    before = basis("99458", facts={"treatment_minutes": 45})
    after = basis("99458", units=2, facts={"treatment_minutes": 61})
    (turn,) = turns(before, after)
    assert (turn.requirement, turn.was, turn.now) == ("units", "x1", "x2")
    assert (turn.was_value, turn.now_value) == (45, 61)


ADDED = [
    ([basis("99457"), basis("99458", NO, 0)], [basis("99457"), basis("99458")], {"99458": "99457"}),
    # Nobody billed it though it was earned: that is no amendment.
    ([basis("99457"), basis("99458")], [basis("99457"), basis("99458")], {}),
    # The other code of the ladder left: that is an upgrade of its line, told there.
    ([basis("99470"), basis("99457", NO, 0)], [basis("99457")], {}),
    ([basis("99454"), basis("99457", NO, 0)], [basis("99454"), basis("99457")], {"99457": "99454"}),
    ([basis("99454"), basis("99457", NO, 0)], [basis("99454"), basis("99457", "held")], {}),
]


@pytest.mark.parametrize(("was", "now", "expected"), ADDED)
def test_what_is_earned_beside_a_line(
    was: list[KeptDecision], now: list[KeptDecision], expected: dict[str, str]
) -> None:
    sent = [one.code for one in was if one.outcome == "billable"][:1]
    found = added(today(*was), today(*now), sent)
    assert {one.code: beside for beside, one in found} == expected


def test_every_kind_is_said_in_the_same_words() -> None:
    said = set()
    for kind, means in MEANS.items():
        one = Amendment(
            "", "PL", "key", kind, "paid", billed(basis("99454")), billed(basis("99445"))
        )
        said.add(one.words.replace(kind, "KIND", 1).replace(means, "MEANS"))
    assert said == {
        "KIND: 99454 x1 on 2026-03-30 was billed, 99445 x1 on 2026-03-30 stands today; MEANS"
    }


BASES = st.builds(
    basis,
    st.sampled_from(["99445", "99454", "99457", "99458", "99470"]),
    st.sampled_from(["billable", "held", "not_billable"]),
    st.integers(1, 3),
    days=st.integers(0, 30),
    status=st.sampled_from(["met", "unmet", "unproven"]),
    service_date=st.sampled_from(["2026-03-20", "2026-03-30"]),
)


@pytest.mark.slow
@given(BASES, st.lists(BASES, max_size=5))
def test_an_unchanged_period_gives_nothing(one: KeptDecision, others: list[KeptDecision]) -> None:
    period = today(*others, one)
    assert compared(one, period) is None
    assert added(period, period, [one.code]) == []


@pytest.mark.slow
@given(BASES, st.lists(BASES, max_size=5))
def test_what_was_accepted_gives_nothing_any_more(
    one: KeptDecision, others: list[KeptDecision]
) -> None:
    now = today(*others)
    if compared(one, now) is None:
        return
    after = now.get(one.code) or structs.replace(one, outcome=NO, units=0)
    assert compared(after, now) is None


def test_ids_follow_from_what_is_said_and_nothing_else() -> None:
    one = Amendment("", "PL", "key", "refund", "paid", billed(basis("99454")), billed(None))
    same = structs.replace(one, now_digest="another engine", today=(basis("99445"),))
    assert named(one, "d").amendment_id == named(same, "d").amendment_id
    assert named(one, "d").amendment_id != named(one, "e").amendment_id
    other = structs.replace(one, kind="downgrade")
    assert named(one, "d").amendment_id != named(other, "d").amendment_id


def test_an_enrollment_with_spaces_in_its_id_keeps_its_period() -> None:
    one = basis("99454")
    assert one.period == ("MADEUP E1", "cycle", "2026-03-01")
    assert by_period([one]) == {one.period: {"99454": one}}


def test_the_digest_is_of_the_whole_decision_whatever_its_order() -> None:
    expected = sha256(b'{"a":1,"b":[2]}').hexdigest()
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) == expected
