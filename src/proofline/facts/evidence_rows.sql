-- Every row of evidence that bears on a period, as one line of text, but for the sign-offs: what a sign-off attests to.
-- Grain: enrollment, period and row. Rows that were not yet known on the as-of day are left out.
-- Rule: E7. Fields are joined by the unit separator, an unknown is the NUL-like sign chr(26).
SELECT p.period_no, concat_ws(chr(31), 'reading', r.reading_id, r.device_id, coalesce(r.patient_id, chr(26)),
    r.metric, coalesce(r.value, chr(26)), coalesce(r.value_2, chr(26)), coalesce(r.unit, chr(26)),
    CAST(r.measured_at AS VARCHAR), coalesce(CAST(r.received_at AS VARCHAR), chr(26)), r.entry,
    coalesce(r.refused, chr(26)), coalesce(r.unsettled, chr(26))) AS line
FROM periods_asked AS p
JOIN judged_readings AS r ON r.chart_no = p.chart_no AND r.local_day BETWEEN p.first_day AND p.last_day
WHERE r.refused IS NULL OR r.refused <> 'not_yet_known'
UNION
SELECT p.period_no, concat_ws(chr(31), 'time', t.entry_id, coalesce(t.performer_id, chr(26)),
    coalesce(t.activity, chr(26)), coalesce(t.supervision, chr(26)), CAST(t.from_s AS VARCHAR),
    CAST(t.to_s AS VARCHAR), coalesce(t.refused, chr(26)), coalesce(t.unsettled, chr(26)))
FROM periods_asked AS p
JOIN judged_time AS t ON t.chart_no = p.chart_no AND t.day BETWEEN p.first_day AND p.last_day
WHERE t.refused IS NULL OR t.refused <> 'not_yet_known'
UNION
SELECT p.period_no, concat_ws(chr(31), 'call', i.interaction_id, coalesce(i.performer_id, chr(26)), i.channel,
    coalesce(i.reached, chr(26)), CAST(i.started_at AS VARCHAR), coalesce(i.call_record_id, chr(26)),
    coalesce(i.refused, chr(26)), coalesce(i.unsettled, chr(26)))
FROM periods_asked AS p
JOIN judged_calls AS i ON i.chart_no = p.chart_no AND i.day BETWEEN p.first_day AND p.last_day
WHERE i.refused IS NULL OR i.refused <> 'not_yet_known'
UNION
SELECT p.period_no, concat_ws(chr(31), 'enrollment', c.enrollment_id, c.patient_id, c.program, c.time_zone,
    CAST(c.anchor_day AS VARCHAR), coalesce(CAST(c.setup_date AS VARCHAR), chr(26)),
    coalesce(CAST(c.order_date AS VARCHAR), chr(26)), coalesce(c.order_kind, chr(26)),
    coalesce(c.diagnoses, chr(26)), CASE WHEN c.covid THEN 'true' WHEN NOT c.covid THEN 'false' ELSE chr(26) END,
    CASE WHEN c.established THEN 'true' WHEN NOT c.established THEN 'false' ELSE chr(26) END,
    coalesce(c.billing_performer_id, chr(26)),
    CAST(p.first_day AS VARCHAR), CAST(p.last_day AS VARCHAR))
FROM periods_asked AS p
JOIN charts AS c ON c.chart_no = p.chart_no
UNION
SELECT p.period_no, concat_ws(chr(31), 'consent', s.consent_id, coalesce(s.text_version, chr(26)),
    coalesce(s.modality, chr(26)), CAST(s.given_at AS VARCHAR), coalesce(CAST(s.captured_at AS VARCHAR), chr(26)),
    coalesce(CAST(s.revoked_at AS VARCHAR), chr(26)),
    CASE WHEN s.cost_share_disclosed THEN 'true' WHEN NOT s.cost_share_disclosed THEN 'false' ELSE chr(26) END)
FROM periods_asked AS p
JOIN charts AS c ON c.chart_no = p.chart_no
JOIN consents AS s ON s.patient_id = c.patient_id AND s.program = c.program
WHERE s.given_at < c.known_until_us AND (s.captured_at IS NULL OR s.captured_at < c.known_until_us)
UNION
SELECT p.period_no, concat_ws(chr(31), 'device', a.device_id, coalesce(d.kind, chr(26)),
    coalesce(d.fda_basis, chr(26)), coalesce(d.fda_reference, chr(26)), coalesce(a.owner, chr(26)),
    CAST(a.from_date AS VARCHAR), coalesce(CAST(a.to_date AS VARCHAR), chr(26)))
FROM periods_asked AS p
JOIN charts AS c ON c.chart_no = p.chart_no
JOIN assignments AS a
    ON a.patient_id = c.patient_id
    AND a.from_date <= p.last_day AND coalesce(a.to_date, 9999999) >= p.first_day
LEFT JOIN devices AS d ON d.device_id = a.device_id
UNION
SELECT p.period_no, concat_ws(chr(31), 'service', r.service_id, r.code, CAST(r.from_day AS VARCHAR),
    CAST(r.to_day AS VARCHAR), CAST(r.certain AS VARCHAR),
    CASE WHEN r.ours THEN 'true' WHEN NOT r.ours THEN 'false' ELSE chr(26) END)
FROM periods_asked AS p
JOIN reported AS r
    ON r.chart_no = p.chart_no AND r.from_day <= p.last_day AND r.to_day >= p.first_day
UNION
SELECT p.period_no, concat_ws(chr(31), 'stay', s.stay_id, s.kind, CAST(s.from_date AS VARCHAR),
    coalesce(CAST(s.to_date AS VARCHAR), chr(26)), coalesce(s.performer_id, chr(26)),
    CASE WHEN s.related THEN 'true' WHEN NOT s.related THEN 'false' ELSE chr(26) END)
FROM periods_asked AS p
JOIN charts AS c ON c.chart_no = p.chart_no
JOIN stays AS s
    ON s.patient_id = c.patient_id
    AND s.from_date <= p.last_day AND coalesce(s.to_date, 9999999) >= p.first_day
