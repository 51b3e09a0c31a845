-- Minutes and calls of each whole calendar month of a patient's program, over all its enrollments.
-- Grain: enrollment and calendar month; enrollments of one patient in one program share the month.
-- Rule: E13; R-PER-2, R-LIVE-7.
WITH worked AS (
    SELECT
        c.patient_no,
        c.program,
        w.month,
        CAST(sum(worked_us) // 60000000 AS INTEGER) AS month_minutes,
        CAST(sum(possible_us) // 60000000 AS INTEGER) AS month_minutes_possible,
        CAST(sum(calls) AS INTEGER) AS month_live_calls,
        CAST(sum(possible_calls) AS INTEGER) AS month_live_calls_possible
    FROM work_days AS w
    JOIN charts AS c ON c.chart_no = w.chart_no
    GROUP BY c.patient_no, c.program, w.month
)
SELECT c.chart_no, w.month, w.month_minutes, w.month_minutes_possible, w.month_live_calls, w.month_live_calls_possible
FROM worked AS w
JOIN charts AS c ON c.patient_no = w.patient_no AND c.program = w.program
