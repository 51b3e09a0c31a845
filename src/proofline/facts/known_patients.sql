-- The patients, numbered, with their clock and until when things are known of each.
-- Grain: patient; `patient_no` stands for the id wherever rows are many.
-- Rule: E1; R-DAY-4.
SELECT
    CAST(row_number() OVER (ORDER BY p.patient_id) AS INTEGER) AS patient_no,
    p.patient_id, p.time_zone, p.death_date, k.zone_no, k.known_until_us
FROM patients AS p
JOIN knowledge AS k ON k.time_zone = p.time_zone
