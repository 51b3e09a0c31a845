-- The civil calendar: which month a day belongs to.
-- Grain: day of `months`, numbered as there.
WITH numbers AS (
    SELECT unnest(generate_series(0, 30)) AS number FROM asked
),
later AS (
    SELECT CAST(number AS INTEGER) AS days FROM numbers
)
SELECT CAST(m.first_day + l.days AS INTEGER) AS day, m.month, l.days + 1 AS day_of_month
FROM months AS m
JOIN later AS l ON m.first_day + l.days <= m.last_day
