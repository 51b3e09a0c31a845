-- Other enrollments of the patient: on days of the period, in the same program or in one that excludes it, as may be those
-- of which nobody knows when they begin; and those, of either program, whose last cycle was cut short and whose thirty
-- days of supply reach into the period: into one of the other program only if the days are settled, for what nobody knows
-- to be monitoring of the one kind does not stand in the way of the other.
-- Grain: enrollment and period; a period without a row has none.
-- Rule: R-ONE-1, R-PER-1, R-CON-1; E15.
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
cut_short AS (  -- two days are the least that ever earned supply; what is not settled yet may still earn it
    SELECT c.chart_no, c.patient_id, c.program, p.first_day, p.last_day, bit_count(t.day_bits) >= 2 AS settled
    FROM several AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    JOIN periods AS p ON p.chart_no = c.chart_no AND p.kind = 'cycle' AND p.last_day - p.first_day < 29
    JOIN transmissions AS t ON t.period_no = p.period_no AND bit_count(t.possible_bits) >= 2
),
reaching AS (
    SELECT p.period_no, FALSE AS sibling, FALSE AS rival, TRUE AS reaches
    FROM cut_short AS o
    JOIN charts AS c ON c.patient_id = o.patient_id AND c.chart_no <> o.chart_no
    JOIN periods AS p
        ON p.chart_no = c.chart_no
        AND p.first_day > o.last_day AND p.first_day <= o.first_day + 29
    LEFT JOIN rivals AS v ON v.program = c.program AND v.rival = o.program
    WHERE c.program = o.program OR (v.program IS NOT NULL AND o.settled)
)
SELECT
    period_no,
    count(*) FILTER (WHERE sibling) AS sibling_enrollments,
    count(*) FILTER (WHERE rival) AS rival_enrollments,
    count(*) FILTER (WHERE reaches) AS reaching_cycles
FROM (SELECT * FROM beside UNION ALL SELECT * FROM reaching) AS n
GROUP BY period_no
