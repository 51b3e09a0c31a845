-- The patients with their clock, and until when things are known of each.
-- Grain: patient.
-- Rule: E1; R-DAY-4.
SELECT p.patient_id, p.time_zone, p.death_date, k.zone_no, k.known_until_us
FROM patients AS p
JOIN knowledge AS k ON k.time_zone = p.time_zone
