-- A made-up practice: one remote-monitoring enrollment of one 30-day cycle for each patient.
-- Needs the variable `cycles`. Every choice is a hash of the patient's number, so the same number
-- of cycles gives the same rows, and the first 2,000 patients are the same in every size.

CREATE MACRO draw(number, salt, sides) AS (hash(number, salt) % sides)::INTEGER;
CREATE MACRO key(number) AS lpad(number::VARCHAR, 8, '0');
CREATE MACRO at_local(day, seconds, hours_west) AS
    (day::TIMESTAMP + to_seconds(seconds + 3600 * hours_west)) AT TIME ZONE 'UTC';

CREATE VIEW charts AS
SELECT
    i,
    DATE '2026-01-01' + draw(i, 1, 285) AS setup,
    20 + draw(i, 2, 81) AS adherence,
    ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix',
     'America/Los_Angeles', 'America/Anchorage', 'Pacific/Honolulu', 'America/Puerto_Rico',
     'America/Detroit', 'America/Boise'][1 + i % 10] AS time_zone,
    [5, 6, 7, 7, 8, 9, 10, 4, 5, 7][1 + i % 10] AS hours_west,
    i // 50 AS team,
    i // 2000 AS practice
FROM range(getvariable('cycles')) AS numbers(i);

CREATE VIEW patients AS
SELECT
    'PAT-' || key(i) AS patient_id,
    time_zone,
    DATE '1930-01-01' + draw(i, 3, 12000) AS birth_date,
    CASE i % 2 WHEN 0 THEN 'F' ELSE 'M' END AS sex,
    CASE WHEN draw(i, 4, 1000) < 2 THEN setup + draw(i, 5, 30) END AS death_date,
    'Synthetic' AS family_name,
    'Patient ' || i AS given_name,
    'MEM-' || key(i) AS member_id,
    NULL::VARCHAR AS address_line,
    NULL::VARCHAR AS city,
    NULL::VARCHAR AS state,
    NULL::VARCHAR AS postal_code,
    NULL::VARCHAR AS phone
FROM charts;

CREATE VIEW practices AS
SELECT DISTINCT
    'PRA-' || key(practice) AS practice_id,
    'Synthetic Practice ' || practice AS name,
    (2000000000 + practice)::VARCHAR AS npi,
    NULL::VARCHAR AS tax_id,
    NULL::VARCHAR AS address_line,
    NULL::VARCHAR AS city,
    NULL::VARCHAR AS state,
    NULL::VARCHAR AS postal_code,
    NULL::VARCHAR AS locality,
    'practice' AS kind,
    FALSE AS qualifying_apm
FROM charts;

CREATE VIEW performers AS
SELECT DISTINCT
    'PER-' || key(practice) || '-B' AS performer_id,
    CASE practice % 3 WHEN 0 THEN 'npp' ELSE 'physician' END AS role,
    'Synthetic Biller ' || practice AS name,
    (3000000000 + practice)::VARCHAR AS npi,
    'PRA-' || key(practice) AS practice_id,
    TRUE AS bills_em,
    'employed' AS employment
FROM charts
UNION ALL
SELECT DISTINCT
    'PER-' || key(team) || seat,
    CASE WHEN team % 40 = 7 AND seat = '-C' THEN 'auxiliary' ELSE 'clinical_staff' END,
    'Synthetic Staff ' || team || seat,
    NULL,
    'PRA-' || key(practice),
    FALSE,
    'employed'
FROM charts, (VALUES ('-N'), ('-C')) AS seats(seat);

CREATE VIEW enrollments AS
SELECT
    'ENR-' || key(i) AS enrollment_id,
    'PAT-' || key(i) AS patient_id,
    'RPM' AS program,
    'PER-' || key(practice) || '-B' AS billing_performer_id,
    CASE WHEN draw(i, 6, 100) >= 2 THEN setup - 4 END AS order_date,
    'PER-' || key(practice) || '-B' AS ordering_performer_id,
    CASE draw(i, 6, 100) WHEN 0 THEN 'none' WHEN 1 THEN NULL ELSE 'order' END AS order_kind,
    setup AS setup_date,
    'PER-' || key(team) || '-N' AS setup_performer_id,
    ['I10', 'E11.9|I10', 'I50.9'][1 + i % 3] AS diagnoses,
    CASE WHEN draw(i, 7, 100) >= 2 THEN setup - 90 END AS established_on,
    'SYNTHETIC-MEDICARE' AS payer_id,
    '11' AS place_of_service,
    CASE WHEN draw(i, 7, 100) = 0 THEN FALSE END AS established,
    setup + 29 AS end_date,
    'completed' AS end_reason,
    NULL::DATE AS anchor_date,
    NULL::BOOLEAN AS covid
FROM charts;

CREATE VIEW instruments AS
SELECT charts.*, kind, suffix
FROM charts, (VALUES ('blood_pressure', ''), ('weight', '-W')) AS kinds(kind, suffix)
WHERE suffix = '' OR i % 10 = 3;

