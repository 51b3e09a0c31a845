-- Minutes and calls of each whole calendar month of a patient's program, over all its enrollments.
-- Grain: patient, program and calendar month.
-- Rule: evidence.md 13; R-PER-2, R-LIVE-7.
SELECT
    patient_id,
    program,
    month,
    CAST(sum(seconds) // 60 AS BIGINT) AS month_minutes,
    CAST(sum(possible_seconds) // 60 AS BIGINT) AS month_minutes_possible,
    CAST(sum(calls) AS BIGINT) AS month_live_calls,
    CAST(sum(possible_calls) AS BIGINT) AS month_live_calls_possible
FROM work_days
GROUP BY patient_id, program, month
