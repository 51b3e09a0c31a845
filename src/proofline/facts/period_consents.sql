-- The consent that governs each period: of those that hold on one of its days, the latest given.
-- Grain: enrollment and period; a period without a row has no consent. Days local to the patient. `consent_on_file` is
-- NULL where the patient withdrew the agreement given last and one given before it stands open: she said no since. So it
-- is where one of two forms of one agreement says that she withdrew; such forms have no `given_at`, and agree to nothing.
-- Rule: R-CONS-1, R-CONS-2, R-CONS-4; E2, E15.
WITH known AS (
    SELECT
        c.chart_no,
        c.known_until_us,
        s.*,
        CAST((s.given_at + g.offset_us) // 86400000000 AS INTEGER) AS given_day,
        CAST((s.captured_at + w.offset_us) // 86400000000 AS INTEGER) AS captured_day,
        CAST((s.revoked_at - 1 + r.offset_us) // 86400000000 AS INTEGER) AS last_day
    FROM charts AS c
    JOIN consents AS s ON s.patient_id = c.patient_id AND s.program = c.program
    LEFT JOIN zone_spans AS g
        ON g.time_zone = c.time_zone AND s.given_at >= g.from_us AND s.given_at < g.to_us
    LEFT JOIN zone_spans AS w
        ON w.time_zone = c.time_zone AND s.captured_at >= w.from_us AND s.captured_at < w.to_us
    LEFT JOIN zone_spans AS r
        ON r.time_zone = c.time_zone AND s.revoked_at - 1 >= r.from_us AND s.revoked_at - 1 < r.to_us
    WHERE (s.given_at IS NULL OR s.given_at < c.known_until_us)
      AND (s.captured_at IS NULL OR s.captured_at < c.known_until_us)
),
doubts AS (  -- from such a withdrawal until something is agreed to again
    SELECT w.chart_no, w.consent_id, w.last_day AS from_day, coalesce(min(n.given_day), 9999999) AS to_day
    FROM known AS w
    JOIN known AS o
        ON o.chart_no = w.chart_no AND o.consent_id <> w.consent_id AND o.given_at <= coalesce(w.given_at, w.revoked_at)
        AND coalesce(o.revoked_at, 9000000000000000) > w.revoked_at
    LEFT JOIN known AS n ON n.chart_no = w.chart_no AND n.given_at >= w.revoked_at
    WHERE w.revoked_at < w.known_until_us
    GROUP BY w.chart_no, w.consent_id, w.last_day
),
doubted AS (
    SELECT DISTINCT p.period_no
    FROM periods AS p
    JOIN doubts AS d ON d.chart_no = p.chart_no AND d.from_day <= p.last_day AND d.to_day >= p.first_day
),
ranked AS (
    SELECT
        p.period_no,
        k.*,
        row_number() OVER (PARTITION BY p.period_no ORDER BY k.given_at DESC, k.consent_id DESC) AS place
    FROM periods AS p
    JOIN known AS k
        ON k.chart_no = p.chart_no
        AND k.given_day <= p.last_day AND coalesce(k.last_day, 9999999) >= p.first_day
)
SELECT
    r.period_no,
    CASE WHEN d.period_no IS NULL THEN TRUE END AS consent_on_file,
    r.captured_day - r.given_day AS consent_captured_late_days,
    CASE WHEN r.text_version IS NOT NULL AND r.modality IS NOT NULL THEN TRUE END AS consent_described,
    r.cost_share_disclosed
FROM ranked AS r
LEFT JOIN doubted AS d ON d.period_no = r.period_no
WHERE r.place = 1
