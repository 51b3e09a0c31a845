-- What was done on each local day: counted work and live calls.
-- Grain: enrollment and local day. Unit: microseconds.
-- Rule: R-TIME-1, R-LIVE-1.
WITH done AS (
    SELECT
        chart_no,
        day,
        CASE WHEN measure = 'all' THEN worked_us ELSE 0 END AS worked_us,
        CASE WHEN measure = 'all' THEN possible_us ELSE 0 END AS possible_us,
        CASE WHEN measure = 'all' THEN contested_us ELSE 0 END AS contested_us,
        CASE WHEN measure = 'direct' THEN worked_us ELSE 0 END AS direct_us,
        CASE WHEN measure = 'direct' THEN possible_us ELSE 0 END AS direct_possible_us,
        CASE WHEN measure = 'practitioner' THEN worked_us ELSE 0 END AS practitioner_us,
        CASE WHEN measure = 'practitioner' THEN possible_us ELSE 0 END AS practitioner_possible_us,
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
        CAST(sum(worked_us) AS BIGINT) AS worked_us,
        CAST(sum(possible_us) AS BIGINT) AS possible_us,
        CAST(sum(contested_us) AS BIGINT) AS contested_us,
        CAST(sum(direct_us) AS BIGINT) AS direct_us,
        CAST(sum(direct_possible_us) AS BIGINT) AS direct_possible_us,
        CAST(sum(practitioner_us) AS BIGINT) AS practitioner_us,
        CAST(sum(practitioner_possible_us) AS BIGINT) AS practitioner_possible_us,
        CAST(sum(calls) AS INTEGER) AS calls,
        CAST(sum(possible_calls) AS INTEGER) AS possible_calls
    FROM done
    GROUP BY chart_no, day
)
SELECT d.*, k.month
FROM days AS d
JOIN calendar AS k ON k.day = d.day
