-- The civil calendar, by arithmetic alone: which month a day belongs to.
-- Grain: day from 1990-01-01 to 2049-12-31. `day` counts from 1970-01-01, `month` is twelve times the year plus the
-- month from 0. The era arithmetic is that of the proleptic Gregorian calendar, with years that begin in March.
WITH numbers AS (
    SELECT unnest(generate_series(7305, 29219)) AS number
),
days AS (
    SELECT CAST(number AS INTEGER) AS day FROM numbers
),
eras AS (
    SELECT day, (day + 719468) // 146097 AS era, (day + 719468) - (day + 719468) // 146097 * 146097 AS day_of_era
    FROM days
),
years AS (
    SELECT
        *,
        (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365 AS year_of_era
    FROM eras
),
marches AS (
    SELECT
        day,
        year_of_era + era * 400 AS year,
        day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100) AS day_of_year
    FROM years
),
parts AS (
    SELECT day, year, day_of_year, (5 * day_of_year + 2) // 153 AS month_from_march FROM marches
)
SELECT
    day,
    CAST(year * 12 + month_from_march + 2 AS INTEGER) AS month,
    CAST(day_of_year - (153 * month_from_march + 2) // 5 + 1 AS INTEGER) AS day_of_month
FROM parts
