-- What a device watches, as far as its kind tells: the body; the breath, which is of the body and which a respiratory
-- therapy may be followed by as well; the course of a therapy; or either (what a spirometer measures is physiologic, and
-- respiratory therapy is followed by it). And which system the therapy is for; and
-- by which family of codes the same is paid where an instrument of its own watches it (`specific_services`).
-- Grain: device of a kind that tells. Capitals, spaces and hyphens tell nothing.
-- Rule: R-RTM-1, R-RTM-3, R-DEV-6.
WITH named AS (
    SELECT device_id, replace(replace(lower(trim(kind)), ' ', '_'), '-', '_') AS kind FROM devices
),
told AS (
    SELECT
        device_id,
        CASE
            WHEN kind IN ('blood_pressure', 'glucose', 'weight', 'thermometer', 'ecg', 'heart_rate') THEN 'body'
            WHEN kind IN ('pulse_oximeter', 'respiration') THEN 'breath'
            WHEN kind IN ('spirometer', 'peak_flow', 'peak_flow_meter', 'respiratory') THEN 'either'
            WHEN kind IN ('inhaler', 'nebulizer', 'motion', 'motion_sensor', 'goniometer', 'musculoskeletal',
                'cognitive_behavioral', 'cbt_app') THEN 'therapy'
        END AS watches,
        CASE
            WHEN kind IN ('spirometer', 'peak_flow', 'peak_flow_meter', 'respiratory', 'inhaler', 'nebulizer')
                THEN 'respiratory'
            WHEN kind IN ('motion', 'motion_sensor', 'goniometer', 'musculoskeletal') THEN 'musculoskeletal'
            WHEN kind IN ('cognitive_behavioral', 'cbt_app') THEN 'cognitive_behavioral'
        END AS therapy_system,
        CASE
            WHEN kind = 'glucose' THEN 'continuous_glucose'
            WHEN kind IN ('ecg', 'heart_rate') THEN 'implanted_heart'
        END AS also_paid
    FROM named
)
SELECT device_id, watches, therapy_system, also_paid FROM told WHERE watches IS NOT NULL
