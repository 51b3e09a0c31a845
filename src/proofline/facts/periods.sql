-- When it is decided: the 30-day cycles from the anchor, and the calendar months they touch.
-- Grain: enrollment, kind and number. A cycle cut short keeps its number; a month is always whole. A revocation cuts the
-- cycle in which it falls unless consent is given again within it: what is agreed later does not stretch it afterwards.
-- Rule: R-PER-1, R-PER-2, R-PER-3, R-CONS-4; E11. Only the kinds that the pack and the clock ask for, and the cycles of
-- the other kind of monitoring: one of them may bear on those that are asked of, as may an instrument of therapy.
WITH wanted AS (
    SELECT program, period_kind FROM line_kinds
    UNION
    SELECT v.rival, 'cycle' FROM line_kinds AS k JOIN rivals AS v ON v.program = k.program WHERE k.program IN ('RPM', 'RTM')
),
running AS (
    SELECT c.*, least(c.end_day, c.as_of_day) AS running_day FROM charts AS c WHERE c.end_day >= c.anchor_day
),
cycles AS (
    SELECT
        c.chart_no, c.patient_no, c.program, c.anchor_day, c.end_day,
        unnest(generate_series(1, (c.running_day - c.anchor_day) // 30 + 1)) AS number
    FROM running AS c
    JOIN wanted AS w ON w.program = c.program AND w.period_kind = 'cycle'
),
whole AS (
    SELECT
        chart_no, patient_no, program, end_day, number,
        anchor_day + (number - 1) * 30 AS first_day, anchor_day + (number - 1) * 30 + 29 AS thirtieth_day
    FROM cycles
),
month_numbers AS (
    SELECT c.chart_no, f.month AS first_month, unnest(generate_series(0, l.month - f.month)) AS later
    FROM running AS c
    JOIN wanted AS w ON w.program = c.program AND w.period_kind = 'month'
    JOIN calendar AS f ON f.day = c.anchor_day
    JOIN calendar AS l ON l.day = c.running_day
),
spans AS (
    SELECT
        y.chart_no,
        'cycle' AS kind,
        CAST(y.number AS INTEGER) AS number,
        CAST(y.first_day AS INTEGER) AS first_day,
        CAST(least(y.thirtieth_day, y.end_day, coalesce(r.revoked_day, 9999999)) AS INTEGER) AS last_day
    FROM whole AS y
    LEFT JOIN revocations AS r
        ON r.patient_no = y.patient_no AND r.program = y.program
        AND r.revoked_day BETWEEN y.first_day AND y.thirtieth_day AND r.again_day > y.thirtieth_day
    UNION ALL
    SELECT n.chart_no, 'month', CAST(n.later + 1 AS INTEGER), m.first_day, m.last_day
    FROM month_numbers AS n
    JOIN months AS m ON m.month = n.first_month + n.later
)
SELECT
    s.chart_no,
    CAST(s.chart_no AS BIGINT) * 2048 + s.number + CASE WHEN s.kind = 'month' THEN 1024 ELSE 0 END AS period_no,
    s.kind,
    s.number,
    s.first_day,
    s.last_day,
    f.month AS first_month,
    l.month AS last_month,
    s.last_day < c.as_of_day AS closed
FROM spans AS s
JOIN charts AS c ON c.chart_no = s.chart_no
JOIN calendar AS f ON f.day = s.first_day
JOIN calendar AS l ON l.day = s.last_day
