-- Other enrollments of the patient on days of the period: in the same program, or in one that excludes it.
-- Grain: enrollment and period; a period without a row has none.
-- Rule: R-ONE-1, R-CON-1.
WITH several AS (
    SELECT patient_id FROM charts GROUP BY patient_id HAVING count(*) > 1
)
SELECT
    p.period_no,
    count(*) FILTER (WHERE o.program = c.program) AS sibling_enrollments,
    count(*) FILTER (WHERE v.program IS NOT NULL) AS rival_enrollments
FROM several AS s
JOIN charts AS c ON c.patient_id = s.patient_id
JOIN periods AS p ON p.chart_no = c.chart_no
JOIN charts AS o
    ON o.patient_id = c.patient_id AND o.chart_no <> c.chart_no
    AND o.anchor_day <= p.last_day AND o.end_day >= p.first_day AND o.end_day >= o.anchor_day
LEFT JOIN rivals AS v ON v.program = c.program AND v.rival = o.program
GROUP BY p.period_no
