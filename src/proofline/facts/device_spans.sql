-- Whose a reading of a device is at an instant, and what stands against it by that instant alone (`standings`).
-- Grain: device, enrollment and stretch of time in which all of that stays the same. A reading in none of them was
-- taken when its device was with nobody. Joining a reading to its stretch is all that is ever done per reading.
-- Rule: E2, E3 and E9; a device handed over between zones is nobody's while it is still the day of the one and
-- already that of the other.
WITH roaming AS (  -- devices that went between patients whose midnights differ
    SELECT a.device_id
    FROM assigned AS a
    JOIN known_patients AS k ON k.patient_id = a.patient_id
    GROUP BY a.device_id
    HAVING min(k.zone_no) <> max(k.zone_no)
),
roamed AS (
    SELECT
        a.device_id, a.patient_id,
        min(CASE WHEN a.from_day * 86400000000 - z.offset_us < z.to_us
                 THEN greatest(z.from_us, a.from_day * 86400000000 - z.offset_us) END) AS from_us,
        coalesce(min(CASE WHEN (a.to_day + 1) * 86400000000 - z.offset_us < z.to_us
                          THEN greatest(z.from_us, (a.to_day + 1) * 86400000000 - z.offset_us) END),
                 9000000000000000) AS to_us
    FROM roaming AS r
    JOIN assigned AS a ON a.device_id = r.device_id
    JOIN known_patients AS k ON k.patient_id = a.patient_id
    JOIN zone_spans AS z ON z.time_zone = k.time_zone
    GROUP BY a.device_id, a.patient_id, a.from_day
),
met AS (  -- the hours in which it is still the day of the one and already that of the other
    SELECT
        w.device_id, w.chart_no, w.from_us,
        max(CASE WHEN o.from_us <= w.from_us THEN least(o.to_us, w.to_us) END) AS until_us,
        min(CASE WHEN o.from_us > w.from_us THEN o.from_us END) AS since_us
    FROM worn_spans AS w
    JOIN roamed AS o
        ON o.device_id = w.device_id AND o.patient_id <> w.patient_id AND o.from_us < w.to_us AND o.to_us > w.from_us
    WHERE w.from_us < w.to_us
    GROUP BY w.device_id, w.chart_no, w.from_us
),
shares AS (
    SELECT
        w.device_id, w.from_us, w.to_us, w.chart_no, w.patient_id, w.standing_no,
        coalesce(m.until_us, w.from_us) AS until_us,
        greatest(coalesce(m.since_us, w.to_us), coalesce(m.until_us, w.from_us)) AS since_us
    FROM worn_spans AS w
    LEFT JOIN met AS m ON m.device_id = w.device_id AND m.chart_no = w.chart_no AND m.from_us = w.from_us
    WHERE w.from_us < w.to_us
)
SELECT device_id, until_us AS from_us, since_us AS to_us, chart_no, patient_id, standing_no
FROM shares
WHERE until_us < since_us
UNION ALL
SELECT device_id, from_us, until_us, chart_no, patient_id, standing_no - standing_no % 4 + 1
FROM shares
WHERE from_us < until_us
UNION ALL
SELECT device_id, since_us, to_us, chart_no, patient_id, standing_no - standing_no % 4 + 1
FROM shares
WHERE since_us < to_us
