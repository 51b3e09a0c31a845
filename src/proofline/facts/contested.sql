-- Seconds claimed twice: by two programs for one patient, or by one performer for two patients.
-- Grain: patient and stretch of seconds; stretches may overlap. Unit: seconds since 1970-01-01 UTC.
-- Rule: R-OVL-1, R-TIME-7; evidence.md 5. They count for neither until somebody settles whose they are.
WITH claims AS (
    SELECT 'patient' AS kind, patient_id AS whose, program AS claimant, patient_id, from_s, to_s
    FROM stretches
    WHERE claims
      AND patient_id IN (
          SELECT patient_id FROM stretches WHERE claims GROUP BY patient_id HAVING min(program) <> max(program))
    UNION ALL
    SELECT 'performer', performer_id, patient_id, patient_id, from_s, to_s FROM stretches WHERE claims
),
reached AS (
    SELECT
        *,
        max(to_s) OVER (
            PARTITION BY kind, whose ORDER BY from_s, to_s, claimant
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_s
    FROM claims
),
numbered AS (  -- a bunch is a run of claims that reach into each other
    SELECT
        *,
        sum(CASE WHEN from_s < reached_s THEN 0 ELSE 1 END) OVER (
            PARTITION BY kind, whose ORDER BY from_s, to_s, claimant
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS bunch
    FROM reached
),
tangled AS (
    SELECT kind, whose, bunch
    FROM numbered
    GROUP BY kind, whose, bunch
    HAVING min(claimant) <> max(claimant)
)
SELECT DISTINCT
    a.patient_id,
    a.kind,
    greatest(a.from_s, b.from_s) AS from_s,
    least(a.to_s, b.to_s) AS to_s
FROM tangled AS t
JOIN numbered AS a ON a.kind = t.kind AND a.whose = t.whose AND a.bunch = t.bunch
JOIN numbered AS b
    ON b.kind = t.kind AND b.whose = t.whose AND b.bunch = t.bunch
    AND a.claimant <> b.claimant AND a.from_s < b.to_s AND b.from_s < a.to_s
