-- The lines that can be asked for: each period with the service date a code would have, and the page of that date.
-- Grain: enrollment, period, page, payer and calendar month of the service date. `end_day`, `work_day` and `setup_day`
-- are the service dates that codes of each basis would have; a line is there for a basis whose day is not NULL. On the
-- cycle clock management time has one line for each calendar month in which the cycle has counted minutes.
-- Rule: E10, E12 and E13; R-DOS-1, R-DOS-2.
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
            WHEN k.basis = 'period_end' THEN least(k.last_day, k.death_day)
            WHEN k.basis = 'setup' THEN coalesce(k.setup_date, k.anchor_day)
            ELSE coalesce(w.counted_day, w.possible_day, least(k.last_day, k.death_day))
        END AS service_day
    FROM kinds AS k
    LEFT JOIN worked AS w ON w.period_no = k.period_no AND k.basis = 'last_minutes'
),
several AS (  -- patients with more than one coverage, for whom the latest begun on the service date is sought
    SELECT patient_id FROM coverages GROUP BY patient_id HAVING count(*) > 1
),
ranked AS (
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
    FROM several AS s
    JOIN dated AS d ON d.patient_id = s.patient_id
    JOIN coverages AS v
        ON v.patient_id = s.patient_id
        AND coalesce(v.from_date, -9999999) <= d.service_day AND coalesce(v.to_date, 9999999) >= d.service_day
),
covered AS (  -- the coverage on the service date decides who pays
    SELECT period_no, basis, month, payer_id, kind FROM ranked WHERE place = 1
    UNION ALL
    SELECT d.period_no, d.basis, d.month, v.payer_id, v.kind
    FROM coverages AS v
    LEFT JOIN several AS s ON s.patient_id = v.patient_id
    JOIN dated AS d
        ON d.patient_id = v.patient_id
        AND coalesce(v.from_date, -9999999) <= d.service_day AND coalesce(v.to_date, 9999999) >= d.service_day
    WHERE s.patient_id IS NULL
),
paged AS (
    SELECT
        d.chart_no,
        d.period_no,
        d.kind,
        d.basis,
        d.month,
        d.service_day,
        CASE WHEN v.period_no IS NOT NULL THEN v.kind ELSE 'medicare_ffs' END AS payer_kind,
        coalesce(y.page_no, b.page_no) AS page_no,
        coalesce(y.page, b.page) AS page,
        coalesce(y.effective_day, b.effective_day) AS effective_day
    FROM dated AS d
    LEFT JOIN covered AS v
        ON v.period_no = d.period_no AND v.basis = d.basis AND v.month = d.month
    LEFT JOIN pages AS b
        ON b.program = d.program AND b.payer_id = 'medicare' AND d.service_day BETWEEN b.effective_day AND b.until_day
    LEFT JOIN pages AS y
        ON y.program = d.program AND y.payer_id = coalesce(v.payer_id, d.payer_id)
        AND y.payer_id <> 'medicare' AND d.service_day BETWEEN y.effective_day AND y.until_day
),
worked_on AS (
    SELECT period_no, page_no, payer_kind, max(month) AS month
    FROM paged
    WHERE basis = 'last_minutes'
    GROUP BY period_no, page_no, payer_kind
),
shared AS (  -- a line of another basis lies with the management line of the same page and payer, where there is one
    SELECT
        p.*,
        CASE WHEN p.basis = 'last_minutes' THEN p.month ELSE coalesce(w.month, p.month) END AS line_month
    FROM paged AS p
    LEFT JOIN worked_on AS w
        ON w.period_no = p.period_no
        AND w.page_no = p.page_no
        AND w.payer_kind IS NOT DISTINCT FROM p.payer_kind
)
SELECT
    chart_no,
    period_no,
    (period_no * 40000 + line_month) * 1024 + coalesce(page_no, 0) * 8 + CASE payer_kind
        WHEN 'medicare_ffs' THEN 0 WHEN 'medicare_advantage' THEN 1 WHEN 'medicaid' THEN 2
        WHEN 'commercial' THEN 3 ELSE 4 END AS line_no,
    kind,
    line_month AS month,
    page,
    effective_day,
    payer_kind,
    max(CASE WHEN basis = 'period_end' THEN service_day END) AS end_day,
    max(CASE WHEN basis = 'last_minutes' THEN service_day END) AS work_day,
    max(CASE WHEN basis = 'setup' THEN service_day END) AS setup_day
FROM shared
GROUP BY chart_no, period_no, kind, line_month, page_no, page, effective_day, payer_kind
