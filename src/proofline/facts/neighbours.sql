-- Other enrollments of the patient: on days of the period, in the same program or in one that excludes it, as may be those
-- of which nobody knows when they begin; and those, of either program, whose last cycle was cut short and whose thirty
-- days of supply reach into the period.
-- Grain: enrollment and period; a period without a row has none.
-- Rule: R-ONE-1, R-PER-1, R-CON-1, R-PHE-1; E15.
WITH several AS (
    SELECT patient_id FROM charts GROUP BY patient_id HAVING count(*) > 1
),
beside AS (
    SELECT p.period_no, o.program = c.program AS sibling, v.program IS NOT NULL AS rival, FALSE AS reaches
    FROM several AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    JOIN periods AS p ON p.chart_no = c.chart_no
    JOIN charts AS o
        ON o.patient_id = c.patient_id AND o.chart_no <> c.chart_no
        AND o.anchor_day <= p.last_day AND o.end_day >= p.first_day AND o.end_day >= o.anchor_day
    LEFT JOIN rivals AS v ON v.program = c.program AND v.rival = o.program
    UNION ALL
    SELECT p.period_no, u.program = c.program, v.program IS NOT NULL, FALSE
    FROM undated AS u
    JOIN charts AS c ON c.patient_id = u.patient_id
    JOIN periods AS p
        ON p.chart_no = c.chart_no
        AND coalesce(u.order_date, -9999999) <= p.last_day AND coalesce(u.end_date, 9999999) >= p.first_day
    LEFT JOIN rivals AS v ON v.program = c.program AND v.rival = u.program
),
cut_short AS (  -- with days enough to earn supply: two from 2026 on, and with COVID-19 in the emergency, else sixteen
    SELECT c.chart_no, c.patient_id, c.program, p.first_day, p.last_day
    FROM several AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    JOIN periods AS p ON p.chart_no = c.chart_no AND p.kind = 'cycle' AND p.last_day - p.first_day < 29
    JOIN transmissions AS t
        ON t.period_no = p.period_no
        AND bit_count(t.possible_bits) >= CASE
            WHEN p.last_day >= 20454 THEN 2  -- 2026-01-01
            WHEN c.program = 'RPM' AND coalesce(c.covid, TRUE) AND p.last_day BETWEEN 18322 AND 19488 THEN 2
            ELSE 16
        END
),
reaching AS (
    SELECT p.period_no, FALSE AS sibling, FALSE AS rival, TRUE AS reaches
    FROM cut_short AS o
    JOIN charts AS c ON c.patient_id = o.patient_id AND c.chart_no <> o.chart_no
    JOIN periods AS p
        ON p.chart_no = c.chart_no
        AND p.first_day > o.last_day AND p.first_day <= o.first_day + 29
    LEFT JOIN rivals AS v ON v.program = c.program AND v.rival = o.program
    WHERE c.program = o.program OR v.program IS NOT NULL
)
SELECT
    period_no,
    count(*) FILTER (WHERE sibling) AS sibling_enrollments,
    count(*) FILTER (WHERE rival) AS rival_enrollments,
    count(*) FILTER (WHERE reaches) AS reaching_cycles
FROM (SELECT * FROM beside UNION ALL SELECT * FROM reaching) AS n
GROUP BY period_no
