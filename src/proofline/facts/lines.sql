-- The lines that can be asked for: each period with the service date a code would have, and the page of that date.
-- Grain: enrollment, period, basis of the service date, and calendar month of it. On the cycle clock management time
-- has one line for each calendar month in which the cycle has counted minutes.
-- Rule: evidence.md 10, 12 and 13; rules 1.10.
WITH kinds AS (
    SELECT c.chart_no, c.program, c.patient_id, c.payer_id, c.death_day, c.setup_date, c.anchor_day,
        p.period_no, p.kind, p.first_day, p.last_day, p.first_month, p.last_month, k.basis
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN line_kinds AS k ON k.program = c.program AND k.period_kind = p.kind
),
worked AS (
    SELECT
        k.period_no,
        w.month,
        max(CASE WHEN w.seconds > 0 THEN w.day END) AS counted_day,
        max(w.day) AS possible_day
    FROM kinds AS k
    JOIN work_days AS w
        ON w.chart_no = k.chart_no AND w.day BETWEEN k.first_day AND k.last_day AND w.possible_seconds > 0
    WHERE k.basis = 'last_minutes'
    GROUP BY k.period_no, w.month
),
dated AS (
    SELECT
        k.*,
        coalesce(w.month, k.last_month) AS month,
        CASE
            WHEN k.basis = 'period_end' THEN k.last_day
            WHEN k.basis = 'setup' THEN coalesce(k.setup_date, k.anchor_day)
            ELSE coalesce(w.counted_day, w.possible_day, least(k.last_day, k.death_day))
        END AS service_day
    FROM kinds AS k
    LEFT JOIN worked AS w ON w.period_no = k.period_no AND k.basis = 'last_minutes'
),
covered AS (  -- the coverage on the service date decides who pays
    SELECT
        d.period_no,
        d.basis,
        d.month,
        v.payer_id,
        v.kind,
        row_number() OVER (
            PARTITION BY d.period_no, d.basis, d.month
            ORDER BY coalesce(v.from_date, -9999999) DESC, v.coverage_id DESC
        ) AS place
    FROM dated AS d
    JOIN coverages AS v
        ON v.patient_id = d.patient_id
        AND coalesce(v.from_date, -9999999) <= d.service_day AND coalesce(v.to_date, 9999999) >= d.service_day
)
SELECT
    d.chart_no,
    d.period_no,
    d.kind,
    d.basis,
    d.month,
    d.service_day,
    CASE WHEN v.place = 1 THEN v.kind ELSE 'medicare_ffs' END AS payer_kind,
    coalesce(y.page, b.page) AS page,
    coalesce(y.effective_day, b.effective_day) AS effective_day
FROM dated AS d
LEFT JOIN covered AS v
    ON v.period_no = d.period_no AND v.basis = d.basis AND v.month = d.month AND v.place = 1
LEFT JOIN pages AS b
    ON b.program = d.program AND b.payer_id = 'medicare' AND d.service_day BETWEEN b.effective_day AND b.until_day
LEFT JOIN pages AS y
    ON y.program = d.program AND y.payer_id = coalesce(v.payer_id, d.payer_id)
    AND y.payer_id <> 'medicare' AND d.service_day BETWEEN y.effective_day AND y.until_day
