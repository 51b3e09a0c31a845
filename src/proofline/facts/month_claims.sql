-- How much stands against a management line of a cycle in the calendar month of its service date (`month_standing`).
-- Grain: enrollment, period and calendar month; `_possible` as in `period_services`.
-- Rule: E13.
SELECT period_no, month, sum(certain) AS month_claims, count(*) AS month_claims_possible
FROM month_standing
GROUP BY period_no, month
