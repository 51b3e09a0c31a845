-- The devices with the patient in each period and the papers they are missing.
-- Grain: enrollment and period. Unit: devices.
-- Rule: R-DEVICE-1, R-DEVICE-2, R-DEVICE-3; E4.
WITH present AS (
    SELECT
        p.period_no,
        a.device_id,
        max(CASE WHEN a.owner = 'patient' THEN 1 ELSE 0 END) AS patient_owned,
        max(CASE WHEN a.owner IS NULL THEN 1 ELSE 0 END) AS owner_unknown
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN assignments AS a
        ON a.patient_id = c.patient_id
        AND a.from_date <= p.last_day AND coalesce(a.to_date, 9999999) >= p.first_day
    GROUP BY p.period_no, a.device_id
),
described AS (
    SELECT
        x.*,
        d.fda_basis,
        d.fda_reference,
        CASE
            WHEN d.kind IN ('spirometer', 'inhaler', 'peak_flow_meter', 'nebulizer') THEN 'respiratory'
            WHEN d.kind IN ('motion', 'motion_sensor', 'goniometer', 'musculoskeletal') THEN 'musculoskeletal'
            WHEN d.kind IN ('cognitive_behavioral', 'cbt_app') THEN 'cognitive_behavioral'
        END AS therapy_system
    FROM present AS x
    LEFT JOIN devices AS d ON d.device_id = x.device_id
)
SELECT
    period_no,
    count(*) FILTER (WHERE fda_basis IN ('cleared', 'exempt', 'de_novo', 'eua')) AS medical_devices,
    count(*) FILTER (WHERE fda_basis IS NULL OR fda_basis <> 'none') AS medical_devices_possible,
    count(*) FILTER (WHERE fda_basis IN ('cleared', 'de_novo', 'eua') AND fda_reference IS NULL)
        AS devices_missing_paper,
    count(*) FILTER (WHERE fda_basis = 'exempt' AND fda_reference IS NULL) AS devices_exempt_unlisted,
    count(*) FILTER (WHERE patient_owned = 1) AS devices_patient_owned,
    count(*) FILTER (WHERE owner_unknown = 1) AS devices_owner_unknown,
    CASE WHEN count(DISTINCT therapy_system) = 1 THEN max(therapy_system) END AS therapy_system
FROM described
GROUP BY period_no
