-- Stays that touch each period: hospital days, hospice days, the surgeon's own global period, the ACCESS model.
-- Grain: enrollment and period. Unit: days, or stays.
-- Rule: R-DAY-5, R-CON-3, R-CON-4, R-CON-5; E9.
WITH touching AS (
    SELECT
        p.period_no,
        s.kind,
        s.stay_id,
        s.related,
        s.performer_id,
        c.billing_performer_id,
        c.practice_id,
        f.practice_id AS their_practice_id,
        greatest(s.from_date, p.first_day) AS from_day,
        least(coalesce(s.to_date, 9999999), p.last_day) AS to_day
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN stays AS s
        ON s.patient_id = c.patient_id
        AND s.from_date <= p.last_day AND coalesce(s.to_date, 9999999) >= p.first_day
    LEFT JOIN performers AS f ON f.performer_id = s.performer_id
),
days AS (
    SELECT
        period_no,
        count(DISTINCT CASE WHEN kind IN ('inpatient', 'snf') THEN day END) AS paused_days,
        count(DISTINCT CASE WHEN kind = 'hospice' THEN day END) AS hospice_days
    FROM (
        SELECT period_no, kind, unnest(generate_series(from_day, to_day)) AS day
        FROM touching
        WHERE kind IN ('inpatient', 'snf', 'hospice')
    ) AS d
    GROUP BY period_no
),
conflicts AS (
    SELECT
        period_no,
        count(*) FILTER (WHERE kind = 'global_surgery' AND related AND performer_id = billing_performer_id)
            AS global_surgery_conflicts,
        count(*) FILTER (
            WHERE kind = 'global_surgery' AND (related OR related IS NULL)
              AND (performer_id = billing_performer_id OR performer_id IS NULL)
        ) AS global_surgery_conflicts_possible,
        count(*) FILTER (
            WHERE kind = 'access_model'
              AND (performer_id = billing_performer_id OR their_practice_id = practice_id)
        ) AS access_conflicts,
        count(*) FILTER (
            WHERE kind = 'access_model'
              AND (performer_id = billing_performer_id OR their_practice_id = practice_id
                   OR their_practice_id IS NULL OR practice_id IS NULL)
        ) AS access_conflicts_possible
    FROM touching
    GROUP BY period_no
)
SELECT c.*, coalesce(d.paused_days, 0) AS paused_days, coalesce(d.hospice_days, 0) AS hospice_days
FROM conflicts AS c
LEFT JOIN days AS d ON d.period_no = c.period_no
