-- What stands, or may stand, against a management line of a cycle in the calendar month of its service date, on days
-- outside the cycle: whatever would stand against it if its period were that month.
-- Grain: enrollment, period, calendar month and what stands there: a service, a stay, or neither where it is an enrollment.
-- `certain` is 1 where it does and 0 where it may, as in `reported` and `barring_stays`.
-- Rule: E13 (a month holds one management line); R-ONE-1, R-CON-1, R-CON-3, R-CON-4, R-CON-5, R-99091-1, R-SMBP-1, R-CLINIC-1.
WITH asked_of AS (
    SELECT DISTINCT l.chart_no, l.period_no, l.month, p.first_day, p.last_day, m.first_day AS from_day, m.last_day AS to_day
    FROM lines AS l
    JOIN periods AS p ON p.period_no = l.period_no
    JOIN months AS m ON m.month = l.month
    WHERE l.kind = 'cycle' AND l.work_day IS NOT NULL
)
SELECT
    l.period_no,
    l.month,
    r.service_id,
    CAST(NULL AS VARCHAR) AS stay_id,
    CASE WHEN (r.family_program = r.program OR r.family = 'clinic') AND r.ours IS NULL THEN 0 ELSE r.certain END AS certain
FROM asked_of AS l
JOIN reported AS r
    ON r.chart_no = l.chart_no AND r.from_day <= l.to_day AND r.to_day >= l.from_day
    AND NOT (r.from_day <= l.last_day AND r.to_day >= l.first_day)
JOIN charts AS c ON c.chart_no = l.chart_no
LEFT JOIN rivals AS v ON v.program = r.program AND v.rival = r.family_program
WHERE v.program IS NOT NULL
   OR r.family IN ('interpretation', 'self_measured')
   OR (r.family = 'clinic' AND (c.practice_kind IS NULL OR c.practice_kind <> 'practice') AND (r.ours OR r.ours IS NULL))
   OR (r.family_program = r.program AND (r.family LIKE '%management' OR r.ours = FALSE OR r.ours IS NULL))
UNION ALL
-- enrollments in a program that excludes this one, which run on days of the month and on none of the cycle
SELECT l.period_no, l.month, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), 0
FROM asked_of AS l
JOIN charts AS c ON c.chart_no = l.chart_no
JOIN rivals AS v ON v.program = c.program
JOIN charts AS o
    ON o.patient_no = c.patient_no AND o.program = v.rival
    AND o.anchor_day <= l.to_day AND o.end_day >= l.from_day AND o.end_day >= o.anchor_day
    AND NOT (o.anchor_day <= l.last_day AND o.end_day >= l.first_day)
UNION ALL
SELECT l.period_no, l.month, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), 0
FROM asked_of AS l
JOIN charts AS c ON c.chart_no = l.chart_no
JOIN rivals AS v ON v.program = c.program
JOIN undated AS u
    ON u.patient_id = c.patient_id AND u.program = v.rival
    AND coalesce(u.order_date, -9999999) <= l.to_day AND coalesce(u.end_date, 9999999) >= l.from_day
    AND NOT (coalesce(u.order_date, -9999999) <= l.last_day AND coalesce(u.end_date, 9999999) >= l.first_day)
UNION ALL
SELECT l.period_no, l.month, CAST(NULL AS VARCHAR), b.stay_id, b.certain
FROM asked_of AS l
JOIN barring_stays AS b
    ON b.chart_no = l.chart_no AND b.from_day <= l.to_day AND b.to_day >= l.from_day
    AND NOT (b.from_day <= l.last_day AND b.to_day >= l.first_day)
