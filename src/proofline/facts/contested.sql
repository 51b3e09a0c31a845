-- Work claimed twice: by two programs for one patient, or by one performer for two patients.
-- Grain: patient and stretch of time; stretches may overlap. Unit: microseconds UTC.
-- Rule: R-OVL-1, R-TIME-7; E5. It counts for neither until somebody settles whose it is. Work for whom nobody is on file
-- may be for another patient.
WITH claims AS (
    SELECT 'patient' AS kind, patient_no AS whose, program AS claimant, patient_no, from_us, to_us
    FROM stretches
    WHERE claims
      AND patient_no IN (
          SELECT patient_no FROM stretches WHERE claims GROUP BY patient_no HAVING min(program) <> max(program))
    UNION ALL
    SELECT 'performer', performer_no, coalesce(CAST(patient_no AS VARCHAR), ''), patient_no, from_us, to_us
    FROM stretches
    WHERE claims
),
reached AS (
    SELECT
        *,
        max(to_us) OVER (
            PARTITION BY kind, whose ORDER BY from_us, to_us, claimant
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_us
    FROM claims
),
late AS (  -- of two claims that overlap, the later one begins before an earlier one has ended
    SELECT * FROM reached WHERE from_us < reached_us
),
decided AS (
    SELECT DISTINCT patient_no FROM charts
),
pairs AS (  -- of a decided patient and whomever; of others among themselves nobody asks
    SELECT
        l.kind,
        l.patient_no AS one_patient_no,
        c.patient_no AS other_patient_no,
        greatest(l.from_us, c.from_us) AS from_us,
        least(l.to_us, c.to_us) AS to_us
    FROM decided AS d
    JOIN late AS l ON l.patient_no = d.patient_no
    JOIN claims AS c
        ON c.kind = l.kind AND c.whose = l.whose
        AND c.claimant <> l.claimant AND c.from_us < l.to_us AND c.to_us > l.from_us
    UNION ALL
    SELECT l.kind, l.patient_no, c.patient_no, greatest(l.from_us, c.from_us), least(l.to_us, c.to_us)
    FROM decided AS d
    JOIN claims AS c ON c.patient_no = d.patient_no
    JOIN (
        SELECT o.*
        FROM late AS o
        LEFT JOIN decided AS n ON n.patient_no = o.patient_no
        WHERE n.patient_no IS NULL
    ) AS l
        ON l.kind = c.kind AND l.whose = c.whose
        AND l.claimant <> c.claimant AND l.from_us < c.to_us AND l.to_us > c.from_us
)
SELECT one_patient_no AS patient_no, kind, from_us, to_us FROM pairs
UNION
SELECT other_patient_no, kind, from_us, to_us FROM pairs
