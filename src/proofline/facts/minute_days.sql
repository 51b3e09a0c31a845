-- Counted work of each local day: the union of its stretches, counted once.
-- Grain: enrollment, measure and local day. Unit: microseconds. `worked_us` is certain, `possible_us` the most it could
-- become, `contested_us` the part of the difference that was claimed twice.
-- Measures: `all`; `direct` (the practitioner's or therapist's own, or staff under direct supervision); `practitioner`.
-- Rule: R-TIME-5, R-TIME-7, R-TIME-8, R-OVL-1, R-WHO-2, R-WHO-3.
WITH measured AS (
    SELECT chart_no, 'all' AS measure, day, from_us, to_us, unsettled IS NULL AS counts
    FROM judged_time
    WHERE refused IS NULL
    UNION ALL
    SELECT chart_no, 'direct', day, from_us, to_us,
        unsettled IS NULL AND (role IN ('physician', 'npp', 'therapist') OR supervision IS NOT NULL)
    FROM judged_time
    WHERE refused IS NULL
      AND (day < 18262 OR (program = 'RTM' AND day < 19358))  -- asked until 2020-01-01, of RTM until 2023-01-01
      AND (role IS NULL OR role IN ('physician', 'npp', 'therapist')
           OR supervision IS NULL OR supervision = 'direct')
    UNION ALL
    SELECT chart_no, 'practitioner', day, from_us, to_us, unsettled IS NULL
    FROM judged_time
    WHERE refused IS NULL
      AND program IN ('CCM', 'PCM')
      AND (role IS NULL OR role IN ('physician', 'npp'))
),
taken AS (
    SELECT m.chart_no, m.measure, m.day, greatest(m.from_us, x.from_us) AS from_us, least(m.to_us, x.to_us) AS to_us
    FROM contested AS x
    JOIN charts AS c ON c.patient_no = x.patient_no
    JOIN measured AS m ON m.chart_no = c.chart_no AND m.from_us < x.to_us AND m.to_us > x.from_us
),
crowded AS (  -- days on which stretches could meet each other or somebody else's; most days hold one alone
    SELECT chart_no, measure, day FROM measured GROUP BY chart_no, measure, day HAVING count(*) > 1
    UNION
    SELECT chart_no, measure, day FROM taken
),
sorted AS (
    SELECT m.*, c.day IS NOT NULL AS crowded
    FROM measured AS m
    LEFT JOIN crowded AS c ON c.chart_no = m.chart_no AND c.measure = m.measure AND c.day = m.day
),
turns AS (  -- how many certain, doubtful and contested stretches begin or end
    SELECT chart_no, measure, day, from_us AS at_us,
        CASE WHEN counts THEN 1 ELSE 0 END AS sure, CASE WHEN counts THEN 0 ELSE 1 END AS doubtful, 0 AS taken
    FROM sorted
    WHERE crowded
    UNION ALL
    SELECT chart_no, measure, day, to_us,
        CASE WHEN counts THEN -1 ELSE 0 END, CASE WHEN counts THEN 0 ELSE -1 END, 0
    FROM sorted
    WHERE crowded
    UNION ALL
    SELECT chart_no, measure, day, from_us, 0, 0, 1 FROM taken
    UNION ALL
    SELECT chart_no, measure, day, to_us, 0, 0, -1 FROM taken
),
states AS (
    SELECT
        chart_no, measure, day, at_us,
        lead(at_us) OVER (PARTITION BY chart_no, measure, day ORDER BY at_us) AS until_us,
        sum(sure) OVER (PARTITION BY chart_no, measure, day ORDER BY at_us
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sure,
        sum(doubtful) OVER (PARTITION BY chart_no, measure, day ORDER BY at_us
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS doubtful,
        sum(taken) OVER (PARTITION BY chart_no, measure, day ORDER BY at_us
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS taken
    FROM turns
)
SELECT
    chart_no,
    measure,
    day,
    CAST(sum(CASE WHEN sure > 0 AND taken = 0 THEN until_us - at_us ELSE 0 END) AS BIGINT) AS worked_us,
    CAST(sum(CASE WHEN sure > 0 OR doubtful > 0 THEN until_us - at_us ELSE 0 END) AS BIGINT) AS possible_us,
    CAST(sum(CASE WHEN taken > 0 AND (sure > 0 OR doubtful > 0) THEN until_us - at_us ELSE 0 END) AS BIGINT)
        AS contested_us
FROM states
GROUP BY chart_no, measure, day
UNION ALL
SELECT
    chart_no,
    measure,
    day,
    CASE WHEN counts THEN to_us - from_us ELSE 0 END,
    to_us - from_us,
    0
FROM sorted
WHERE NOT crowded
