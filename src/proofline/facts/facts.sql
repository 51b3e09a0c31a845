-- What the evidence shows for each line that can be asked for: the facts of its period and those of its service date.
-- Grain: enrollment, period, page and calendar month of the service date (`lines`). Every fact of catalog.toml is a
-- column; `end_day`, `work_day` and `setup_day` are the service dates that the line can stand for.
SELECT
    p.*,
    l.line_no,
    l.month,
    l.page,
    l.end_day,
    l.work_day,
    l.setup_day,
    l.payer_kind,
    CAST(bit_count(p.day_bits >> greatest(least(l.effective_day - p.first_day, 31), 0)) AS INTEGER)
        AS transmission_days_in_force,
    CAST(bit_count(p.possible_bits >> greatest(least(l.effective_day - p.first_day, 31), 0)) AS INTEGER)
        AS transmission_days_in_force_possible,
    coalesce(m.month_minutes, 0) AS month_minutes,
    coalesce(m.month_minutes_possible, 0) AS month_minutes_possible,
    coalesce(m.month_live_calls, 0) AS month_live_calls,
    coalesce(m.month_live_calls_possible, 0) AS month_live_calls_possible,
    CAST(coalesce(q.month_claims, 0) AS INTEGER) AS month_claims,
    CAST(coalesce(q.month_claims_possible, 0) AS INTEGER) AS month_claims_possible
FROM lines AS l
JOIN period_facts AS p ON p.period_no = l.period_no
LEFT JOIN month_work AS m ON m.chart_no = l.chart_no AND m.month = l.month
LEFT JOIN month_claims AS q ON q.period_no = l.period_no AND q.month = l.month
WHERE l.page IS NOT NULL
