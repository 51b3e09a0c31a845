-- Days on which a practitioner saw the patient for an evaluation and management visit, or may have.
-- Grain: patient, performer and local day. A visit that names nobody is of whoever has the NPI that billed it; `sure` is
-- false where that is the NPI of the practice of somebody who worked that day, or nobody can say whose it is: no NPI
-- stands in the report, none of that practice is on file, or no practice is on file for who worked. So it is of a visit
-- that is planned, or of which nobody says what became of it.
-- Rule: R-TIME-9: her own minutes of that day belong to the visit; E8, E15.
WITH visits AS (
    SELECT
        s.patient_id, s.performer_id, trim(s.billing_npi) AS billing_npi,
        coalesce(s.status IN ('billed', 'paid'), FALSE) AS took_place,
        unnest(generate_series(s.from_date, coalesce(s.to_date, s.from_date))) AS day
    FROM other_services AS s
    JOIN code_families AS f ON f.code = upper(substr(trim(s.code), 1, 5)) AND f.family = 'em_visit'
    WHERE s.status IS NULL OR s.status <> 'denied'
),
by_number AS (
    SELECT v.patient_id, p.performer_id, v.day, v.took_place
    FROM visits AS v
    JOIN performers AS p ON trim(p.npi) = v.billing_npi
    WHERE v.performer_id IS NULL
),
numbered AS (
    SELECT DISTINCT practice_id FROM practice_npis
),
by_somebody AS (
    SELECT v.patient_id, p.performer_id, v.day
    FROM visits AS v
    JOIN known_patients AS k ON k.patient_id = v.patient_id
    JOIN stretches AS x ON x.patient_no = k.patient_no AND x.day = v.day AND x.role IN ('physician', 'npp')
    JOIN performers AS p ON p.performer_id = x.performer_id
    LEFT JOIN practices AS o ON o.practice_id = p.practice_id
    LEFT JOIN numbered AS n ON n.practice_id = p.practice_id
    WHERE v.performer_id IS NULL
      AND (v.billing_npi IS NULL OR n.practice_id IS NULL OR v.billing_npi = trim(o.npi))
),
seen AS (
    SELECT patient_id, performer_id, day, took_place AS sure FROM visits WHERE performer_id IS NOT NULL
    UNION ALL
    SELECT patient_id, performer_id, day, took_place FROM by_number
    UNION ALL
    SELECT patient_id, performer_id, day, FALSE FROM by_somebody
)
SELECT patient_id, performer_id, day, bool_or(sure) AS sure
FROM seen
GROUP BY patient_id, performer_id, day
