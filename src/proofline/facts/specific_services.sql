-- Codes by which something is paid that a device of the period watches too, by an instrument made for it alone:
-- continuous glucose, and what is implanted in the heart.
-- Grain: enrollment and period; a period without a row has none. A device whose kind tells nothing may watch either.
-- Rule: R-DEV-6; E8, E15.
WITH beside AS (
    SELECT p.period_no, p.first_day, p.last_day, r.patient_id, r.service_id, r.certain, r.family
    FROM reported AS r
    JOIN periods AS p ON p.chart_no = r.chart_no AND r.from_day <= p.last_day AND r.to_day >= p.first_day
    WHERE r.program = 'RPM' AND r.family IN ('continuous_glucose', 'implanted_heart')
)
SELECT
    b.period_no,
    count(DISTINCT CASE WHEN b.certain = 1 AND k.also_paid = b.family THEN b.service_id END) AS specific_services,
    count(DISTINCT b.service_id) AS specific_services_possible
FROM beside AS b
JOIN assignments AS a
    ON a.patient_id = b.patient_id AND a.from_date <= b.last_day AND coalesce(a.to_date, 9999999) >= b.first_day
LEFT JOIN device_kinds AS k ON k.device_id = a.device_id
WHERE k.also_paid = b.family OR k.device_id IS NULL
GROUP BY b.period_no
