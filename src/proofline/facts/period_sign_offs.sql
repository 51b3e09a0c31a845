-- Whether a period is signed off, and whether what was signed still stands.
-- Grain: enrollment and period; a period without a row has no sign-off.
-- Rule: E7. A digest that is no longer that of the evidence makes the sign-off stale; a blank one pins nothing.
SELECT
    s.period_no,
    bool_or(s.evidence_digest IS NULL OR s.evidence_digest = d.evidence_digest) AS signed_off,
    count(*) FILTER (WHERE s.evidence_digest <> coalesce(d.evidence_digest, '')) AS stale_sign_offs,
    coalesce(bool_or(s.evidence_digest = d.evidence_digest), FALSE) AS sign_off_pinned
FROM standing_sign_offs AS s
LEFT JOIN pinned_digests AS d ON d.period_no = s.period_no
GROUP BY s.period_no
