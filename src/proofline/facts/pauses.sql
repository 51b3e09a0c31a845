-- Where monitoring pauses: days as an inpatient or in a skilled nursing facility, first and last day included.
-- Grain: enrollment and unbroken run of days.
-- Rule: R-DAY-5; E9.
WITH stayed AS (
    SELECT c.chart_no, s.from_date AS from_day, coalesce(s.to_date, 9999999) AS to_day
    FROM stays AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    WHERE s.kind IN ('inpatient', 'snf')
),
breaks AS (
    SELECT
        chart_no, from_day, to_day,
        max(to_day) OVER (
            PARTITION BY chart_no ORDER BY from_day, to_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_day
    FROM stayed
),
runs AS (
    SELECT
        chart_no, from_day, to_day,
        sum(CASE WHEN from_day <= reached_day + 1 THEN 0 ELSE 1 END) OVER (
            PARTITION BY chart_no ORDER BY from_day, to_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM breaks
)
SELECT chart_no, min(from_day) AS from_day, max(to_day) AS to_day
FROM runs
GROUP BY chart_no, run
