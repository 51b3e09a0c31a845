-- What a device watches, as far as its kind tells: the body, the course of a therapy, or either (what a spirometer measures
-- is physiologic, and respiratory therapy is followed by it), and which system the therapy is for.
-- Grain: device of a kind that tells.
-- Rule: R-RTM-1, R-RTM-3.
SELECT
    device_id,
    CASE
        WHEN kind IN ('blood_pressure', 'glucose', 'weight', 'pulse_oximeter', 'thermometer') THEN 'body'
        WHEN kind IN ('spirometer', 'peak_flow_meter') THEN 'either'
        ELSE 'therapy'
    END AS watches,
    CASE
        WHEN kind IN ('spirometer', 'inhaler', 'peak_flow_meter', 'nebulizer') THEN 'respiratory'
        WHEN kind IN ('motion', 'motion_sensor', 'goniometer', 'musculoskeletal') THEN 'musculoskeletal'
        WHEN kind IN ('cognitive_behavioral', 'cbt_app') THEN 'cognitive_behavioral'
    END AS therapy_system
FROM devices
WHERE kind IN (
    'blood_pressure', 'glucose', 'weight', 'pulse_oximeter', 'thermometer', 'spirometer', 'inhaler', 'peak_flow_meter',
    'nebulizer', 'motion', 'motion_sensor', 'goniometer', 'musculoskeletal', 'cognitive_behavioral', 'cbt_app'
)
