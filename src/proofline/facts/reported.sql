-- What is reported for a patient, seen from each enrollment: whose it is, of which family, over which days.
-- Grain: enrollment, service and family. `certain` is 1 where it was billed or paid, 0 where it may yet be; what was
-- denied is left out; behind a code a modifier may stand, behind that of clinics the code of what it was reported for:
-- `for_work` if that is no supply. `ours` is unknown where nobody wrote down who billed, or
-- which NPIs our practice has, or for whom she works whose NPI it is,
-- unless it is the biller herself.
-- Rule: R-ONE-1; E8, E15.
WITH known_practices AS (
    SELECT DISTINCT practice_id FROM practice_npis
),
of_nobody AS (
    SELECT DISTINCT trim(npi) AS npi FROM performers WHERE npi IS NOT NULL AND practice_id IS NULL
)
SELECT DISTINCT
    c.chart_no,
    c.patient_id,
    c.program,
    s.service_id,
    s.code,
    f.family,
    f.program AS family_program,
    s.from_date AS from_day,
    coalesce(s.to_date, s.from_date) AS to_day,
    f.family = 'clinic' AND length(trim(s.code)) > 10 AND substr(trim(s.code), length(trim(s.code)) - 5, 1) = ' '
        AND coalesce(m.family NOT LIKE '%supply', TRUE) AS for_work,
    CASE WHEN s.status IN ('billed', 'paid') THEN 1 ELSE 0 END AS certain,
    CASE WHEN n.npi IS NOT NULL OR trim(b.npi) = trim(s.billing_npi) THEN TRUE
         WHEN s.billing_npi IS NOT NULL AND o.practice_id IS NOT NULL AND w.npi IS NULL THEN FALSE END AS ours
FROM other_services AS s
JOIN charts AS c ON c.patient_id = s.patient_id
JOIN code_families AS f ON f.code = upper(substr(trim(s.code), 1, 5))
LEFT JOIN code_families AS m  -- what a clinic's general code was for
    ON f.family = 'clinic' AND m.code = upper(substr(trim(s.code), -5))
LEFT JOIN known_practices AS o ON o.practice_id = c.practice_id
LEFT JOIN practice_npis AS n ON n.practice_id = c.practice_id AND n.npi = trim(s.billing_npi)
LEFT JOIN performers AS b ON b.performer_id = c.billing_performer_id
LEFT JOIN of_nobody AS w ON w.npi = trim(s.billing_npi)
WHERE (s.status IS NULL OR s.status <> 'denied')
  AND f.family <> 'em_visit'
