-- Cycles of therapeutic monitoring, and whether the patient had an instrument of therapy on a day of each, as far as is
-- known on the as-of day.
-- Grain: enrollment and cycle; all days before the first belong to it, all after the last to that one. `follows_therapy`:
-- there was such an instrument. `follows_breath`: one of them is for respiratory therapy.
-- Rule: R-RTM-3; E1, E2.
WITH had AS (
    SELECT p.period_no, max(CASE WHEN k.therapy_system = 'respiratory' THEN 1 ELSE 0 END) = 1 AS follows_breath
    FROM device_kinds AS k
    JOIN assignments AS a ON a.device_id = k.device_id
    JOIN charts AS c ON c.patient_id = a.patient_id AND c.program = 'RTM' AND a.from_date <= c.as_of_day
    JOIN periods AS p
        ON p.chart_no = c.chart_no AND p.kind = 'cycle'
        AND a.from_date <= p.last_day AND coalesce(a.to_date, 9999999) >= p.first_day
    WHERE k.therapy_system IS NOT NULL
    GROUP BY p.period_no
)
SELECT
    p.chart_no,
    CASE WHEN p.number = 1 THEN -9999999 ELSE p.first_day END AS from_day,
    CASE WHEN p.first_day + 29 < least(c.end_day, c.as_of_day) THEN p.first_day + 29 ELSE 9999999 END AS to_day,
    h.period_no IS NOT NULL AS follows_therapy,
    coalesce(h.follows_breath, FALSE) AS follows_breath
FROM charts AS c
JOIN periods AS p ON p.chart_no = c.chart_no AND p.kind = 'cycle'
LEFT JOIN had AS h ON h.period_no = p.period_no
WHERE c.program = 'RTM'
