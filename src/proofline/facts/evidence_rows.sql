-- Every row of evidence that bears on a period, as one line of text, but for the sign-offs: what a sign-off attests to.
-- Grain: enrollment, period and row, a reading or a piece of work whether it counts or not, with the reason. Rows that
-- were not yet known on the as-of day, and what only a later period is about, are left out; so is who pays. Services and
-- stays on other days of a calendar month are in where they stand against a management line of the cycle in that month.
-- Rule: E7. Columns are parted by tabs, an unknown is \N; a tab, a line end or a backslash within a cell is written \t,
-- \n, \r and \\, so that two different rows are never one text. A value is told without the zeros that
-- end it, which some files keep and others cannot; work in seconds, with six more digits where it was logged finer.
-- decide/snapshots/rows.toml names the columns.
WITH attested AS (
    SELECT
        p.chart_no, p.period_no, p.first_day, p.last_day, c.enrollment_id, c.patient_no, c.patient_id, c.program,
        c.time_zone, c.known_until_us
    FROM periods_asked AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
),
worked AS (
    SELECT p.period_no, p.patient_no, t.*,
        concat_ws('.', CAST(t.from_us // 1000000 AS VARCHAR),
            CASE WHEN t.from_us % 1000000 > 0 THEN substr(CAST(1000000 + t.from_us % 1000000 AS VARCHAR), 2) END) AS from_text,
        concat_ws('.', CAST(t.to_us // 1000000 AS VARCHAR),
            CASE WHEN t.to_us % 1000000 > 0 THEN substr(CAST(1000000 + t.to_us % 1000000 AS VARCHAR), 2) END) AS to_text
    FROM attested AS p
    JOIN judged_time AS t ON t.chart_no = p.chart_no AND t.day BETWEEN p.first_day AND p.last_day
    WHERE t.refused IS NULL OR t.refused <> 'not_yet_known'
),
twice AS (
    SELECT w.period_no, x.kind, greatest(w.from_us, x.from_us) AS from_us, least(w.to_us, x.to_us) AS to_us
    FROM worked AS w
    JOIN contested AS x ON x.patient_no = w.patient_no AND x.from_us < w.to_us AND x.to_us > w.from_us
),
agreed AS (
    SELECT
        p.period_no, p.first_day, p.last_day, p.known_until_us, s.*,
        CAST((s.given_at + g.offset_us) // 86400000000 AS INTEGER) AS given_day,
        CAST((s.revoked_at - 1 + r.offset_us) // 86400000000 AS INTEGER) AS revoked_day
    FROM attested AS p
    JOIN consents AS s ON s.patient_id = p.patient_id AND s.program = p.program
    JOIN zone_spans AS g ON g.time_zone = p.time_zone AND s.given_at >= g.from_us AND s.given_at < g.to_us
    LEFT JOIN zone_spans AS r
        ON r.time_zone = p.time_zone AND s.revoked_at - 1 >= r.from_us AND s.revoked_at - 1 < r.to_us
    WHERE s.given_at < p.known_until_us AND (s.captured_at IS NULL OR s.captured_at < p.known_until_us)
),
cells AS (
    SELECT p.period_no, [
        'enrollment', p.enrollment_id, p.patient_id, p.program, p.time_zone, CAST(p.first_day AS VARCHAR),
        CAST(p.last_day AS VARCHAR), CAST(c.anchor_day AS VARCHAR), CAST(c.setup_date AS VARCHAR),
        e.setup_performer_id, CAST(c.order_date AS VARCHAR), c.order_kind, e.ordering_performer_id, c.diagnoses,
        CAST(e.established_on AS VARCHAR),
        CASE e.established WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END,
        CASE c.established WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END,
        CASE c.covid WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END,
        c.place_of_service, c.billing_performer_id, c.biller_role,
        CASE c.biller_bills_em WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END,
        c.practice_kind
    ] AS row_cells
    FROM attested AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN enrollments AS e ON e.enrollment_id = p.enrollment_id
    UNION ALL
    SELECT p.period_no, [
        'reading', r.reading_id, CAST(r.local_day AS VARCHAR), CAST(r.measured_at AS VARCHAR),
        CAST(r.received_at AS VARCHAR), r.device_id, r.patient_id, r.metric,
        CASE WHEN r.value LIKE '%.%' THEN rtrim(rtrim(r.value, '0'), '.') ELSE r.value END,
        CASE WHEN r.value_2 LIKE '%.%' THEN rtrim(rtrim(r.value_2, '0'), '.') ELSE r.value_2 END,
        r.unit, r.entry,
        r.time_quality,
        CASE r.ambiguous_person WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END,
        CASE r.test WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END,
        r.source, r.source_message_id,
        r.authenticity, r.refused, r.unsettled]
    FROM attested AS p
    JOIN judged_readings AS r ON r.chart_no = p.chart_no AND r.local_day BETWEEN p.first_day AND p.last_day
    WHERE r.refused IS NULL OR r.refused <> 'not_yet_known'
    UNION ALL
    SELECT w.period_no, [
        'time', w.entry_id, CAST(w.day AS VARCHAR), w.from_text, w.to_text, w.performer_id,
        w.role, w.activity, w.supervision, e.method, CAST(e.entered_at AS VARCHAR), e.note, w.refused, w.unsettled]
    FROM worked AS w
    JOIN time_entries AS e ON e.entry_id = w.entry_id
    UNION ALL
    SELECT period_no, [
        'claimed_twice', kind,
        concat_ws('.', CAST(from_us // 1000000 AS VARCHAR),
            CASE WHEN from_us % 1000000 > 0 THEN substr(CAST(1000000 + from_us % 1000000 AS VARCHAR), 2) END),
        concat_ws('.', CAST(to_us // 1000000 AS VARCHAR),
            CASE WHEN to_us % 1000000 > 0 THEN substr(CAST(1000000 + to_us % 1000000 AS VARCHAR), 2) END)]
    FROM twice
    UNION ALL
    SELECT p.period_no, [
        'call', i.interaction_id, CAST(i.day AS VARCHAR), CAST(i.started_at AS VARCHAR), CAST(i.ended_at AS VARCHAR),
        i.performer_id, f.role, i.channel, i.reached, i.call_record_id, i.refused, i.unsettled]
    FROM attested AS p
    JOIN judged_calls AS i ON i.chart_no = p.chart_no AND i.day BETWEEN p.first_day AND p.last_day
    LEFT JOIN performers AS f ON f.performer_id = i.performer_id
    WHERE i.refused IS NULL OR i.refused <> 'not_yet_known'
    UNION ALL
    SELECT a.period_no, [
        'consent', a.consent_id, CAST(a.given_at AS VARCHAR), CAST(a.captured_at AS VARCHAR), a.captured_by,
        CASE WHEN a.revoked_day <= a.last_day AND a.revoked_at < a.known_until_us
             THEN CAST(a.revoked_at AS VARCHAR) END,
        a.text_version, a.language, a.modality,
        CASE a.cost_share_disclosed WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END]
    FROM agreed AS a
    WHERE a.given_day <= a.last_day AND coalesce(a.revoked_day, 9999999) >= a.first_day
    UNION ALL
    SELECT p.period_no, [
        'device', a.device_id, CAST(a.from_date AS VARCHAR),
        CASE WHEN a.to_date <= p.last_day THEN CAST(a.to_date AS VARCHAR) END,
        a.owner, d.kind, d.manufacturer, d.model, d.serial, d.udi_di, d.fda_basis, d.fda_reference]
    FROM attested AS p
    JOIN assignments AS a
        ON a.patient_id = p.patient_id
        AND a.from_date <= p.last_day AND coalesce(a.to_date, 9999999) >= p.first_day
    LEFT JOIN devices AS d ON d.device_id = a.device_id
    UNION ALL
    SELECT p.period_no, [
        'service', r.service_id, r.code, CAST(r.from_day AS VARCHAR), CAST(r.to_day AS VARCHAR),
        CAST(r.certain AS VARCHAR),
        CASE r.ours WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END]
    FROM attested AS p
    JOIN reported AS r
        ON r.chart_no = p.chart_no AND r.from_day <= p.last_day AND r.to_day >= p.first_day
    UNION ALL
    SELECT p.period_no, [
        'service', r.service_id, r.code, CAST(r.from_day AS VARCHAR), CAST(r.to_day AS VARCHAR),
        CAST(r.certain AS VARCHAR),
        CASE r.ours WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END]
    FROM attested AS p
    JOIN month_standing AS q ON q.period_no = p.period_no
    JOIN reported AS r ON r.chart_no = p.chart_no AND r.service_id = q.service_id
    UNION ALL
    SELECT p.period_no, [
        'stay', s.stay_id, s.kind, CAST(s.from_date AS VARCHAR),
        CASE WHEN s.to_date <= p.last_day THEN CAST(s.to_date AS VARCHAR) END,
        s.performer_id, f.practice_id,
        CASE s.related WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END]
    FROM attested AS p
    JOIN stays AS s
        ON s.patient_id = p.patient_id
        AND s.from_date <= p.last_day AND coalesce(s.to_date, 9999999) >= p.first_day
    LEFT JOIN performers AS f ON f.performer_id = s.performer_id
    UNION ALL
    SELECT p.period_no, [
        'stay', s.stay_id, s.kind, CAST(s.from_date AS VARCHAR),
        CASE WHEN s.to_date <= m.last_day THEN CAST(s.to_date AS VARCHAR) END,
        s.performer_id, f.practice_id,
        CASE s.related WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END]
    FROM attested AS p
    JOIN month_standing AS q ON q.period_no = p.period_no
    JOIN months AS m ON m.month = q.month
    JOIN stays AS s ON s.patient_id = p.patient_id AND s.stay_id = q.stay_id
    LEFT JOIN performers AS f ON f.performer_id = s.performer_id
    UNION ALL
    SELECT p.period_no, ['beside', o.enrollment_id, o.program]
    FROM attested AS p
    JOIN charts AS o
        ON o.patient_id = p.patient_id AND o.chart_no <> p.chart_no
        AND o.anchor_day <= p.last_day AND o.end_day >= p.first_day AND o.end_day >= o.anchor_day
    UNION ALL
    SELECT p.period_no, ['beside', u.enrollment_id, u.program]
    FROM attested AS p
    JOIN undated AS u
        ON u.patient_id = p.patient_id
        AND coalesce(u.order_date, -9999999) <= p.last_day AND coalesce(u.end_date, 9999999) >= p.first_day
)
SELECT DISTINCT
    period_no,
    array_to_string(
        list_transform(row_cells, lambda x: coalesce(
            replace(replace(replace(replace(x, chr(92), concat(chr(92), chr(92))),
                chr(9), concat(chr(92), 't')), chr(10), concat(chr(92), 'n')), chr(13), concat(chr(92), 'r')),
            concat(chr(92), 'N'))),
        chr(9)) AS line
FROM cells
