-- How much stands, or may stand, against a set-up on days from its own on until the cycle that it is decided in: whatever
-- would stand against it if it were decided there. Its service date is its own day, however late its days of data come.
-- Grain: enrollment and cycle; a cycle that begins with the set-up has none. `_possible` as in `period_services`.
-- Rule: E11, E12, R-SETUP-5; R-ONE-1, R-CON-1, R-CON-3, R-CON-4, R-CON-5, R-SMBP-1, R-CLINIC-1.
WITH waited AS (
    SELECT
        p.period_no, p.chart_no, c.patient_id, c.program, c.practice_kind,
        coalesce(c.setup_date, c.anchor_day) AS from_day, p.first_day - 1 AS to_day
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    WHERE p.kind = 'cycle' AND c.program IN ('RPM', 'RTM') AND coalesce(c.setup_date, c.anchor_day) < p.first_day
),
standing AS (
    SELECT
        w.period_no,
        CASE WHEN (r.family_program = r.program OR r.family = 'clinic') AND r.ours IS NULL THEN 0 ELSE r.certain END
            AS certain
    FROM waited AS w
    JOIN reported AS r ON r.chart_no = w.chart_no AND r.to_day BETWEEN w.from_day AND w.to_day
    LEFT JOIN rivals AS v ON v.program = r.program AND v.rival = r.family_program
    WHERE v.program IS NOT NULL
       OR (r.family = 'self_measured' AND r.program = 'RPM')
       OR (r.family = 'clinic' AND (w.practice_kind IS NULL OR w.practice_kind <> 'practice') AND (r.ours OR r.ours IS NULL))
       OR (r.family_program = r.program AND (r.ours = FALSE OR r.ours IS NULL))
    UNION ALL
    SELECT w.period_no, b.certain
    FROM waited AS w
    JOIN barring_stays AS b ON b.chart_no = w.chart_no AND b.to_day BETWEEN w.from_day AND w.to_day
    UNION ALL
    -- enrollments in this program or in one that excludes it, which ended before the cycle
    SELECT w.period_no, 0
    FROM waited AS w
    JOIN charts AS o
        ON o.patient_id = w.patient_id AND o.chart_no <> w.chart_no
        AND o.end_day BETWEEN w.from_day AND w.to_day AND o.end_day >= o.anchor_day
    LEFT JOIN rivals AS v ON v.program = w.program AND v.rival = o.program
    WHERE v.program IS NOT NULL OR o.program = w.program
)
SELECT period_no, sum(certain) AS setup_claims, count(*) AS setup_claims_possible
FROM standing
GROUP BY period_no
