-- Which device was with which patient, from which local day to which, and whether with another one as well.
-- Grain: device, patient and run of days that are all `shared` or all not; both days belong to it, and runs may adjoin.
-- Rule: E2. A device that is with two patients on one day is with nobody until that is settled.
WITH given AS (
    SELECT device_id, patient_id, from_date AS from_day, coalesce(to_date, 9999999) AS to_day FROM assignments
),
several AS (
    SELECT device_id FROM given GROUP BY device_id HAVING count(*) > 1
),
breaks AS (
    SELECT
        g.device_id, g.patient_id, g.from_day, g.to_day,
        max(g.to_day) OVER (
            PARTITION BY g.device_id, g.patient_id ORDER BY g.from_day, g.to_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_day
    FROM several AS s
    JOIN given AS g ON g.device_id = s.device_id
),
runs AS (
    SELECT
        device_id, patient_id, from_day, to_day,
        sum(CASE WHEN from_day <= reached_day + 1 THEN 0 ELSE 1 END) OVER (
            PARTITION BY device_id, patient_id ORDER BY from_day, to_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM breaks
),
held AS (
    SELECT device_id, patient_id, min(from_day) AS from_day, max(to_day) AS to_day
    FROM runs
    GROUP BY device_id, patient_id, run
),
meetings AS (  -- days on which another patient had the device too: one more begins, or has ended
    SELECT h.device_id, h.patient_id, h.from_day, h.to_day, greatest(h.from_day, o.from_day) AS day, 1 AS more
    FROM held AS h
    JOIN held AS o
        ON o.device_id = h.device_id AND o.patient_id <> h.patient_id
        AND o.from_day <= h.to_day AND o.to_day >= h.from_day
    UNION ALL
    SELECT h.device_id, h.patient_id, h.from_day, h.to_day, least(h.to_day, o.to_day) + 1, -1
    FROM held AS h
    JOIN held AS o
        ON o.device_id = h.device_id AND o.patient_id <> h.patient_id
        AND o.from_day <= h.to_day AND o.to_day >= h.from_day
    UNION ALL
    SELECT device_id, patient_id, from_day, to_day, from_day, 0
    FROM held
),
turns AS (
    SELECT device_id, patient_id, from_day, to_day, day, sum(more) AS more
    FROM meetings
    GROUP BY device_id, patient_id, from_day, to_day, day
),
pieces AS (
    SELECT
        device_id, patient_id, day AS from_day, to_day AS last_day,
        lead(day) OVER (PARTITION BY device_id, patient_id, from_day ORDER BY day) - 1 AS until_day,
        sum(more) OVER (
            PARTITION BY device_id, patient_id, from_day ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS others
    FROM turns
)
SELECT g.device_id, g.patient_id, g.from_day, g.to_day, FALSE AS shared
FROM given AS g
LEFT JOIN several AS s ON s.device_id = g.device_id
WHERE s.device_id IS NULL
UNION ALL
SELECT device_id, patient_id, from_day, coalesce(until_day, last_day), others > 0
FROM pieces
WHERE from_day <= last_day
