-- Until when things are known: the end of the as-of day in each time zone in use. `zone_no` numbers the zones.
-- Grain: time zone. Unit: microseconds since 1970-01-01 UTC; the instant itself is no longer known.
-- Rule: E1 (as of).
SELECT
    z.time_zone,
    CAST(row_number() OVER (ORDER BY z.time_zone) AS INTEGER) AS zone_no,
    min(greatest(z.from_us, (a.as_of_day + 1) * 86400000000 - z.offset_us)) AS known_until_us
FROM zone_spans AS z
CROSS JOIN asked AS a
WHERE (a.as_of_day + 1) * 86400000000 - z.offset_us < z.to_us
GROUP BY z.time_zone
