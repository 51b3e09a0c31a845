-- Days on which a practitioner saw the patient for an evaluation and management visit.
-- Grain: patient, performer and local day.
-- Rule: R-TIME-9: her own minutes of that day belong to the visit.
SELECT DISTINCT
    s.patient_id,
    s.performer_id,
    unnest(generate_series(s.from_date, coalesce(s.to_date, s.from_date))) AS day
FROM other_services AS s
JOIN code_families AS f ON f.code = s.code AND f.family = 'em_visit'
WHERE s.performer_id IS NOT NULL
  AND (s.status IS NULL OR s.status <> 'denied')
