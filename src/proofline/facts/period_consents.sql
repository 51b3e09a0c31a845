-- The consent that governs each period: of those that hold on one of its days, the latest given.
-- Grain: enrollment and period; a period without a row has no consent. Days local to the patient.
-- Rule: R-CONS-1, R-CONS-2; E2.
WITH known AS (
    SELECT
        c.chart_no,
        s.*,
        CAST((s.given_at + g.offset_us) // 86400000000 AS INTEGER) AS given_day,
        CAST((s.captured_at + w.offset_us) // 86400000000 AS INTEGER) AS captured_day,
        CAST((s.revoked_at - 1 + r.offset_us) // 86400000000 AS INTEGER) AS last_day
    FROM charts AS c
    JOIN consents AS s ON s.patient_id = c.patient_id AND s.program = c.program
    JOIN zone_spans AS g ON g.time_zone = c.time_zone AND s.given_at >= g.from_us AND s.given_at < g.to_us
    LEFT JOIN zone_spans AS w
        ON w.time_zone = c.time_zone AND s.captured_at >= w.from_us AND s.captured_at < w.to_us
    LEFT JOIN zone_spans AS r
        ON r.time_zone = c.time_zone AND s.revoked_at - 1 >= r.from_us AND s.revoked_at - 1 < r.to_us
    WHERE s.given_at < c.known_until_us
      AND (s.captured_at IS NULL OR s.captured_at < c.known_until_us)
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
    period_no,
    TRUE AS consent_on_file,
    captured_day - given_day AS consent_captured_late_days,
    CASE WHEN text_version IS NOT NULL AND modality IS NOT NULL THEN TRUE END AS consent_described,
    cost_share_disclosed
FROM ranked
WHERE place = 1
