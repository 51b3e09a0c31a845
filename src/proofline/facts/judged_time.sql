-- Every piece of work of a decided enrollment and whether it counts: `refused` says why it never does, `unsettled` what
-- somebody must settle first.
-- Grain: time entry, local day and unbroken stretch of consent. Unit: microseconds UTC.
-- Rule: R-TIME-9, R-TIME-10, R-PER-5, R-CONS-3, R-CONS-4, R-DAY-5, R-TIME-8, R-WHO-2, R-RTM-2; E5.
WITH agreed AS (  -- the part of a piece that lies under consent; the whole of it, marked, when none does
    SELECT
        x.*,
        c.patient_id,
        c.death_day,
        c.begin_day,
        c.end_day,
        c.practice_id,
        CASE WHEN k.patient_no IS NOT NULL THEN greatest(x.from_us, k.from_us) END AS agreed_from_us,
        CASE WHEN k.patient_no IS NOT NULL THEN least(x.to_us, k.to_us) END AS agreed_to_us
    FROM stretches AS x
    JOIN charts AS c ON c.chart_no = x.chart_no
    LEFT JOIN consent_spans AS k
        ON k.patient_no = x.patient_no AND k.program = x.program
        AND k.from_us < x.to_us AND k.to_us > x.from_us
)
SELECT
    x.entry_id,
    x.chart_no,
    x.patient_id,
    x.performer_id,
    x.role,
    x.activity,
    x.supervision,
    x.program,
    x.day,
    coalesce(x.agreed_from_us, x.from_us) AS from_us,
    coalesce(x.agreed_to_us, x.to_us) AS to_us,
    CASE
        WHEN NOT x.known THEN 'not_yet_known'
        WHEN NOT x.claims THEN x.activity
        WHEN x.role = 'auxiliary' OR (x.role = 'therapist' AND x.program <> 'RTM') THEN 'role_does_not_count'
        WHEN x.agreed_from_us IS NULL THEN 'no_consent'
        WHEN x.day > x.death_day THEN 'after_death'
        WHEN x.day > x.end_day THEN 'after_end'
        WHEN x.day < x.begin_day THEN 'before_start'
        WHEN p.chart_no IS NOT NULL THEN 'inpatient_or_snf'
        WHEN v.sure AND x.role IN ('physician', 'npp') THEN 'same_day_visit'
    END AS refused,
    CASE
        WHEN x.activity IS NULL OR x.activity NOT IN (
            'review', 'care_plan', 'communication', 'coordination', 'documentation') THEN 'activity_not_named'
        WHEN x.role IS NULL THEN 'performer_unknown'
        WHEN x.works_at <> x.practice_id THEN 'performer_elsewhere'
        WHEN NOT v.sure AND x.role IN ('physician', 'npp') THEN 'visit_by_somebody'
    END AS unsettled
FROM agreed AS x
LEFT JOIN pauses AS p ON p.chart_no = x.chart_no AND x.day BETWEEN p.from_day AND p.to_day
LEFT JOIN em_days AS v
    ON v.patient_id = x.patient_id AND v.performer_id = x.performer_id AND v.day = x.day