CREATE VIEW devices AS
SELECT
    'DEV-' || key(i) || suffix AS device_id,
    kind,
    'Synthetic Instruments' AS manufacturer,
    'SYN-1' AS model,
    'SN-' || key(i) || suffix AS serial,
    NULL::VARCHAR AS udi_di,
    CASE WHEN draw(i, 8, 200) = 0 THEN 'none' WHEN draw(i, 8, 200) = 1 THEN NULL
         WHEN suffix = '-W' THEN 'exempt' ELSE 'cleared' END AS fda_basis,
    CASE WHEN draw(i, 8, 200) >= 5 THEN 'K000000' END AS fda_reference
FROM instruments;

CREATE VIEW assignments AS
SELECT
    'DEV-' || key(i) || suffix AS device_id,
    'PAT-' || key(i) AS patient_id,
    setup AS from_date,
    NULL::DATE AS to_date,
    CASE WHEN draw(i, 9, 100) < 2 THEN 'patient' WHEN draw(i, 9, 100) = 2 THEN NULL
         ELSE 'practice' END AS owner
FROM instruments;

-- About 42 readings a cycle: 60 % of the days, 2.3 readings on such a day. `trait` and `again` are
-- the ways in which one in ten of them is not plain.
CREATE VIEW sent AS
SELECT *, hash(i, d, k) AS h, (h // 65536 % 1000)::INTEGER AS trait
FROM (
    FROM charts, range(30) AS days(d)
    WHERE draw(i * 32 + d, 10, 100) < adherence
), range(3) AS times(k)
WHERE k = 0 OR draw(i * 128 + d * 4 + k, 11, 100) < 67;

CREATE VIEW copied AS
SELECT *, (h // 65536000 % 1000)::INTEGER AS again FROM sent, range(2) AS copies(copy)
WHERE copy = 0 OR again < 20;

CREATE VIEW readings AS
SELECT
    'RDG-' || key(i) || '-' || d || '-' || k
        || CASE WHEN copy = 1 AND again BETWEEN 10 AND 14 THEN '-B' ELSE '' END AS reading_id,
    'DEV-' || key(i) || CASE WHEN scale THEN '-W' ELSE '' END AS device_id,
    CASE WHEN trait BETWEEN 81 AND 90 THEN NULL
         WHEN trait = 91 THEN 'PAT-' || key(abs(i - 1))
         ELSE 'PAT-' || key(i) END AS patient_id,
    CASE WHEN scale THEN '29463-7' ELSE '85354-9' END AS metric,
    CASE WHEN trait NOT BETWEEN 68 AND 77
         THEN (110 + h % 40 + CASE WHEN corrected THEN 1 ELSE 0 END)::DOUBLE END AS value,
    CASE WHEN NOT scale AND trait NOT BETWEEN 68 AND 77
         THEN (60 + h % 30)::DOUBLE END AS value_2,
    CASE WHEN scale THEN '[lb_av]' ELSE 'mm[Hg]' END AS unit,
    -- Mornings, noons and evenings: the evenings are the next day in UTC.
    at_local(setup + d::INTEGER, ([19800, 39600, 66600][1 + k] + h % 19000)::BIGINT, hours_west)
        AS measured_at,
    measured_at + to_seconds((
        90 + CASE WHEN trait BETWEEN 25 AND 64 THEN h % 259200 ELSE 0 END
        + CASE WHEN trait BETWEEN 92 AND 111 THEN 432000 + h % 3456000 ELSE 0 END
        + CASE WHEN corrected THEN 86400 ELSE 0 END)::BIGINT) AS received_at,
    CASE WHEN trait < 20 THEN 'manual' WHEN trait < 25 THEN 'unknown'
         WHEN trait < 65 THEN 'memory' ELSE 'automatic' END AS entry,
    'device' AS time_quality,
    trait BETWEEN 78 AND 80 AS ambiguous_person,
    trait BETWEEN 65 AND 67 AS test,
    'synthetic' AS source,
    'MSG-' || key(i) || '-' || d AS source_message_id,
    'signed' AS authenticity
FROM (
    SELECT *, k = 1 AND i % 10 = 3 AS scale, copy = 1 AND again >= 15 AS corrected FROM copied
);

CREATE VIEW consents AS
SELECT
    'CON-' || key(i) AS consent_id,
    'PAT-' || key(i) AS patient_id,
    'RPM' AS program,
    'v1' AS text_version,
    'en' AS language,
    'verbal' AS modality,
    at_local(setup - 5 + CASE WHEN draw(i, 12, 100) < 2 THEN 8 ELSE 0 END, 36000, hours_west)
        AS given_at,
    given_at + INTERVAL 4 MINUTE AS captured_at,
    'PER-' || key(team) || '-N' AS captured_by,
    draw(i, 13, 20) > 0 AS cost_share_disclosed,
    CASE WHEN draw(i, 14, 100) = 0 THEN at_local(setup + 20, 36000, hours_west) END AS revoked_at
FROM charts
WHERE draw(i, 15, 200) > 0;

-- Four stretches of work a cycle; the last kind begins in the middle of the first one.
CREATE VIEW stretches AS
SELECT
    charts.*,
    k,
    at_local(setup + draw(i, 16 + k % 4, 30), 28800 + draw(i, 20 + k % 4, 30000)
        + CASE k WHEN 4 THEN 120 ELSE 0 END, hours_west) AS started_at,
    started_at + to_seconds((120 + draw(i, 24 + k, 840))::BIGINT) AS ended_at,
    draw(i, 30 + k, 100) AS work
FROM charts, range(5) AS entries(k)
WHERE k < 3 OR (k = 3 AND draw(i, 28, 100) < 60) OR (k = 4 AND draw(i, 29, 100) < 40);

CREATE VIEW time_entries AS
SELECT
    'TIM-' || key(i) || '-' || k AS entry_id,
    'ENR-' || key(i) AS enrollment_id,
    'PER-' || key(team) || CASE k WHEN 4 THEN '-C' ELSE '-N' END AS performer_id,
    started_at,
    ended_at,
    CASE WHEN work < 40 THEN 'review' WHEN work < 65 THEN 'communication'
         WHEN work < 75 THEN 'care_plan' WHEN work < 85 THEN 'coordination'
         WHEN work < 94 THEN 'documentation' WHEN work < 96 THEN 'setup_education'
         WHEN work < 98 THEN 'scheduling' WHEN work < 99 THEN 'attempt' END AS activity,
    CASE k % 2 WHEN 0 THEN 'timer' ELSE 'typed' END AS method,
    ended_at + INTERVAL 1 MINUTE AS entered_at,
    'general' AS supervision,
    'Synthetic note' AS note
FROM stretches;

CREATE VIEW interactions AS
SELECT
    'INT-' || key(i) || '-' || k AS interaction_id,
    'ENR-' || key(i) AS enrollment_id,
    'PER-' || key(team) || '-N' AS performer_id,
    CASE k WHEN 0 THEN 'phone' ELSE 'sms' END AS channel,
    started_at,
    ended_at,
    CASE WHEN draw(i, 40 + k, 100) < 80 THEN 'patient' WHEN draw(i, 40 + k, 100) < 87
         THEN 'caregiver' WHEN draw(i, 40 + k, 100) < 98 THEN 'nobody' END AS reached,
    'CALL-' || key(i) || '-' || k AS call_record_id
FROM stretches
WHERE k < 2;

CREATE VIEW sign_offs AS
SELECT
    'SIG-' || key(i) AS sign_off_id,
    'ENR-' || key(i) AS enrollment_id,
    setup AS period_start,
    setup + 29 AS period_end,
    'PER-' || key(practice) || '-B' AS performer_id,
    at_local(setup + 30 + draw(i, 42, 5), 50000, hours_west) AS signed_at,
    NULL::VARCHAR AS evidence_digest
FROM charts
WHERE draw(i, 43, 100) < 92;

CREATE VIEW other_services AS
SELECT
    'SVC-' || key(i) AS service_id,
    'PAT-' || key(i) AS patient_id,
    ['99454', '98977', '99214', '99490'][1 + draw(i, 44, 4)] AS code,
    setup + draw(i, 45, 30) AS from_date,
    NULL::DATE AS to_date,
    (CASE WHEN draw(i, 44, 4) < 2 THEN 4000000000 ELSE 2000000000 END + practice)::VARCHAR
        AS billing_npi,
    CASE WHEN draw(i, 44, 4) >= 2 THEN 'PER-' || key(practice) || '-B' END AS performer_id,
    ['billed', 'paid', 'planned', 'denied'][1 + draw(i, 46, 4)] AS status,
    'synthetic' AS source
FROM charts
WHERE draw(i, 47, 100) < 8;

CREATE VIEW stays AS
SELECT
    'STA-' || key(i) AS stay_id,
    'PAT-' || key(i) AS patient_id,
    ['inpatient', 'inpatient', 'snf', 'hospice'][1 + draw(i, 48, 4)] AS kind,
    setup + draw(i, 49, 30) AS from_date,
    from_date + draw(i, 50, 6) AS to_date,
    NULL::VARCHAR AS performer_id,
    NULL::BOOLEAN AS related
FROM charts
WHERE draw(i, 51, 100) < 3;

CREATE VIEW coverages AS
SELECT
    'COV-' || key(i) AS coverage_id,
    'PAT-' || key(i) AS patient_id,
    CASE WHEN draw(i, 52, 10) = 0 THEN 'SYNTHETIC-ADVANTAGE' ELSE 'SYNTHETIC-MEDICARE' END
        AS payer_id,
    CASE WHEN draw(i, 52, 10) = 0 THEN 'medicare_advantage' ELSE 'medicare_ffs' END AS kind,
    DATE '2015-01-01' AS from_date,
    NULL::DATE AS to_date,
    'MEM-' || key(i) AS member_id
FROM charts;
