-- In which calendar month each cycle's management line stands, on the cycle clock.
-- Grain: enrollment and cycle. A month holds one management line of a patient: the first cycle that a month supports
-- takes it. Of the months that support its code a cycle takes the one that carries most add-on units, then the
-- earliest; its own first month is closed to it when an earlier cycle stands there. Cycles follow each other, so only
-- the month that two cycles share can be taken, and what a cycle leaves behind is one of three things: the shared
-- month taken, free, or as it was found.
-- `months_told` says which minutes lie where, `month_rung` the highest code that one of the months reaches.
-- Rule: E13; R-CLOCK-1.
WITH rungs AS (
    SELECT
        c.period_no, c.month, c.month_minutes, c.month_rung, c.strength, p.chart_no, p.first_day, p.first_month, p.last_month,
        c.supports AND c.rung = min(c.rung) OVER (PARTITION BY c.period_no) AS stands
    FROM candidates AS c
    JOIN periods AS p ON p.period_no = c.period_no
),
picks AS (  -- the larger number is the better month: more units first, then the earlier month
    SELECT
        period_no, chart_no, first_day, first_month, last_month,
        max(month) AS last_candidate,
        min(month_rung) AS month_rung,
        string_agg(
            concat(
                lpad(CAST(month // 12 AS VARCHAR), 4, '0'), '-', lpad(CAST(month % 12 + 1 AS VARCHAR), 2, '0'),
                ': ', CAST(month_minutes AS VARCHAR), ' minutes'
            ), ', ' ORDER BY month
        ) AS months_told,
        max(CASE WHEN stands THEN strength * 100000 + 99999 - month END) AS best,
        max(CASE WHEN stands AND month <> first_month THEN strength * 100000 + 99999 - month END) AS best_later
    FROM rungs
    GROUP BY period_no, chart_no, first_day, first_month, last_month
),
moves AS (
    SELECT
        x.*,
        c.patient_id,
        c.program,
        99999 - x.best % 100000 AS pick,
        99999 - x.best_later % 100000 AS pick_later,
        lead(x.first_month) OVER (
            PARTITION BY c.patient_id, c.program ORDER BY x.first_day, x.period_no) AS next_first_month
    FROM picks AS x
    JOIN charts AS c ON c.chart_no = x.chart_no
),
effects AS (
    SELECT
        *,
        CASE
            WHEN next_first_month IS NULL OR next_first_month <> last_month THEN FALSE
            WHEN first_month = last_month AND pick IS NOT NULL THEN TRUE
            WHEN first_month = last_month THEN NULL
            WHEN pick = last_month THEN TRUE
            WHEN pick_later = last_month THEN NULL
            ELSE FALSE
        END AS takes_shared_month
    FROM moves
),
found AS (
    SELECT
        *,
        coalesce(last_value(takes_shared_month IGNORE NULLS) OVER (
            PARTITION BY patient_id, program ORDER BY first_day, period_no
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), FALSE) AS first_month_taken
    FROM effects
),
chosen AS (
    SELECT
        period_no,
        first_month,
        first_month_taken,
        month_rung,
        months_told,
        CAST(CASE WHEN first_month_taken THEN coalesce(pick_later, pick, last_candidate)
                  ELSE coalesce(pick, last_candidate) END AS INTEGER) AS month
    FROM found
)
SELECT period_no, month, first_month_taken AND month = first_month AS month_taken, month_rung, months_told
FROM chosen
