-- Logged work, piece by piece: each entry cut at the patient's local midnights, its ends as they were logged.
-- Grain: time entry and local day; `chart_no` only where its enrollment is decided. Unit: microseconds UTC. Nothing is
-- rounded here: a cut to whole seconds at both ends could lengthen a piece, and minutes are floored once, of their sum.
-- `claims` says that the piece lays claim to its time: work known at the as-of day that counts or that nobody has
-- named yet. Set-up teaching, scheduling, logistics, unanswered attempts and what a machine did never count.
-- Work for an enrollment or a patient that is not on file has neither day nor patient, but lays claim to its time; it is
-- known when the as-of day is over everywhere, 12 hours after UTC's, for whoever it is for may live anywhere.
-- `works_at` is the practice of whoever worked, NULL for a contractor, who may be hired out by another.
-- Rule: R-TIME-5, R-TIME-10, R-PER-2; E1 and E5.
WITH asked_for AS (  -- of one patient alone: his entries, and those of whoever worked for him
    SELECT t.*
    FROM time_entries AS t
    CROSS JOIN asked AS a
    WHERE a.patient_id IS NULL
       OR t.performer_id IN (
           SELECT o.performer_id
           FROM asked AS q
           JOIN charts AS c ON c.patient_id = q.patient_id
           JOIN time_entries AS o ON o.enrollment_id = c.enrollment_id)
),
workers AS (  -- whoever logged something, numbered, known or not
    SELECT
        t.performer_id,
        CAST(row_number() OVER (ORDER BY t.performer_id) AS INTEGER) AS performer_no,
        f.role,
        CASE WHEN f.employment = 'contracted' THEN NULL ELSE f.practice_id END AS works_at
    FROM (SELECT DISTINCT performer_id FROM time_entries) AS t
    LEFT JOIN performers AS f ON f.performer_id = t.performer_id
),
served AS (
    SELECT e.enrollment_id, e.program, p.patient_no, p.time_zone, p.zone_no, p.known_until_us, c.chart_no
    FROM enrollments AS e
    JOIN known_patients AS p ON p.patient_id = e.patient_id
    LEFT JOIN charts AS c ON c.enrollment_id = e.enrollment_id
),
logged AS (
    SELECT
        t.entry_id,
        e.chart_no,
        e.patient_no,
        e.program,
        e.time_zone,
        f.performer_no,
        t.performer_id,
        f.role,
        f.works_at,
        t.activity,
        t.supervision,
        coalesce(t.entered_at, t.ended_at) < e.known_until_us AND t.ended_at <= e.known_until_us AS known,
        t.started_at AS from_us,
        t.ended_at AS to_us,
        CAST((t.started_at + CASE WHEN t.started_at >= a.changes_us THEN a.offset_us ELSE a.earlier_offset_us END)
             // 86400000000 AS INTEGER) AS first_day,
        CAST((t.ended_at - 1 + CASE WHEN t.ended_at > b.changes_us THEN b.offset_us ELSE b.earlier_offset_us END)
             // 86400000000 AS INTEGER) AS last_day
    FROM asked_for AS t
    JOIN served AS e ON e.enrollment_id = t.enrollment_id
    JOIN clock_days AS a ON a.clock_no = e.zone_no * 100000 + t.started_at // 86400000000
    JOIN clock_days AS b ON b.clock_no = e.zone_no * 100000 + (t.ended_at - 1) // 86400000000
    JOIN workers AS f ON f.performer_id = t.performer_id
),
days AS (
    SELECT entry_id, time_zone, unnest(generate_series(first_day, last_day)) AS day
    FROM logged
    WHERE last_day > first_day
),
midnights AS (  -- the first instant of a local day, and of the next
    SELECT
        d.entry_id,
        d.day,
        min(CASE WHEN d.day * 86400000000 - z.offset_us < z.to_us
                 THEN greatest(z.from_us, d.day * 86400000000 - z.offset_us) END) AS from_us,
        min(CASE WHEN (d.day + 1) * 86400000000 - z.offset_us < z.to_us
                 THEN greatest(z.from_us, (d.day + 1) * 86400000000 - z.offset_us) END) AS to_us
    FROM days AS d
    JOIN zone_spans AS z ON z.time_zone = d.time_zone
    GROUP BY d.entry_id, d.day
),
pieces AS (
    SELECT
        entry_id, chart_no, patient_no, program, performer_no, performer_id, role, works_at, activity, supervision, known,
        first_day AS day, from_us, to_us
    FROM logged
    WHERE last_day <= first_day
    UNION ALL
    SELECT
        l.entry_id, l.chart_no, l.patient_no, l.program, l.performer_no, l.performer_id, l.role, l.works_at,
        l.activity, l.supervision, l.known, CAST(m.day AS INTEGER), greatest(l.from_us, m.from_us), least(l.to_us, m.to_us)
    FROM midnights AS m
    JOIN logged AS l ON l.entry_id = m.entry_id AND l.last_day > l.first_day
    UNION ALL
    SELECT
        t.entry_id, CAST(NULL AS INTEGER), CAST(NULL AS INTEGER), CAST(NULL AS VARCHAR), f.performer_no, t.performer_id,
        f.role, f.works_at, t.activity, t.supervision,
        coalesce(t.entered_at, t.ended_at) < (a.as_of_day + 1) * 86400000000 + 43200000000
            AND t.ended_at <= (a.as_of_day + 1) * 86400000000 + 43200000000,
        CAST(NULL AS INTEGER), t.started_at, t.ended_at
    FROM asked_for AS t
    CROSS JOIN asked AS a
    JOIN workers AS f ON f.performer_id = t.performer_id
    LEFT JOIN served AS e ON e.enrollment_id = t.enrollment_id
    WHERE e.enrollment_id IS NULL
)
SELECT
    *,
    known AND (activity IS NULL OR activity NOT IN (
        'setup_education', 'scheduling', 'device_logistics', 'attempt', 'automated')) AS claims
FROM pieces
