-- What was done on each local day: counted seconds and live calls.
-- Grain: enrollment and local day.
-- Rule: R-TIME-1, R-LIVE-1.
WITH done AS (
    SELECT
        chart_no,
        day,
        CASE WHEN measure = 'all' THEN seconds ELSE 0 END AS seconds,
        CASE WHEN measure = 'all' THEN possible_seconds ELSE 0 END AS possible_seconds,
        CASE WHEN measure = 'all' THEN contested_seconds ELSE 0 END AS contested_seconds,
        CASE WHEN measure = 'direct' THEN seconds ELSE 0 END AS direct_seconds,
        CASE WHEN measure = 'direct' THEN possible_seconds ELSE 0 END AS direct_possible_seconds,
        CASE WHEN measure = 'practitioner' THEN seconds ELSE 0 END AS practitioner_seconds,
        CASE WHEN measure = 'practitioner' THEN possible_seconds ELSE 0 END AS practitioner_possible_seconds,
        0 AS calls,
        0 AS possible_calls
    FROM minute_days
    UNION ALL
    SELECT chart_no, day, 0, 0, 0, 0, 0, 0, 0, CASE WHEN unsettled IS NULL THEN 1 ELSE 0 END, 1
    FROM judged_calls
    WHERE refused IS NULL
),
days AS (
    SELECT
        chart_no,
        day,
        CAST(sum(seconds) AS INTEGER) AS seconds,
        CAST(sum(possible_seconds) AS INTEGER) AS possible_seconds,
        CAST(sum(contested_seconds) AS INTEGER) AS contested_seconds,
        CAST(sum(direct_seconds) AS INTEGER) AS direct_seconds,
        CAST(sum(direct_possible_seconds) AS INTEGER) AS direct_possible_seconds,
        CAST(sum(practitioner_seconds) AS INTEGER) AS practitioner_seconds,
        CAST(sum(practitioner_possible_seconds) AS INTEGER) AS practitioner_possible_seconds,
        CAST(sum(calls) AS INTEGER) AS calls,
        CAST(sum(possible_calls) AS INTEGER) AS possible_calls
    FROM done
    GROUP BY chart_no, day
)
SELECT d.*, k.month
FROM days AS d
JOIN calendar AS k ON k.day = d.day
