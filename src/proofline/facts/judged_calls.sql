-- Every attempt to communicate and whether it is a live two-way conversation: `refused` says why it never is one,
-- `unsettled` what somebody must settle first.
-- Grain: interaction of a decided enrollment. The local day is that of its start.
-- Rule: R-LIVE-1, R-LIVE-3, R-LIVE-5, R-LIVE-6, R-PER-5; E6.
WITH placed AS (
    SELECT
        i.*,
        c.chart_no,
        c.patient_no,
        c.program,
        c.death_day,
        c.begin_day,
        c.end_day,
        c.known_until_us,
        f.role,
        coalesce(f.employment, '') <> 'contracted' AND f.practice_id <> c.practice_id AS works_elsewhere,
        CAST((i.started_at + CASE WHEN i.started_at >= z.changes_us THEN z.offset_us ELSE z.earlier_offset_us END)
             // 86400000000 AS INTEGER) AS day
    FROM interactions AS i
    JOIN charts AS c ON c.enrollment_id = i.enrollment_id
    JOIN clock_days AS z ON z.clock_no = c.zone_no * 100000 + i.started_at // 86400000000
    LEFT JOIN performers AS f ON f.performer_id = i.performer_id
)
SELECT
    i.interaction_id,
    i.chart_no,
    i.performer_id,
    i.channel,
    i.reached,
    i.call_record_id,
    i.started_at,
    i.ended_at,
    i.day,
    CASE
        WHEN i.started_at >= i.known_until_us THEN 'not_yet_known'
        WHEN i.channel NOT IN ('phone', 'video', 'in_person') THEN i.channel
        WHEN i.reached = 'nobody' THEN 'nobody_reached'
        WHEN i.role = 'auxiliary' OR (i.role = 'therapist' AND i.program <> 'RTM') THEN 'role_does_not_count'
        WHEN k.patient_no IS NULL THEN 'no_consent'
        WHEN i.day > i.death_day THEN 'after_death'
        WHEN i.day > i.end_day THEN 'after_end'
        WHEN i.day < i.begin_day THEN 'before_start'
        WHEN p.chart_no IS NOT NULL THEN 'inpatient_or_snf'
    END AS refused,
    CASE
        WHEN i.reached IS NULL THEN 'reached_unknown'
        WHEN i.role IS NULL THEN 'performer_unknown'
        WHEN i.works_elsewhere THEN 'performer_elsewhere'
    END AS unsettled
FROM placed AS i
LEFT JOIN consent_spans AS k
    ON k.patient_no = i.patient_no AND k.program = i.program
    AND i.started_at >= k.from_us AND i.started_at < k.to_us
LEFT JOIN pauses AS p ON p.chart_no = i.chart_no AND i.day BETWEEN p.from_day AND p.to_day
