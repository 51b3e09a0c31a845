-- Enrollments of which nobody knows on which day they begin: no anchor, no set-up, and no order where that would do.
-- Grain: enrollment. None of their periods is decided, but they may run beside those of others: from the day of their
-- order, if there is one, until their end.
-- Rule: E15; R-ONE-1, R-CON-1, R-SETUP-4.
SELECT enrollment_id, patient_id, program, order_date, end_date, end_reason
FROM enrollments
WHERE anchor_date IS NULL
  AND setup_date IS NULL
  AND (program IN ('RPM', 'RTM') OR order_date IS NULL)
