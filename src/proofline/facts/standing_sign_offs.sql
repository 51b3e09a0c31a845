-- The billing practitioner's attestations that answer a period: hers, after its last day, for all of its days, known.
-- Grain: enrollment, period and sign-off. Whether its digest still is that of the evidence is asked in `period_sign_offs`.
-- Rule: E7.
SELECT p.chart_no, p.period_no, s.sign_off_id, s.evidence_digest
FROM periods AS p
JOIN charts AS c ON c.chart_no = p.chart_no
JOIN sign_offs AS s
    ON s.enrollment_id = c.enrollment_id
    AND s.performer_id = c.billing_performer_id
    AND s.period_start <= p.first_day AND s.period_end >= p.last_day
    AND s.signed_at < c.known_until_us
JOIN zone_spans AS z
    ON z.time_zone = c.time_zone AND s.signed_at >= z.from_us AND s.signed_at < z.to_us
WHERE (s.signed_at + z.offset_us) // 86400000000 > p.last_day
