-- Every reading and whether it counts: `refused` says why it never does, `unsettled` what somebody must settle first;
-- a reading with neither counts.
-- Grain: reading (each version of a corrected one) and enrollment. Days are local to the patient.
-- Rule: R-DAY-1, R-DAY-3, R-DAY-4, R-DAY-5, R-DAY-6, R-CONS-3, R-CONS-4, R-DEVICE-1, R-RTM-2; E1, E2, E3, E4, E9.
WITH placed AS (
    SELECT
        r.*,
        s.chart_no,
        s.program,
        s.patient_id AS assigned_patient_id,
        s.consent_from_us,
        s.consent_revoked,
        s.known_until_us,
        s.shared_from_day,
        s.shared_to_day,
        s.death_day,
        s.paused_chart_no,
        s.fda_basis,
        CAST((r.measured_at + s.offset_us) // 86400000000 AS INTEGER) AS local_day,
        CAST(r.measured_at // 86400000000 AS INTEGER) AS utc_day
    FROM readings AS r
    LEFT JOIN device_spans AS s
        ON s.device_id = r.device_id
        AND r.measured_at >= s.from_us AND r.measured_at < s.to_us
        AND (r.measured_at + s.offset_us) // 86400000000 BETWEEN s.from_day AND s.to_day
)
SELECT
    r.*,
    CASE WHEN r.chart_no IS NULL OR r.patient_id <> r.assigned_patient_id THEN r.patient_id END AS stray_patient_id,
    CASE
        WHEN NOT v.contradicted THEN 'superseded'
        WHEN r.value IS NULL THEN 'no_value'
        WHEN r.test THEN 'test'
        WHEN r.entry = 'manual' AND (r.program = 'RPM' OR r.program IS NULL) THEN 'manual'
        WHEN coalesce(r.received_at, r.measured_at) >= r.known_until_us THEN 'not_yet_known'
        WHEN r.fda_basis = 'none' THEN 'not_a_medical_device'
        WHEN r.measured_at < r.consent_from_us AND r.consent_revoked THEN 'after_revocation'
        WHEN r.measured_at < r.consent_from_us THEN 'before_consent'
        WHEN r.local_day > r.death_day THEN 'after_death'
        WHEN p.chart_no IS NOT NULL THEN 'inpatient_or_snf'
    END AS refused,
    CASE
        WHEN r.chart_no IS NULL THEN 'device_not_assigned'
        WHEN r.patient_id <> r.assigned_patient_id THEN 'another_patient_named'
        WHEN r.local_day BETWEEN r.shared_from_day AND r.shared_to_day THEN 'device_with_two_patients'
        WHEN v.contradicted THEN 'contradicting_versions'
        WHEN r.ambiguous_person THEN 'ambiguous_person'
        WHEN r.entry = 'unknown' THEN 'entry_unknown'
        WHEN r.fda_basis IS NULL THEN 'device_basis_unknown'
    END AS unsettled
FROM placed AS r
LEFT JOIN pauses AS p
    ON p.chart_no = r.paused_chart_no AND r.local_day BETWEEN p.from_day AND p.to_day
LEFT JOIN superseded_readings AS v ON v.row_no = r.row_no
