-- The patient's clock, day by day: the UTC offset of each UTC date, and the instant at which it changes, if it does.
-- Grain: time zone and UTC date, for the days that a decided enrollment can reach; `clock_no` is 100000 times the zone's
-- number plus the day, so that whoever looks an hour up must know whose it is. An instant has `offset_us` from
-- `changes_us` on, and `earlier_offset_us` before it.
-- Rule: R-DAY-4.
WITH reach AS (
    SELECT min(anchor_day) - 62 AS first_day, max(as_of_day) + 2 AS last_day FROM charts
)
SELECT
    k.zone_no * 100000 + d.day AS clock_no,
    max(z.from_us) AS changes_us,
    arg_max(z.offset_us, z.from_us) AS offset_us,
    arg_min(z.offset_us, z.from_us) AS earlier_offset_us
FROM reach AS r
JOIN zone_spans AS z
    ON z.from_us < (r.last_day + 1) * 86400000000 AND z.to_us > r.first_day * 86400000000
JOIN knowledge AS k ON k.time_zone = z.time_zone
JOIN calendar AS d
    ON d.day BETWEEN r.first_day AND r.last_day
    AND z.from_us < (d.day + 1) * 86400000000 AND z.to_us > d.day * 86400000000
GROUP BY k.zone_no, d.day
