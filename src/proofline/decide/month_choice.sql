-- In which calendar month each cycle's management line stands, on the cycle clock.
-- Grain: enrollment and cycle. A month holds one management line of a patient: the first cycle that a month supports
-- takes it. Of the months that support its code a cycle takes the one that carries most add-on units, then the
-- earliest; its own first month is closed to it when an earlier cycle stands there. Cycles follow each other, so only
-- the month that two cycles share can be taken, and what a cycle leaves behind is one of three things: the shared
-- month taken, free, or as it was found.
-- `month_rung` is the highest code that one of the months reaches.
-- Rule: E13; R-CLOCK-1.
WITH picks AS (  -- the larger number is the better month: higher code, then more units, then the earlier month
    SELECT
        period_no,
        max(month) AS last_candidate,
        min(month_rung) AS month_rung,
        min(rung) AS rung,
        max(CASE WHEN supports THEN ((99 - rung) * 1000000 + strength) * 100000 + 99999 - month END) AS best,
        max(CASE WHEN supports AND NOT in_first_month
                 THEN ((99 - rung) * 1000000 + strength) * 100000 + 99999 - month END) AS best_later
    FROM (
        SELECT c.*, c.month = p.first_month AS in_first_month
        FROM candidates AS c
        JOIN periods AS p ON p.period_no = c.period_no
    ) AS c
    GROUP BY period_no
),
moves AS (
    SELECT
        x.period_no,
        x.last_candidate,
        x.month_rung,
        p.first_day,
        p.first_month,
        p.last_month,
        c.patient_no,
        c.program,
        CASE WHEN 99 - x.best // 100000000000 = x.rung THEN 99999 - x.best % 100000 END AS pick,
        CASE WHEN 99 - x.best_later // 100000000000 = x.rung THEN 99999 - x.best_later % 100000 END AS pick_later,
        lead(p.first_month) OVER (
            PARTITION BY c.patient_no, c.program ORDER BY p.first_day, x.period_no) AS next_first_month
    FROM picks AS x
    JOIN periods AS p ON p.period_no = x.period_no
    JOIN charts AS c ON c.chart_no = p.chart_no
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
placed AS (
    SELECT *, row_number() OVER (PARTITION BY patient_no, program ORDER BY first_day, period_no) AS place FROM effects
),
found AS (  -- the last earlier cycle that did something: its place, doubled, and odd where it took the month
    SELECT
        *,
        coalesce(max(CASE WHEN takes_shared_month THEN place * 2 + 1 WHEN NOT takes_shared_month THEN place * 2 END)
            OVER (PARTITION BY patient_no, program ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) % 2 = 1 AS first_month_taken
    FROM placed
),
chosen AS (
    SELECT
        period_no,
        first_month,
        first_month_taken,
        month_rung,
        CAST(CASE WHEN first_month_taken THEN coalesce(pick_later, pick, last_candidate)
                  ELSE coalesce(pick, last_candidate) END AS INTEGER) AS month
    FROM found
)
SELECT period_no, month, first_month_taken AND month = first_month AS month_taken, month_rung
FROM chosen
