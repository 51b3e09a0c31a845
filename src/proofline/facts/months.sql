-- The calendar months, first day to last, by arithmetic alone.
-- Grain: month from January 1990 to December 2049, numbered by twelve times its year plus 0 to 11. A day counts from
-- 1970-01-01. The arithmetic is that of the proleptic Gregorian calendar, with years that begin in March.
WITH numbers AS (
    SELECT unnest(generate_series(23880, 24600)) AS number FROM asked
),
marches AS (
    SELECT CAST(number AS INTEGER) AS month, (number - 2) // 12 AS year, (number - 2) % 12 AS month_from_march
    FROM numbers
),
begun AS (
    SELECT
        month,
        CAST(365 * year + year // 4 - year // 100 + year // 400 + (153 * month_from_march + 2) // 5 - 719468 AS INTEGER)
            AS first_day
    FROM marches
)
SELECT b.month, b.first_day, CAST(n.first_day - 1 AS INTEGER) AS last_day
FROM begun AS b
JOIN begun AS n ON n.month = b.month + 1
