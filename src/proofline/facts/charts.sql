-- Who is decided: one enrollment with its patient, its biller and practice, and the days it can run on.
-- Grain: enrollment. `chart_no` numbers enrollments in the order of their ids. Days are day numbers since 1970-01-01.
-- Rule: E11; R-PER-3 and R-PER-4 (anchor), R-EST-1 (established), R-CONS-4 (revocation ends monitoring).
WITH begun AS (
    SELECT
        e.*,
        coalesce(e.anchor_date, e.setup_date, CASE WHEN e.program NOT IN ('RPM', 'RTM') THEN e.order_date END)
            AS anchor_day
    FROM enrollments AS e
),
listed AS (
    SELECT enrollment_id, unnest(string_split(diagnoses, '|')) AS diagnosis FROM enrollments WHERE diagnoses LIKE '%|%'
),
counted AS (  -- the same condition named twice is one
    SELECT enrollment_id, count(DISTINCT upper(replace(trim(diagnosis), '.', ''))) AS conditions
    FROM listed
    WHERE trim(diagnosis) <> ''
    GROUP BY enrollment_id
)
SELECT
    CAST(row_number() OVER (ORDER BY e.enrollment_id) AS INTEGER) AS chart_no,
    e.enrollment_id,
    p.patient_no,
    e.patient_id,
    e.program,
    p.time_zone,
    p.zone_no,
    p.known_until_us,
    a.as_of_day,
    e.anchor_day,
    CASE WHEN e.program IN ('RPM', 'RTM') THEN least(e.anchor_day, coalesce(e.setup_date, e.anchor_day)) END
        AS begin_day,  -- before it there is no monitoring to manage
    least(
        coalesce(e.end_date, 9999999),
        CASE WHEN p.death_date <= a.as_of_day THEN p.death_date ELSE 9999999 END,
        coalesce(r.revoked_day, 9999999)
    ) AS end_day,
    CASE WHEN p.death_date <= a.as_of_day THEN p.death_date ELSE 9999999 END AS death_day,
    e.end_date,
    e.end_reason,
    e.setup_date,
    e.order_date,
    e.order_kind,
    CASE WHEN w.role IN ('physician', 'npp') OR (w.role = 'therapist' AND e.program = 'RTM') OR w.role IS NULL
         THEN TRUE END AS order_stands,  -- NULL where somebody signed it who may not order
    e.diagnoses,
    CAST(CASE WHEN e.diagnoses LIKE '%|%' THEN n.conditions WHEN e.diagnoses IS NOT NULL THEN 1 END AS INTEGER)
        AS conditions_named,
    e.place_of_service,
    e.payer_id,
    e.covid,
    e.billing_performer_id,
    b.role AS biller_role,
    b.bills_em AS biller_bills_em,
    b.practice_id,
    o.npi AS practice_npi,
    o.kind AS practice_kind,
    CASE
        WHEN e.anchor_day BETWEEN 18322 AND 19488 THEN TRUE  -- 2020-03-01 to 2023-05-11, grandfathered
        WHEN e.established = FALSE THEN FALSE
        WHEN e.established_on > e.anchor_day THEN NULL
        WHEN v.month * 100 + v.day_of_month >= (f.month - 36) * 100 + f.day_of_month THEN TRUE
        WHEN e.established_on IS NOT NULL THEN FALSE  -- more than three years before the start
    END AS established
FROM begun AS e
CROSS JOIN asked AS a
JOIN known_patients AS p ON p.patient_id = e.patient_id
JOIN calendar AS f ON f.day = e.anchor_day
LEFT JOIN calendar AS v ON v.day = e.established_on
LEFT JOIN performers AS b ON b.performer_id = e.billing_performer_id
LEFT JOIN practices AS o ON o.practice_id = b.practice_id
LEFT JOIN performers AS w ON w.performer_id = e.ordering_performer_id
LEFT JOIN counted AS n ON n.enrollment_id = e.enrollment_id
LEFT JOIN revocations AS r  -- monitoring ends when the last consent does
    ON r.patient_no = p.patient_no AND r.program = e.program AND r.again_day IS NULL
WHERE e.anchor_day IS NOT NULL
  AND e.anchor_day <= a.as_of_day
  AND (a.patient_id IS NULL OR e.patient_id = a.patient_id)
