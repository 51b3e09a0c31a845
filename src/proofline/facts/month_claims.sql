-- Management services already reported in the calendar month of a line for other days than its own period's.
-- Grain: enrollment, period and calendar month; `_possible` as in `period_services`.
-- Rule: E13 (a month holds one management line).
SELECT
    l.period_no,
    l.month,
    sum(CASE WHEN r.ours IS NOT NULL THEN r.certain ELSE 0 END) AS month_claims,
    count(*) AS month_claims_possible
FROM (SELECT DISTINCT chart_no, period_no, month FROM lines WHERE kind = 'cycle' AND work_day IS NOT NULL) AS l
JOIN periods AS p ON p.period_no = l.period_no
JOIN months AS m ON m.month = l.month
JOIN reported AS r
    ON r.chart_no = l.chart_no AND r.family LIKE '%management' AND r.family_program = r.program
    AND r.from_day <= m.last_day AND r.to_day >= m.first_day
    AND NOT (r.from_day <= p.last_day AND r.to_day >= p.first_day)
GROUP BY l.period_no, l.month
