-- When the patient's agreement to a program holds: from the instant given to the instant revoked.
-- Grain: patient, program and unbroken span; overlapping consents are one span. Unit: microseconds UTC.
-- Rule: R-CONS-1, R-CONS-3, R-CONS-4; E2. A consent captured after the as-of day is not yet known.
WITH known AS (
    SELECT
        k.patient_no,
        c.program,
        c.given_at AS from_us,
        CASE WHEN c.revoked_at < k.known_until_us THEN c.revoked_at ELSE 9000000000000000 END AS to_us
    FROM consents AS c
    JOIN known_patients AS k ON k.patient_id = c.patient_id
    WHERE c.given_at < k.known_until_us
      AND (c.captured_at IS NULL OR c.captured_at < k.known_until_us)
),
breaks AS (
    SELECT
        patient_no, program, from_us, to_us,
        max(to_us) OVER (
            PARTITION BY patient_no, program ORDER BY from_us, to_us
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_us
    FROM known
),
spans AS (
    SELECT
        patient_no, program, from_us, to_us,
        sum(CASE WHEN from_us <= reached_us THEN 0 ELSE 1 END) OVER (
            PARTITION BY patient_no, program ORDER BY from_us, to_us
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS span
    FROM breaks
)
SELECT patient_no, program, min(from_us) AS from_us, max(to_us) AS to_us
FROM spans
GROUP BY patient_no, program, span
