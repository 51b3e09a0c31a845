-- The digest of the evidence of a period: SHA-256 over its lines in their order.
-- Grain: enrollment and period. A sign-off that names it attests to exactly these rows.
-- Rule: E7.
SELECT period_no, concat('sha256:', sha256(string_agg(line, chr(10) ORDER BY line))) AS evidence_digest
FROM evidence_rows
GROUP BY period_no
