-- The enrollment among the patient's earlier ones, the set-ups already reported for it, and whether its own was on a day
-- on which the consent that there is did not hold.
-- Grain: enrollment. A set-up by another practice within 30 days is for a person to settle, as is one of an earlier
-- episode, reported or not, since it is paid once in 30 days; an older one is of that episode.
-- Rule: R-SETUP-1, R-SETUP-2, R-SETUP-4, R-CONS-1; E8, E11 and E15.
WITH several AS (
    SELECT patient_id FROM charts GROUP BY patient_id HAVING count(*) > 1
),
earlier AS (
    SELECT
        c.chart_no,
        count(*) FILTER (WHERE e.end_date IS NULL OR e.end_reason IS NULL) AS earlier_episodes_open,
        count(*) FILTER (WHERE c.anchor_day - e.end_date BETWEEN 0 AND 29) AS recent_episodes,
        count(*) FILTER (WHERE e.end_date < c.anchor_day AND abs(c.setup_date - e.setup_date) < 30) AS recent_setups,
        max(CASE WHEN e.end_date < c.anchor_day THEN e.end_date END) AS last_ended_day
    FROM several AS s
    JOIN charts AS c ON c.patient_id = s.patient_id
    JOIN charts AS e
        ON e.patient_id = c.patient_id AND e.program = c.program AND e.anchor_day < c.anchor_day
    GROUP BY c.chart_no
),
perhaps AS (  -- earlier ones too, unless they were ordered later: nobody knows when they began
    SELECT c.chart_no, count(*) AS earlier_episodes_open
    FROM undated AS u
    JOIN charts AS c ON c.patient_id = u.patient_id AND c.program = u.program
    WHERE (u.end_date IS NULL OR u.end_reason IS NULL) AND coalesce(u.order_date, c.anchor_day) <= c.anchor_day
    GROUP BY c.chart_no
),
consenting AS (
    SELECT DISTINCT c.chart_no
    FROM charts AS c
    JOIN consent_spans AS k ON k.patient_no = c.patient_no AND k.program = c.program
),
agreed AS (  -- who was taught on a day on which she had agreed
    SELECT DISTINCT c.chart_no
    FROM charts AS c
    JOIN consent_spans AS k ON k.patient_no = c.patient_no AND k.program = c.program AND k.from_us < k.to_us
    JOIN zone_spans AS g ON g.time_zone = c.time_zone AND k.from_us >= g.from_us AND k.from_us < g.to_us
    LEFT JOIN zone_spans AS l ON l.time_zone = c.time_zone AND k.to_us - 1 >= l.from_us AND k.to_us - 1 < l.to_us
    WHERE (k.from_us + g.offset_us) // 86400000000 <= c.setup_date
      AND coalesce((k.to_us - 1 + l.offset_us) // 86400000000, 9999999) >= c.setup_date
),
setups AS (
    SELECT
        c.chart_no,
        sum(CASE WHEN r.ours AND r.from_day > coalesce(e.last_ended_day, -9999999) THEN r.certain ELSE 0 END)
            AS prior_setups,
        count(*) AS prior_setups_possible
    FROM charts AS c
    LEFT JOIN earlier AS e ON e.chart_no = c.chart_no
    JOIN reported AS r
        ON r.chart_no = c.chart_no AND r.family LIKE '%setup' AND r.family_program = c.program
        AND r.from_day <= coalesce(c.end_date, 9999999)
        AND (
            abs(r.from_day - coalesce(c.setup_date, c.anchor_day)) < 30
            OR ((r.ours OR r.ours IS NULL) AND r.from_day > coalesce(e.last_ended_day, -9999999))
        )
    GROUP BY c.chart_no
)
SELECT
    c.chart_no,
    k.chart_no IS NOT NULL AND a.chart_no IS NULL AS taught_before,
    coalesce(e.earlier_episodes_open, 0) + coalesce(u.earlier_episodes_open, 0) AS earlier_episodes_open,
    coalesce(e.recent_episodes, 0) AS recent_episodes,
    coalesce(s.prior_setups, 0) AS prior_setups,
    coalesce(s.prior_setups_possible, 0) + coalesce(e.recent_setups, 0) AS prior_setups_possible
FROM charts AS c
LEFT JOIN earlier AS e ON e.chart_no = c.chart_no
LEFT JOIN perhaps AS u ON u.chart_no = c.chart_no
LEFT JOIN consenting AS k ON k.chart_no = c.chart_no
LEFT JOIN agreed AS a ON a.chart_no = c.chart_no
LEFT JOIN setups AS s ON s.chart_no = c.chart_no
