-- The calendar months, first day to last.
-- Grain: month, numbered as in `calendar`.
SELECT month, min(day) AS first_day, max(day) AS last_day
FROM calendar
GROUP BY month
