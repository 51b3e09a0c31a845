-- When an agreement to a program was taken back: the last local day on which it held, and the day it was given again.
-- Grain: patient, program and span of agreement that ended. Day numbers; `again_day` is NULL where nothing followed.
-- Rule: R-CONS-4, E11.
WITH ended AS (
    SELECT
        patient_no, program, to_us,
        lead(from_us) OVER (PARTITION BY patient_no, program ORDER BY from_us) AS again_us
    FROM consent_spans
)
SELECT
    e.patient_no,
    e.program,
    CAST((e.to_us - 1 + z.offset_us) // 86400000000 AS INTEGER) AS revoked_day,
    CAST((e.again_us + g.offset_us) // 86400000000 AS INTEGER) AS again_day
FROM ended AS e
JOIN known_patients AS p ON p.patient_no = e.patient_no
JOIN zone_spans AS z ON z.time_zone = p.time_zone AND e.to_us - 1 >= z.from_us AND e.to_us - 1 < z.to_us
LEFT JOIN zone_spans AS g ON g.time_zone = p.time_zone AND e.again_us >= g.from_us AND e.again_us < g.to_us
WHERE e.to_us < 9000000000000000
