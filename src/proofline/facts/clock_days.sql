-- The patient's clock, day by day: the UTC offset of each UTC date, and the instant at which it changes, if it does.
-- Grain: time zone and UTC date, for the days that a decided enrollment can reach; `clock_no` is 100000 times the zone's
-- number plus the day, so that whoever looks an hour up must know whose it is. An instant has `offset_us` from
-- `changes_us` on, and `earlier_offset_us` before it. No clock changes twice within one such day.
-- Rule: R-DAY-4.
WITH reach AS (
    SELECT min(anchor_day) - 62 AS first_day, max(as_of_day) + 2 AS last_day FROM charts
),
turned AS (  -- each span of one offset, with the offset before it
    SELECT
        k.zone_no, z.from_us, z.to_us, z.offset_us,
        coalesce(lag(z.offset_us) OVER (PARTITION BY k.zone_no ORDER BY z.from_us), z.offset_us) AS before_us
    FROM knowledge AS k
    JOIN zone_spans AS z ON z.time_zone = k.time_zone
)
SELECT
    t.zone_no * 100000 + d.day AS clock_no,
    t.from_us AS changes_us,
    t.offset_us,
    CASE WHEN t.from_us > d.day * 86400000000 THEN t.before_us ELSE t.offset_us END AS earlier_offset_us
FROM reach AS r
JOIN turned AS t
    ON t.from_us < (r.last_day + 1) * 86400000000 AND t.to_us > r.first_day * 86400000000
JOIN calendar AS d
    ON d.day BETWEEN r.first_day AND r.last_day
    AND t.from_us < (d.day + 1) * 86400000000 AND t.to_us >= (d.day + 1) * 86400000000
