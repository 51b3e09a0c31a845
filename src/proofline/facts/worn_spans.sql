-- Who has a device at an instant by the patient's own midnights, and what stands against a reading of it by that
-- instant alone (`standings`).
-- Grain: device, enrollment and stretch of time in which all of that stays the same; a stretch may be empty.
-- Rule: E2, E3 and E9; R-DAY-4 (patient's zone), R-DAY-5, R-CONS-3, R-CONS-4, R-DEVICE-1, R-RTM-3.
WITH monitored AS (
    SELECT chart_no, patient_no, patient_id, program, zone_no, anchor_day - 40 AS first_day,
        least(end_day, as_of_day) + 40 AS last_day, death_day
    FROM charts
    WHERE program IN ('RPM', 'RTM')
),
consented AS (
    SELECT
        c.chart_no,
        lag(s.to_us) OVER (PARTITION BY c.chart_no ORDER BY s.from_us) AS after_us,
        s.from_us,
        s.to_us
    FROM monitored AS c
    JOIN consent_spans AS s ON s.patient_no = c.patient_no AND s.program = c.program
),
agreements AS (  -- all time: under a consent, before it or after the one before it, and after the last one
    SELECT chart_no, from_us, to_us, 0 AS refused_no FROM consented
    UNION ALL
    SELECT chart_no, coalesce(after_us, -9000000000000000), from_us, CASE WHEN after_us IS NULL THEN 3 ELSE 2 END
    FROM consented
    UNION ALL
    SELECT c.chart_no, coalesce(max(s.to_us), -9000000000000000), 9000000000000000,
        CASE WHEN max(s.to_us) IS NULL THEN 3 ELSE 2 END
    FROM monitored AS c
    LEFT JOIN consented AS s ON s.chart_no = c.chart_no
    GROUP BY c.chart_no
),
clocks AS (  -- the offsets of the days the enrollment can reach; the outermost stretch to the ends of time
    SELECT
        c.chart_no,
        c.patient_id,
        z.standing_no,
        z.offset_us,
        CASE WHEN z.from_us <= c.first_day * 86400000000 THEN -9000000000000000 ELSE z.from_us END AS from_us,
        CASE WHEN z.to_us > c.last_day * 86400000000 THEN 9000000000000000 ELSE z.to_us END AS to_us
    FROM monitored AS c
    JOIN standings AS z
        ON z.zone_no = c.zone_no AND z.program = c.program AND z.refused IS NULL AND z.unsettled IS NULL
        AND z.to_us > c.first_day * 86400000000 AND z.from_us <= c.last_day * 86400000000
),
spans AS (
    SELECT
        z.chart_no, z.patient_id, z.standing_no, z.offset_us, a.refused_no,
        greatest(z.from_us, a.from_us) AS from_us, least(z.to_us, a.to_us) AS to_us
    FROM clocks AS z
    JOIN agreements AS a ON a.chart_no = z.chart_no AND a.from_us < z.to_us AND a.to_us > z.from_us
),
absences AS (  -- days after death, and as an inpatient
    SELECT chart_no, death_day + 1 AS from_day, 9999999 AS to_day, 4 AS refused_no
    FROM monitored
    WHERE death_day < 9999999
    UNION ALL
    SELECT p.chart_no, p.from_day, p.to_day, 5
    FROM pauses AS p
    JOIN monitored AS c ON c.chart_no = p.chart_no
),
away AS (
    SELECT
        s.chart_no, s.from_us AS span_us, a.refused_no,
        greatest(s.from_us, a.from_day * 86400000000 - s.offset_us) AS from_us,
        least(s.to_us, (a.to_day + 1) * 86400000000 - s.offset_us) AS to_us
    FROM absences AS a
    JOIN spans AS s
        ON s.chart_no = a.chart_no
        AND s.from_us < (a.to_day + 1) * 86400000000 - s.offset_us
        AND s.to_us > a.from_day * 86400000000 - s.offset_us
),
edges AS (
    SELECT DISTINCT a.chart_no, a.span_us,
        CASE e.edge WHEN 0 THEN a.span_us WHEN 1 THEN a.from_us ELSE a.to_us END AS at_us
    FROM away AS a
    CROSS JOIN (SELECT 0 AS edge UNION ALL SELECT 1 UNION ALL SELECT 2) AS e
),
cuts AS (
    SELECT
        chart_no, span_us, at_us,
        lead(at_us) OVER (PARTITION BY chart_no, span_us ORDER BY at_us) AS next_us
    FROM edges
),
parts AS (  -- the stretches without absence as they are, the others cut where an absence begins or ends
    SELECT s.chart_no, s.patient_id, s.standing_no, s.offset_us, s.from_us, s.to_us, s.refused_no
    FROM spans AS s
    LEFT JOIN (SELECT DISTINCT chart_no, span_us FROM away) AS w
        ON w.chart_no = s.chart_no AND w.span_us = s.from_us
    WHERE w.chart_no IS NULL
    UNION ALL
    SELECT s.chart_no, s.patient_id, s.standing_no, s.offset_us, e.at_us, coalesce(e.next_us, s.to_us),
        CASE WHEN s.refused_no > 0 THEN s.refused_no ELSE coalesce(min(w.refused_no), 0) END
    FROM spans AS s
    JOIN cuts AS e ON e.chart_no = s.chart_no AND e.span_us = s.from_us AND e.at_us < s.to_us
    LEFT JOIN away AS w
        ON w.chart_no = e.chart_no AND w.span_us = e.span_us AND w.from_us <= e.at_us AND w.to_us > e.at_us
    GROUP BY s.chart_no, s.patient_id, s.standing_no, s.offset_us, e.at_us, e.next_us, s.to_us, s.refused_no
)
SELECT
    a.device_id, p.patient_id, p.chart_no,
    greatest(p.from_us, greatest(a.from_day, coalesce(s.from_day, a.from_day)) * 86400000000 - p.offset_us) AS from_us,
    least(p.to_us, (least(a.to_day, coalesce(s.to_day, a.to_day)) + 1) * 86400000000 - p.offset_us) AS to_us,
    CAST(
        p.standing_no + CASE WHEN d.fda_basis = 'none' THEN 1 WHEN s.refused THEN 6 ELSE p.refused_no END * 4
        + CASE WHEN a.shared THEN 1 WHEN d.fda_basis IS NULL THEN 2 WHEN s.chart_no IS NOT NULL THEN 3 ELSE 0 END AS INTEGER
    ) AS standing_no
FROM assigned AS a
JOIN parts AS p ON p.patient_id = a.patient_id
LEFT JOIN devices AS d ON d.device_id = a.device_id
LEFT JOIN strange_spans AS s ON s.chart_no = p.chart_no AND s.device_id = a.device_id
