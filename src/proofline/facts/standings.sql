-- Whatever the time of a reading can say of it: the offset of the clock, and what stands against a reading taken then.
-- Grain: stretch of one UTC offset of a time zone, program, `refused` and `unsettled`; `standing_no` is made of the
-- numbers of the four. Few rows, so that a stretch of a device need carry but one number for all of it: only offsets that
-- a decided enrollment can live through.
-- Rule: E2, E3, E4 and E9; R-DAY-4, R-DAY-5, R-CONS-3, R-CONS-4, R-DEVICE-1, R-RTM-3.
WITH reach AS (  -- the days that the enrollments of a zone can reach
    SELECT zone_no, min(anchor_day) - 40 AS first_day, max(as_of_day) + 40 AS last_day
    FROM charts
    WHERE program IN ('RPM', 'RTM')
    GROUP BY zone_no
),
offsets AS (
    SELECT
        CAST(row_number() OVER (ORDER BY z.time_zone, z.from_us) AS INTEGER) AS offset_no,
        k.zone_no, z.from_us, z.to_us, z.offset_us, k.known_until_us
    FROM reach AS r
    JOIN knowledge AS k ON k.zone_no = r.zone_no
    JOIN zone_spans AS z
        ON z.time_zone = k.time_zone
        AND z.to_us > r.first_day * 86400000000 AND z.from_us <= r.last_day * 86400000000
),
refusals (refused_no, refused) AS (
    VALUES (0, NULL), (1, 'not_a_medical_device'), (2, 'after_revocation'), (3, 'before_consent'),
        (4, 'after_death'), (5, 'inpatient_or_snf'), (6, 'other_monitoring')
),
doubts (unsettled_no, unsettled) AS (
    VALUES (0, NULL), (1, 'device_with_two_patients'), (2, 'device_basis_unknown'), (3, 'therapy_unknown')
),
programs (program_no, program) AS (
    VALUES (0, 'RPM'), (1, 'RTM')
)
SELECT
    o.offset_no * 64 + p.program_no * 32 + f.refused_no * 4 + d.unsettled_no AS standing_no,
    o.zone_no, o.from_us, o.to_us, o.offset_us, o.known_until_us, p.program, f.refused, d.unsettled
FROM offsets AS o
CROSS JOIN programs AS p
CROSS JOIN refusals AS f
CROSS JOIN doubts AS d
