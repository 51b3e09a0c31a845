"""The contract as data holds exactly the tables, columns and required columns that were agreed."""

from __future__ import annotations

import pytest

from proofline.evidence.contract import Table
from proofline.evidence.tables import TABLE, TABLES

AGREED = """
patients: patient_id* time_zone* birth_date sex death_date family_name given_name member_id
 address_line city state postal_code phone
performers: performer_id* role* name npi practice_id bills_em employment
practices: practice_id* name npi tax_id address_line city state postal_code locality kind
 qualifying_apm
enrollments: enrollment_id* patient_id* program* billing_performer_id* order_date
 ordering_performer_id order_kind setup_date setup_performer_id diagnoses established_on payer_id
 place_of_service established end_date end_reason anchor_date covid
devices: device_id* kind* manufacturer model serial udi_di fda_basis fda_reference
assignments: device_id* patient_id* from_date* to_date owner
readings: reading_id* device_id* patient_id metric* value value_2 unit measured_at* received_at
 entry* time_quality ambiguous_person test source source_message_id authenticity
consents: consent_id* patient_id* program* text_version language modality given_at* captured_at
 captured_by cost_share_disclosed revoked_at
time_entries: entry_id* enrollment_id* performer_id* started_at* ended_at* activity method
 entered_at supervision note
interactions: interaction_id* enrollment_id* performer_id channel* started_at* ended_at reached
 call_record_id
sign_offs: sign_off_id* enrollment_id* period_start* period_end* performer_id* signed_at*
 evidence_digest
other_services: service_id* patient_id* code* from_date* to_date billing_npi performer_id status
 source
stays: stay_id* patient_id* kind* from_date* to_date performer_id related
coverages: coverage_id* patient_id* payer_id* kind from_date to_date member_id
"""


def agreed() -> dict[str, str]:
    lines = AGREED.replace("\n ", " ").strip().splitlines()
    return {name: columns.strip() for name, _, columns in (line.partition(":") for line in lines)}


def test_every_table_is_there_and_no_other() -> None:
    assert list(TABLE) == list(agreed())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_are_those_agreed(table: Table) -> None:
    spelled = " ".join(column.name + "*" * column.required for column in table.columns)
    assert spelled == agreed()[table.name]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_and_orders_name_columns_of_the_table(table: Table) -> None:
    orders = [name for order in table.orders for name in (order.earlier, order.later)]
    assert {*table.key, *orders} <= set(table.names)
    assert all(table.column(name).required for name in table.key)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_instants_without_an_offset_have_somebodys_clock(table: Table) -> None:
    has_instants = any(column.kind == "instant" for column in table.columns)
    assert bool(table.clock) == has_instants


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_choices_belong_to_choices_and_every_column_has_a_meaning(table: Table) -> None:
    assert all(bool(column.choices) == (column.kind == "choice") for column in table.columns)
    assert all(column.meaning.endswith(".") for column in table.columns)
