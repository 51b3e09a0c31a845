-- The devices with the patient in each period and the papers they are missing.
-- Grain: enrollment and period. Unit: devices. One that is on file with her on no day of the period, but whose readings
-- name her, may have been with her: nobody wrote down that it was not. One whose readings are no data of the program, be
-- it for its kind alone or for the instrument of therapy beside it, is none of them: nothing rests on it.
-- Rule: R-DEVICE-1, R-DEVICE-2, R-DEVICE-3, R-RTM-3; E3, E4, E15.
WITH present AS (
    SELECT
        p.period_no,
        c.program,
        a.device_id,
        max(CASE WHEN a.from_date <= c.as_of_day THEN 1 ELSE 0 END) AS by_now,
        max(CASE WHEN a.owner = 'patient' THEN 1 ELSE 0 END) AS patient_owned,
        max(CASE WHEN a.owner IS NULL THEN 1 ELSE 0 END) AS owner_unknown,
        TRUE AS given
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN assignments AS a
        ON a.patient_id = c.patient_id
        AND a.from_date <= p.last_day AND coalesce(a.to_date, 9999999) >= p.first_day
    GROUP BY p.period_no, c.program, a.device_id
),
named AS (
    SELECT DISTINCT p.period_no, c.program, w.stray_device_id AS device_id
    FROM day_words AS w
    JOIN charts AS c ON c.patient_id = w.stray_patient_id AND c.program IN ('RPM', 'RTM')
    JOIN zone_spans AS z ON z.time_zone = c.time_zone AND w.stray_at >= z.from_us AND w.stray_at < z.to_us
    JOIN periods AS p
        ON p.chart_no = c.chart_no AND (w.stray_at + z.offset_us) // 86400000000 BETWEEN p.first_day AND p.last_day
    WHERE w.stray_row_no IS NOT NULL AND w.stray_known_at < c.known_until_us
),
meant AS (
    SELECT period_no, program, device_id, by_now, patient_owned, owner_unknown, given FROM present
    UNION ALL
    SELECT n.period_no, n.program, n.device_id, 0, 0, 0, FALSE
    FROM named AS n
    LEFT JOIN present AS x ON x.period_no = n.period_no AND x.device_id = n.device_id
    WHERE x.period_no IS NULL
),
described AS (
    SELECT
        x.*,
        d.fda_basis,
        d.fda_reference,
        k.watches,
        CASE WHEN x.given THEN k.therapy_system END AS therapy_system
    FROM meant AS x
    LEFT JOIN devices AS d ON d.device_id = x.device_id
    LEFT JOIN device_kinds AS k ON k.device_id = x.device_id
),
followed AS (  -- periods with an instrument of therapy
    SELECT period_no, max(CASE WHEN therapy_system = 'respiratory' THEN 1 ELSE 0 END) AS breath
    FROM described
    WHERE program = 'RTM' AND by_now = 1 AND therapy_system IS NOT NULL
    GROUP BY period_no
),
own AS (
    SELECT d.*
    FROM described AS d
    LEFT JOIN followed AS f ON f.period_no = d.period_no
    WHERE d.watches IS NULL
       OR NOT (d.watches = 'therapy' AND d.program = 'RPM')
       AND NOT (d.watches = 'body' AND f.period_no IS NOT NULL)
       AND NOT (d.watches = 'breath' AND coalesce(f.breath, 1) = 0)
)
SELECT
    period_no,
    count(*) FILTER (WHERE given AND fda_basis IN ('cleared', 'exempt', 'de_novo', 'eua')) AS medical_devices,
    count(*) FILTER (WHERE fda_basis IS NULL OR fda_basis <> 'none') AS medical_devices_possible,
    count(*) FILTER (WHERE given AND fda_basis IN ('cleared', 'de_novo', 'eua') AND fda_reference IS NULL)
        AS devices_missing_paper,
    count(*) FILTER (WHERE given AND fda_basis = 'exempt' AND fda_reference IS NULL) AS devices_exempt_unlisted,
    count(*) FILTER (WHERE patient_owned = 1) AS devices_patient_owned,
    count(*) FILTER (WHERE owner_unknown = 1) AS devices_owner_unknown,
    CASE WHEN count(DISTINCT therapy_system) = 1 THEN max(therapy_system) END AS therapy_system
FROM own
GROUP BY period_no
