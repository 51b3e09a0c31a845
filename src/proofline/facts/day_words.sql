-- On which days something was transmitted, 32 days to a word: word w holds the days 32 w to 32 w + 31, bit by bit.
-- Grain: enrollment and word; a reading that names a patient to whom its device was not given lies apart, one by one,
-- until `transmissions` finds that patient's day. Setting a bit twice changes nothing: duplicates are nothing.
-- `utc_bits` is the same count by UTC date; bit 0 of it is the day before the word.
-- Rule: R-DAY-1, R-DAY-2.
WITH stood AS (
    SELECT
        chart_no,
        local_day >> 5 AS word,
        CAST(1 AS BIGINT) << (local_day & 31) AS local_bit,
        CAST(1 AS BIGINT) << (utc_day - ((local_day >> 5) << 5) + 1) AS utc_bit,
        refused IS NULL AS possible,
        refused IS NULL AND unsettled IS NULL AS counts,
        CASE WHEN refused IS NULL OR refused NOT IN ('superseded', 'no_value', 'test', 'manual')
             THEN stray_patient_id END AS stray_patient_id,
        device_id,
        measured_at,
        coalesce(received_at, measured_at) AS known_at
    FROM judged_readings
)
SELECT
    chart_no,
    word,
    stray_patient_id,
    CASE WHEN stray_patient_id IS NOT NULL THEN device_id END AS stray_device_id,
    CASE WHEN stray_patient_id IS NOT NULL THEN measured_at END AS stray_at,
    CASE WHEN stray_patient_id IS NOT NULL THEN known_at END AS stray_known_at,
    bit_or(CASE WHEN counts THEN local_bit ELSE 0 END) AS counted_bits,
    bit_or(CASE WHEN possible THEN local_bit ELSE 0 END) AS possible_bits,
    bit_or(CASE WHEN counts THEN utc_bit ELSE 0 END) AS utc_bits
FROM stood
GROUP BY
    chart_no,
    word,
    stray_patient_id,
    CASE WHEN stray_patient_id IS NOT NULL THEN device_id END,
    CASE WHEN stray_patient_id IS NOT NULL THEN measured_at END,
    CASE WHEN stray_patient_id IS NOT NULL THEN known_at END
