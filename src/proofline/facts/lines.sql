-- The lines that can be asked for: each period with the service date a code would have, and the page of that date.
-- Grain: enrollment, period, page, payer and calendar month of the service date. `end_day`, `work_day` and `setup_day`
-- are the service dates that codes of each basis would have; a line is there for a basis whose day is not NULL. On the
-- cycle clock management time has one line for each calendar month in which the cycle has counted minutes.
-- Rule: E10, E12 and E13; R-DOS-1, R-DOS-2.
WITH worked AS (
    SELECT
        p.period_no,
        w.month,
        max(CASE WHEN w.worked_us > 0 THEN w.day END) AS counted_day,
        max(w.day) AS possible_day
    FROM periods AS p
    JOIN work_days AS w
        ON w.chart_no = p.chart_no AND w.day BETWEEN p.first_day AND p.last_day AND w.possible_us > 0
    GROUP BY p.period_no, w.month
),
dated AS (
    SELECT
        p.chart_no,
        p.period_no,
        p.kind,
        c.program,
        c.payer_id,
        k.basis,
        coalesce(w.month, p.last_month) AS month,
        CASE
            WHEN k.basis = 'period_end' THEN least(p.last_day, c.death_day)
            WHEN k.basis = 'setup' THEN coalesce(c.setup_date, c.anchor_day)
            ELSE coalesce(w.counted_day, w.possible_day, least(p.last_day, c.death_day))
        END AS service_day
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN line_kinds AS k ON k.program = c.program AND k.period_kind = p.kind
    LEFT JOIN worked AS w ON w.period_no = p.period_no AND k.basis = 'last_minutes'
),
insured AS (
    SELECT
        c.chart_no,
        v.coverage_id,
        v.payer_id,
        CASE v.kind WHEN 'medicare_ffs' THEN 0 WHEN 'medicare_advantage' THEN 1 WHEN 'medicaid' THEN 2
            WHEN 'commercial' THEN 3 ELSE 4 END AS payer_no,
        coalesce(v.from_date, -9999999) AS from_day,
        coalesce(v.to_date, 9999999) AS to_day
    FROM coverages AS v
    JOIN charts AS c ON c.patient_id = v.patient_id
),
several AS (  -- those with more than one coverage, for whom the latest begun on the service date is sought
    SELECT chart_no FROM insured GROUP BY chart_no HAVING count(*) > 1
),
ranked AS (
    SELECT
        d.period_no,
        d.basis,
        d.month,
        v.payer_id,
        v.payer_no,
        row_number() OVER (
            PARTITION BY d.period_no, d.basis, d.month ORDER BY v.from_day DESC, v.coverage_id DESC) AS place
    FROM several AS s
    JOIN dated AS d ON d.chart_no = s.chart_no
    JOIN insured AS v ON v.chart_no = s.chart_no AND d.service_day BETWEEN v.from_day AND v.to_day
),
covered AS (  -- the coverage on the service date decides who pays
    SELECT
        d.*,
        coalesce(r.payer_id, v.payer_id, d.payer_id) AS paying_id,
        coalesce(r.payer_no, v.payer_no, CASE WHEN d.payer_id IS NULL THEN 0 ELSE 4 END) AS payer_no
    FROM dated AS d
    LEFT JOIN (
        SELECT i.*
        FROM insured AS i
        LEFT JOIN several AS s ON s.chart_no = i.chart_no
        WHERE s.chart_no IS NULL
    ) AS v ON v.chart_no = d.chart_no AND d.service_day BETWEEN v.from_day AND v.to_day
    LEFT JOIN ranked AS r
        ON r.period_no = d.period_no AND r.basis = d.basis AND r.month = d.month AND r.place = 1
),
paged AS (
    SELECT d.chart_no, d.period_no, d.kind, d.basis, d.month, d.service_day, d.payer_no,
        coalesce(y.page_no, b.page_no) AS page_no
    FROM covered AS d
    LEFT JOIN pages AS b
        ON b.program = d.program AND b.payer_id = 'medicare' AND d.service_day BETWEEN b.effective_day AND b.until_day
    LEFT JOIN pages AS y
        ON y.program = d.program AND y.payer_id = d.paying_id
        AND y.payer_id <> 'medicare' AND d.service_day BETWEEN y.effective_day AND y.until_day
),
worked_on AS (
    SELECT period_no, page_no, payer_no, max(month) AS month
    FROM paged
    WHERE basis = 'last_minutes'
    GROUP BY period_no, page_no, payer_no
),
shared AS (  -- a line of another basis lies with the management line of the same page and payer, where there is one
    SELECT
        p.*,
        CASE WHEN p.basis = 'last_minutes' THEN p.month ELSE coalesce(w.month, p.month) END AS line_month
    FROM paged AS p
    LEFT JOIN worked_on AS w
        ON w.period_no = p.period_no AND w.page_no = p.page_no AND w.payer_no = p.payer_no
),
joined AS (
    SELECT
        chart_no, period_no, kind, line_month, page_no, payer_no,
        max(CASE WHEN basis = 'period_end' THEN service_day END) AS end_day,
        max(CASE WHEN basis = 'last_minutes' THEN service_day END) AS work_day,
        max(CASE WHEN basis = 'setup' THEN service_day END) AS setup_day
    FROM shared
    GROUP BY chart_no, period_no, kind, line_month, page_no, payer_no
)
SELECT
    j.chart_no,
    j.period_no,
    (j.period_no * 40000 + j.line_month) * 1024 + coalesce(j.page_no, 0) * 8 + j.payer_no AS line_no,
    j.kind,
    j.line_month AS month,
    g.page,
    g.effective_day,
    CASE j.payer_no WHEN 0 THEN 'medicare_ffs' WHEN 1 THEN 'medicare_advantage' WHEN 2 THEN 'medicaid'
        WHEN 3 THEN 'commercial' END AS payer_kind,
    j.end_day,
    j.work_day,
    j.setup_day
FROM joined AS j
LEFT JOIN (SELECT DISTINCT page_no, page, effective_day FROM pages) AS g ON g.page_no = j.page_no
