-- The patient's devices whose readings are not plainly data of her monitoring, by what their kind tells: an instrument of
-- therapy is none of physiologic monitoring; of therapeutic monitoring are such instruments alone. Beside one, what
-- watches the body is refused; without one, and where the kind tells nothing or the breath may be what the therapy is
-- followed by, nobody knows (`refused` is FALSE).
-- Grain: enrollment, device and cycle.
-- Rule: R-RTM-3, R-DAY-1; E15.
WITH given AS (
    SELECT DISTINCT c.chart_no, c.program, a.device_id, k.watches
    FROM charts AS c
    JOIN assignments AS a ON a.patient_id = c.patient_id
    LEFT JOIN device_kinds AS k ON k.device_id = a.device_id
    WHERE (c.program = 'RPM' AND k.watches = 'therapy')
       OR (c.program = 'RTM' AND (k.watches IS NULL OR k.watches IN ('body', 'breath')))
)
SELECT chart_no, device_id, -9999999 AS from_day, 9999999 AS to_day, TRUE AS refused
FROM given
WHERE program = 'RPM'
UNION ALL
SELECT
    g.chart_no,
    g.device_id,
    t.from_day,
    t.to_day,
    t.follows_therapy AND coalesce(g.watches = 'body' OR (g.watches = 'breath' AND NOT t.follows_breath), FALSE)
FROM given AS g
JOIN therapy_cycles AS t ON t.chart_no = g.chart_no
WHERE g.program = 'RTM'
