-- Transmission days of each period, as bits: bit 0 is the period's first day.
-- Grain: enrollment and period. Days local to the patient; `utc_bits` beside them by UTC date.
-- Rule: R-DAY-1, R-DAY-2, R-DAY-4, R-RTM-3, R-PER-1 (days outside the period never count).
WITH strays AS (  -- a reading that names this patient on a device given to somebody else, or to nobody, that day
    SELECT
        c.chart_no,
        c.death_day,
        n.watches,
        CAST((w.stray_at + z.offset_us) // 86400000000 AS INTEGER) AS local_day
    FROM day_words AS w
    JOIN charts AS c ON c.patient_id = w.stray_patient_id AND c.program IN ('RPM', 'RTM')
    JOIN zone_spans AS z ON z.time_zone = c.time_zone AND w.stray_at >= z.from_us AND w.stray_at < z.to_us
    JOIN consent_spans AS k
        ON k.patient_no = c.patient_no AND k.program = c.program
        AND w.stray_at >= k.from_us AND w.stray_at < k.to_us
    LEFT JOIN devices AS d ON d.device_id = w.stray_device_id
    LEFT JOIN device_kinds AS n ON n.device_id = w.stray_device_id
    WHERE w.stray_row_no IS NOT NULL
      AND w.stray_known_at < c.known_until_us
      AND (d.fda_basis IS NULL OR d.fda_basis <> 'none')
      AND (n.watches IS NULL OR n.watches <> 'therapy' OR c.program <> 'RPM')
),
words AS (
    SELECT chart_no, word, CASE WHEN counts THEN local_bits ELSE 0 END AS counted_bits, local_bits AS possible_bits,
        CASE WHEN counts THEN utc_bits ELSE 0 END AS utc_bits
    FROM day_words
    WHERE chart_no IS NOT NULL
    UNION ALL
    SELECT s.chart_no, s.local_day >> 5, 0, CAST(1 AS BIGINT) << (s.local_day & 31), 0
    FROM strays AS s
    LEFT JOIN pauses AS p ON p.chart_no = s.chart_no AND s.local_day BETWEEN p.from_day AND p.to_day
    LEFT JOIN therapy_cycles AS t  -- in which what watches the body is no data
        ON t.chart_no = s.chart_no AND s.local_day BETWEEN t.from_day AND t.to_day AND t.follows_therapy
        AND (s.watches = 'body' OR (s.watches = 'breath' AND NOT t.follows_breath))
    WHERE p.chart_no IS NULL AND t.chart_no IS NULL AND s.local_day <= s.death_day
),
met AS (
    SELECT
        p.period_no,
        p.last_day - p.first_day + 1 AS days,
        p.first_day - (w.word << 5) AS skip,
        w.counted_bits,
        w.possible_bits,
        w.utc_bits
    FROM periods AS p
    JOIN words AS w
        ON w.chart_no = p.chart_no
        AND w.word BETWEEN (p.first_day - 1) >> 5 AND (p.last_day + 1) >> 5
),
shifted AS (  -- a word that begins before the period is shifted down, one that begins inside it is masked and shifted up
    SELECT
        period_no,
        CASE WHEN skip >= 0 THEN (counted_bits >> skip) & ((CAST(1 AS BIGINT) << days) - 1)
             ELSE (counted_bits & ((CAST(1 AS BIGINT) << greatest(days + skip, 0)) - 1)) << least(-skip, 31)
        END AS counted_bits,
        CASE WHEN skip >= 0 THEN (possible_bits >> skip) & ((CAST(1 AS BIGINT) << days) - 1)
             ELSE (possible_bits & ((CAST(1 AS BIGINT) << greatest(days + skip, 0)) - 1)) << least(-skip, 31)
        END AS possible_bits,
        CASE WHEN skip >= -1 THEN (utc_bits >> (skip + 1)) & ((CAST(1 AS BIGINT) << days) - 1)
             ELSE (utc_bits & ((CAST(1 AS BIGINT) << greatest(days + skip + 1, 0)) - 1)) << least(-skip - 1, 31)
        END AS utc_bits
    FROM met
)
SELECT
    period_no,
    bit_or(counted_bits) AS day_bits,
    bit_or(possible_bits) AS possible_bits,
    bit_or(utc_bits) AS utc_bits
FROM shifted
GROUP BY period_no
