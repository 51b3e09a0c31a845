-- Every reading and whether it counts: `refused` says why it never does, `unsettled` what somebody must settle first;
-- a reading with neither counts. One that reached us on a day before that of its measurement has the wrong one.
-- Grain: reading (each version of a corrected one) and enrollment. Days are local to the patient.
-- Rule: R-DAY-1, R-DAY-3, R-DAY-4, R-DAY-5, R-DAY-6, R-CONS-3, R-CONS-4, R-DEVICE-1, R-RTM-2, R-RTM-3; E1, E2, E3, E4, E9.
SELECT
    r.*,
    s.chart_no,
    CAST((r.measured_at + t.offset_us) // 86400000000 AS INTEGER) AS local_day,
    CAST(r.measured_at // 86400000000 AS INTEGER) AS utc_day,
    CASE WHEN s.chart_no IS NULL OR r.patient_id <> s.patient_id THEN r.patient_id END AS stray_patient_id,
    CASE
        WHEN NOT v.contradicted THEN 'superseded'
        WHEN r.value IS NULL THEN 'no_value'
        WHEN r.test THEN 'test'
        WHEN r.entry = 'manual' AND (t.program = 'RPM' OR t.program IS NULL) THEN 'manual'
        WHEN coalesce(r.received_at, r.measured_at) >= t.known_until_us THEN 'not_yet_known'
        ELSE t.refused
    END AS refused,
    CASE
        WHEN s.chart_no IS NULL THEN 'device_not_assigned'
        WHEN r.patient_id <> s.patient_id THEN 'another_patient_named'
        WHEN t.unsettled = 'device_with_two_patients' THEN t.unsettled
        WHEN v.contradicted THEN 'contradicting_versions'
        WHEN r.ambiguous_person THEN 'ambiguous_person'
        WHEN r.entry = 'unknown' THEN 'entry_unknown'
        WHEN r.received_at < r.measured_at
         AND (r.received_at + t.offset_us) // 86400000000 < (r.measured_at + t.offset_us) // 86400000000
            THEN 'received_before'
        ELSE t.unsettled
    END AS unsettled
FROM readings AS r
LEFT JOIN device_spans AS s
    ON s.device_id = r.device_id AND r.measured_at >= s.from_us AND r.measured_at < s.to_us
LEFT JOIN standings AS t ON t.standing_no = s.standing_no
LEFT JOIN superseded_readings AS v ON v.row_no = r.row_no
