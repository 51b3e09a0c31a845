-- Stays that stand, or may stand, against a line on their days: hospice, a global fee for surgery on the same problem,
-- the ACCESS model of our own practice.
-- Grain: enrollment and stay. `certain` is 1 where it does and 0 where it may: a surgeon who is somebody else of the
-- practice is paid as one with the biller if both are of one specialty, and no specialty is on file. A surgeon who is
-- not on file is of another practice; one without a practice may be of ours.
-- Rule: R-CON-3, R-CON-4, R-CON-5; E9.
WITH met AS (
    SELECT
        c.chart_no,
        s.stay_id,
        s.kind,
        s.from_date AS from_day,
        coalesce(s.to_date, 9999999) AS to_day,
        s.related,
        s.performer_id = c.billing_performer_id AS own,
        f.performer_id IS NOT NULL AS on_file,
        f.practice_id = c.practice_id AS of_one_practice
    FROM stays AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    LEFT JOIN performers AS f ON f.performer_id = s.performer_id
    WHERE s.kind IN ('hospice', 'global_surgery', 'access_model')
)
SELECT
    chart_no,
    stay_id,
    kind,
    from_day,
    to_day,
    CASE
        WHEN kind = 'hospice' THEN 1
        WHEN kind = 'global_surgery' AND own AND related THEN 1
        WHEN kind = 'access_model' AND (own OR of_one_practice) THEN 1
        ELSE 0
    END AS certain
FROM met
WHERE kind = 'hospice'
   OR (kind = 'global_surgery' AND (related OR related IS NULL)
       AND (own OR own IS NULL OR (on_file AND (of_one_practice OR of_one_practice IS NULL))))
   OR (kind = 'access_model' AND (own OR of_one_practice OR of_one_practice IS NULL))
