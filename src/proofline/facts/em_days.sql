-- Days on which a practitioner saw the patient for an evaluation and management visit, or may have.
-- Grain: patient, performer and local day. A visit that names nobody is of whoever has the NPI that billed it; `sure` is
-- false where that is the practice's, or nobody's, and any practitioner of the practice that bills may have seen the patient.
-- Rule: R-TIME-9: her own minutes of that day belong to the visit; E15.
WITH visits AS (
    SELECT
        s.patient_id, s.performer_id, s.billing_npi,
        unnest(generate_series(s.from_date, coalesce(s.to_date, s.from_date))) AS day
    FROM other_services AS s
    JOIN code_families AS f ON f.code = upper(substr(trim(s.code), 1, 5)) AND f.family = 'em_visit'
    WHERE s.status IS NULL OR s.status <> 'denied'
),
by_number AS (
    SELECT v.patient_id, p.performer_id, v.day
    FROM visits AS v
    JOIN performers AS p ON p.npi = v.billing_npi
    WHERE v.performer_id IS NULL
),
by_somebody AS (
    SELECT v.patient_id, p.performer_id, v.day
    FROM visits AS v
    JOIN charts AS c ON c.patient_id = v.patient_id
    JOIN performers AS p ON p.practice_id = c.practice_id AND p.role IN ('physician', 'npp')
    WHERE v.performer_id IS NULL AND (v.billing_npi IS NULL OR v.billing_npi = c.practice_npi)
),
seen AS (
    SELECT patient_id, performer_id, day, TRUE AS sure FROM visits WHERE performer_id IS NOT NULL
    UNION ALL
    SELECT patient_id, performer_id, day, TRUE FROM by_number
    UNION ALL
    SELECT patient_id, performer_id, day, FALSE FROM by_somebody
)
SELECT patient_id, performer_id, day, bool_or(sure) AS sure
FROM seen
GROUP BY patient_id, performer_id, day
