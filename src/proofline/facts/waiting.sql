-- Readings that count for nobody until somebody says whose they are, by device and reason: the queue of the intake.
-- Grain: device and reason. They are in evidence already and count at once when the assignment is added or the doubt
-- is settled. `given` says that the device was given to somebody on some day, `named` that a reading names a patient.
-- Rule: E2; R-DAY-3.
SELECT
    r.device_id,
    max(d.kind) AS kind,
    max(d.serial) AS serial,
    r.unsettled AS reason,
    count(DISTINCT r.reading_id) AS readings,
    min(r.measured_at) AS first_us,
    max(r.measured_at) AS last_us,
    bool_or(a.device_id IS NOT NULL) AS given,
    bool_or(r.patient_id IS NOT NULL) AS named
FROM judged_readings AS r
LEFT JOIN devices AS d ON d.device_id = r.device_id
LEFT JOIN (SELECT DISTINCT device_id FROM assignments) AS a ON a.device_id = r.device_id
WHERE r.refused IS NULL
  AND r.unsettled IN (
      'device_not_assigned', 'another_patient_named', 'device_with_two_patients', 'ambiguous_person',
      'contradicting_versions', 'entry_unknown', 'received_before')
GROUP BY r.device_id, r.unsettled
