-- Other enrollments of the patient: on days of the period, in the same program or in one that excludes it, as may be those
-- of which nobody knows when they begin; and those, of either program, whose last cycle was cut short, or may have been,
-- and whose thirty days of supply reach into the period.
-- Grain: enrollment and period; a period without a row has none.
-- Rule: R-ONE-1, R-PER-1, R-CON-1, R-PHE-1, R-YEAR-1; E15.
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
cut_short AS (
    SELECT c.*, p.period_no, p.first_day, p.last_day, t.possible_bits
    FROM several AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    JOIN periods AS p ON p.chart_no = c.chart_no AND p.kind = 'cycle' AND p.last_day - p.first_day < 29
    JOIN transmissions AS t ON t.period_no = p.period_no
),
earning AS (  -- with days enough for supply on the page of its last day, and nothing that refuses it for sure
    SELECT o.patient_id, o.chart_no, o.program, o.first_day, o.last_day
    FROM cut_short AS o
    LEFT JOIN period_services AS r ON r.period_no = o.period_no
    WHERE (
        bit_count(o.possible_bits) >= 16
        OR (o.last_day >= 20454 AND bit_count(o.possible_bits >> greatest(20454 - o.first_day, 0)) >= 2)  -- 2026-01-01
        OR (o.program = 'RPM' AND coalesce(o.covid, TRUE) AND o.last_day BETWEEN 18322 AND 19488
            AND bit_count(o.possible_bits) >= 2)
    )
      AND coalesce(o.biller_role, 'npp') IN ('physician', 'npp', CASE WHEN o.program = 'RTM' THEN 'therapist' ELSE 'npp' END)
      AND NOT (o.program = 'RPM' AND coalesce(
          o.order_kind = 'none' OR (o.order_stands AND o.order_date > o.last_day) OR o.biller_bills_em = FALSE
          OR (o.established = FALSE AND o.last_day NOT BETWEEN 18322 AND 19488), FALSE))
      AND coalesce(r.other_practice_services, 0) + coalesce(r.rival_services, 0) = 0
),
ended AS (  -- of those whose cycles nobody knows and who had a device, the last day on which one that earns could begin
    SELECT DISTINCT
        u.enrollment_id, u.patient_id, u.program, u.end_date AS last_day,
        u.end_date + 1 - CASE
            WHEN u.end_date >= 20455 THEN 2
            WHEN u.program = 'RPM' AND coalesce(u.covid, TRUE) AND u.end_date BETWEEN 18322 AND 19488 THEN 2
            ELSE 16
        END AS first_day,
        coalesce(u.order_date, -9999999) AS order_day
    FROM undated AS u
    JOIN assignments AS a
        ON a.patient_id = u.patient_id AND a.from_date <= u.end_date AND coalesce(a.to_date, 9999999) >= u.end_date - 28
    WHERE u.program IN ('RPM', 'RTM')
),
leaving AS (
    SELECT patient_id, chart_no, program, first_day, last_day FROM earning
    UNION ALL
    SELECT patient_id, 0, program, first_day, last_day FROM ended WHERE order_day <= first_day
),
reaching AS (
    SELECT p.period_no, FALSE AS sibling, FALSE AS rival, TRUE AS reaches
    FROM leaving AS o
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
