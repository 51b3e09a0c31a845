-- Stays that touch each period: hospital days, hospice days, the surgeon's own global period, the ACCESS model.
-- Grain: enrollment and period. Unit: days, or stays.
-- Rule: R-DAY-5, R-CON-3, R-CON-4, R-CON-5; E9.
WITH touching AS (
    SELECT
        p.period_no,
        s.kind,
        greatest(s.from_date, p.first_day) AS from_day,
        least(coalesce(s.to_date, 9999999), p.last_day) AS to_day
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN stays AS s
        ON s.patient_id = c.patient_id
        AND s.kind IN ('inpatient', 'snf', 'hospice')
        AND s.from_date <= p.last_day AND coalesce(s.to_date, 9999999) >= p.first_day
),
days AS (
    SELECT
        period_no,
        count(DISTINCT CASE WHEN kind IN ('inpatient', 'snf') THEN day END) AS paused_days,
        count(DISTINCT CASE WHEN kind = 'hospice' THEN day END) AS hospice_days
    FROM (SELECT period_no, kind, unnest(generate_series(from_day, to_day)) AS day FROM touching) AS d
    GROUP BY period_no
),
conflicts AS (
    SELECT
        p.period_no,
        count(*) FILTER (WHERE b.kind = 'global_surgery' AND b.certain = 1) AS global_surgery_conflicts,
        count(*) FILTER (WHERE b.kind = 'global_surgery') AS global_surgery_conflicts_possible,
        count(*) FILTER (WHERE b.kind = 'access_model' AND b.certain = 1) AS access_conflicts,
        count(*) FILTER (WHERE b.kind = 'access_model') AS access_conflicts_possible
    FROM periods AS p
    JOIN barring_stays AS b
        ON b.chart_no = p.chart_no AND b.from_day <= p.last_day AND b.to_day >= p.first_day
    WHERE b.kind <> 'hospice'
    GROUP BY p.period_no
),
touched AS (
    SELECT period_no FROM days UNION SELECT period_no FROM conflicts
)
SELECT
    t.period_no,
    coalesce(d.paused_days, 0) AS paused_days,
    coalesce(d.hospice_days, 0) AS hospice_days,
    coalesce(c.global_surgery_conflicts, 0) AS global_surgery_conflicts,
    coalesce(c.global_surgery_conflicts_possible, 0) AS global_surgery_conflicts_possible,
    coalesce(c.access_conflicts, 0) AS access_conflicts,
    coalesce(c.access_conflicts_possible, 0) AS access_conflicts_possible
FROM touched AS t
LEFT JOIN days AS d ON d.period_no = t.period_no
LEFT JOIN conflicts AS c ON c.period_no = t.period_no
