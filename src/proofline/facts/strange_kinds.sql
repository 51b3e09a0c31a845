-- What the instruments watch whose readings are no data of an enrollment: the course of a therapy, in physiologic
-- monitoring; the body, in therapeutic monitoring of a patient who was given an instrument of therapy as well.
-- Grain: enrollment and what is watched.
-- Rule: R-RTM-3, R-DAY-1.
SELECT chart_no, 'therapy' AS watches FROM charts WHERE program = 'RPM'
UNION ALL
SELECT DISTINCT c.chart_no, 'body'
FROM charts AS c
JOIN assignments AS a ON a.patient_id = c.patient_id
JOIN device_kinds AS k ON k.device_id = a.device_id AND k.therapy_system IS NOT NULL
WHERE c.program = 'RTM'
