-- What holds for a reading of a device at an instant: whose it is, which local day it is, and what stands against it.
-- Grain: device, enrollment and a stretch of time with one UTC offset and one consent; the stretches of a device and
-- an enrollment cover all time. Joining a reading to its stretch is all that is ever done per reading.
-- Rule: E2 and E3; R-DAY-4 (patient's zone), R-CONS-3, R-DEVICE-1.
WITH consented AS (
    SELECT
        c.chart_no,
        coalesce(lag(s.to_us) OVER (PARTITION BY c.chart_no ORDER BY s.from_us), -9000000000000000) AS after_us,
        s.from_us,
        s.to_us
    FROM charts AS c
    JOIN consent_spans AS s ON s.patient_id = c.patient_id AND s.program = c.program
    WHERE c.program IN ('RPM', 'RTM')
),
consent_pieces AS (  -- up to the end of each consent, then the time after the last one
    SELECT chart_no, after_us AS from_us, to_us, from_us AS consent_from_us FROM consented
    UNION ALL
    SELECT c.chart_no, coalesce(max(s.to_us), -9000000000000000), 9000000000000000, 9000000000000000
    FROM charts AS c
    LEFT JOIN consented AS s ON s.chart_no = c.chart_no
    WHERE c.program IN ('RPM', 'RTM')
    GROUP BY c.chart_no
    HAVING coalesce(max(s.to_us), -9000000000000000) < 9000000000000000
),
clocks AS (  -- the offsets of the days the enrollment can reach; the outermost stretch to the ends of time
    SELECT
        c.chart_no,
        z.offset_us,
        CASE WHEN z.from_us <= (c.anchor_day - 40) * 86400000000 THEN -9000000000000000 ELSE z.from_us END AS from_us,
        CASE WHEN z.to_us > (least(c.end_day, c.as_of_day) + 40) * 86400000000
             THEN 9000000000000000 ELSE z.to_us END AS to_us
    FROM charts AS c
    JOIN zone_spans AS z
        ON z.time_zone = c.time_zone
        AND z.to_us > (c.anchor_day - 40) * 86400000000
        AND z.from_us <= (least(c.end_day, c.as_of_day) + 40) * 86400000000
    WHERE c.program IN ('RPM', 'RTM')
),
paused AS (
    SELECT DISTINCT chart_no FROM pauses
)
SELECT
    a.device_id,
    a.patient_id,
    c.chart_no,
    c.program,
    greatest(z.from_us, k.from_us) AS from_us,
    least(z.to_us, k.to_us) AS to_us,
    z.offset_us,
    k.consent_from_us,
    k.from_us > -9000000000000000 AS consent_revoked,
    c.known_until_us,
    a.from_day,
    a.to_day,
    a.shared_from_day,
    a.shared_to_day,
    c.death_day,
    p.chart_no AS paused_chart_no,
    d.fda_basis
FROM assigned AS a
JOIN charts AS c ON c.patient_id = a.patient_id AND c.program IN ('RPM', 'RTM')
JOIN clocks AS z ON z.chart_no = c.chart_no
JOIN consent_pieces AS k ON k.chart_no = c.chart_no AND k.from_us < z.to_us AND k.to_us > z.from_us
LEFT JOIN devices AS d ON d.device_id = a.device_id
LEFT JOIN paused AS p ON p.chart_no = c.chart_no
