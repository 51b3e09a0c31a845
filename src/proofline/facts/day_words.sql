-- On which days something was transmitted, 32 days to a word: word w holds the days 32 w to 32 w + 31, bit by bit.
-- Grain: enrollment, word, and whether the readings behind it count or only could; a reading that names a patient to
-- whom its device was not given lies apart, by its row, until `transmissions` finds that patient's day. Setting a bit
-- twice changes nothing: duplicates are nothing.
-- `utc_bits` is the same by UTC date; bit 0 of it is the day before the word.
-- Rule: R-DAY-1, R-DAY-2.
WITH stood AS (
    SELECT
        CASE WHEN refused IS NULL THEN chart_no END AS chart_no,
        local_day,
        utc_day,
        unsettled IS NULL AS counts,
        CASE WHEN stray_patient_id IS NOT NULL
              AND (refused IS NULL OR refused NOT IN ('superseded', 'no_value', 'test', 'manual'))
             THEN row_no END AS stray_row_no,
        stray_patient_id,
        device_id,
        measured_at,
        coalesce(received_at, measured_at) AS known_at
    FROM judged_readings
)
SELECT
    chart_no,
    local_day >> 5 AS word,
    counts,
    stray_row_no,
    max(stray_patient_id) FILTER (WHERE stray_row_no IS NOT NULL) AS stray_patient_id,
    max(device_id) FILTER (WHERE stray_row_no IS NOT NULL) AS stray_device_id,
    max(measured_at) FILTER (WHERE stray_row_no IS NOT NULL) AS stray_at,
    max(known_at) FILTER (WHERE stray_row_no IS NOT NULL) AS stray_known_at,
    bit_or(CAST(1 AS BIGINT) << (local_day & 31)) AS local_bits,
    bit_or(CAST(1 AS BIGINT) << (utc_day - ((local_day >> 5) << 5) + 1)) AS utc_bits
FROM stood
WHERE chart_no IS NOT NULL OR stray_row_no IS NOT NULL
GROUP BY chart_no, local_day >> 5, counts, stray_row_no
