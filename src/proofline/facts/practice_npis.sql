-- Under which numbers a practice bills: its own and those of its people. A practice without a row has none on file.
-- Grain: practice and NPI.
-- Rule: E8.
SELECT practice_id, trim(npi) AS npi FROM practices WHERE npi IS NOT NULL
UNION
SELECT practice_id, trim(npi) FROM performers WHERE npi IS NOT NULL AND practice_id IS NOT NULL
