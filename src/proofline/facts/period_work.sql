-- Minutes and calls of each period, floored to whole minutes once.
-- Grain: enrollment and period.
-- Rule: R-TIME-1, R-TIME-3, R-TIME-5, R-PER-2.
SELECT
    p.period_no,
    CAST(sum(w.worked_us) // 60000000 AS INTEGER) AS treatment_minutes,
    CAST(sum(w.possible_us) // 60000000 AS INTEGER) AS treatment_minutes_possible,
    CAST(sum(w.contested_us) // 60000000 AS INTEGER) AS contested_minutes,
    CAST(sum(w.direct_us) // 60000000 AS INTEGER) AS direct_minutes,
    CAST(sum(w.direct_possible_us) // 60000000 AS INTEGER) AS direct_minutes_possible,
    CAST(sum(w.practitioner_us) // 60000000 AS INTEGER) AS practitioner_minutes,
    CAST(sum(w.practitioner_possible_us) // 60000000 AS INTEGER) AS practitioner_minutes_possible,
    CAST(sum(w.calls) AS INTEGER) AS live_calls,
    CAST(sum(w.possible_calls) AS INTEGER) AS live_calls_possible,
    max(CASE WHEN w.worked_us > 0 THEN w.day END) AS last_counted_day,
    max(CASE WHEN w.possible_us > 0 THEN w.day END) AS last_possible_day
FROM periods AS p
JOIN work_days AS w ON w.chart_no = p.chart_no AND w.day BETWEEN p.first_day AND p.last_day
GROUP BY p.period_no
