-- Seconds claimed twice: by two programs for one patient, or by one performer for two patients.
-- Grain: an unbroken run of seconds of a `patient` (every program loses it) or of a `performer` (only what that
-- performer logged loses it). Unit: seconds since 1970-01-01 UTC.
-- Rule: R-OVL-1, R-TIME-7; evidence.md 5. They count for neither until somebody settles whose they are.
WITH claims AS (
    SELECT 'patient' AS whose, patient_id AS id, program AS claimant, from_s, to_s
    FROM stretches
    WHERE claims
      AND patient_id IN (
          SELECT patient_id FROM stretches WHERE claims GROUP BY patient_id HAVING min(program) <> max(program))
    UNION ALL
    SELECT 'performer', performer_id, patient_id, from_s, to_s FROM stretches WHERE claims
),
breaks AS (
    SELECT
        whose, id, claimant, from_s, to_s,
        max(to_s) OVER (
            PARTITION BY whose, id ORDER BY from_s, to_s, claimant
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_s
    FROM claims
),
numbered AS (
    SELECT
        *,
        sum(CASE WHEN from_s < reached_s THEN 0 ELSE 1 END) OVER (
            PARTITION BY whose, id ORDER BY from_s, to_s, claimant
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS bunch
    FROM breaks
),
tangled AS (  -- bunches of overlapping claims in which more than one claimant takes part
    SELECT whose, id, bunch
    FROM numbered
    GROUP BY whose, id, bunch
    HAVING min(claimant) <> max(claimant)
),
pairs AS (
    SELECT a.whose, a.id, greatest(a.from_s, b.from_s) AS from_s, least(a.to_s, b.to_s) AS to_s
    FROM tangled AS t
    JOIN numbered AS a ON a.whose = t.whose AND a.id = t.id AND a.bunch = t.bunch
    JOIN numbered AS b
        ON b.whose = t.whose AND b.id = t.id AND b.bunch = t.bunch
        AND a.claimant < b.claimant AND a.from_s < b.to_s AND b.from_s < a.to_s
),
joined AS (
    SELECT
        *,
        max(to_s) OVER (
            PARTITION BY whose, id ORDER BY from_s, to_s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_s
    FROM pairs
),
runs AS (
    SELECT
        *,
        sum(CASE WHEN from_s <= reached_s THEN 0 ELSE 1 END) OVER (
            PARTITION BY whose, id ORDER BY from_s, to_s ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM joined
)
SELECT whose, id, min(from_s) AS from_s, max(to_s) AS to_s
FROM runs
GROUP BY whose, id, run
