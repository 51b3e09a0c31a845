-- What others, or other programs, report for the days of each period.
-- Grain: enrollment and period. A count without `_possible` is certain (billed or paid, and known whose);
-- `_possible` adds what is planned, has no status, or names nobody who billed it.
-- Rule: R-ONE-1, R-MULTI-1, R-99091-1, R-SMBP-1, R-CON-1, R-CLINIC-1; E8.
WITH touching AS (
    SELECT
        p.period_no,
        r.*,
        r.from_day <= p.last_day AND r.to_day >= p.first_day AS touches,
        r.from_day - p.last_day BETWEEN 1 AND 29 OR p.first_day - r.to_day BETWEEN 1 AND 29 AS near,
        r.family_program = r.program AS same_family,
        r.family = 'clinic' AND (r.ours OR r.ours IS NULL) AND (c.practice_kind IS NULL OR c.practice_kind <> 'practice')
            AS of_a_clinic,
        r.from_day < 20362 AND p.first_day < 20362 AND p.last_day >= 20362 AND NOT r.for_work AS crosses,  -- 2025-10-01
        v.program IS NOT NULL AS rival
    FROM periods AS p
    JOIN charts AS c ON c.chart_no = p.chart_no
    JOIN reported AS r
        ON r.chart_no = p.chart_no AND r.from_day <= p.last_day + 29 AND r.to_day >= p.first_day - 29
    LEFT JOIN rivals AS v ON v.program = r.program AND v.rival = r.family_program
),
counted AS (
    SELECT
        *,
        CASE WHEN touches AND same_family AND ours = FALSE THEN certain END AS by_others,
        CASE WHEN touches AND same_family AND (ours = FALSE OR ours IS NULL) THEN 1 END AS by_others_possible,
        CASE WHEN touches AND family LIKE '%supply' AND same_family AND ours THEN certain END AS our_supply,
        CASE WHEN touches AND family LIKE '%supply' AND same_family AND (ours OR ours IS NULL) THEN 1 END
            AS our_supply_possible,
        CASE WHEN touches AND family LIKE '%management' AND same_family AND ours THEN certain END AS our_management,
        CASE WHEN touches AND family LIKE '%management' AND same_family AND (ours OR ours IS NULL) THEN 1 END
            AS our_management_possible
    FROM touching
)
SELECT
    period_no,
    coalesce(sum(by_others), 0) AS other_practice_services,
    coalesce(sum(by_others_possible), 0) AS other_practice_services_possible,
    count(*) FILTER (WHERE near AND NOT touches AND same_family AND family LIKE '%supply' AND ours = FALSE)
        AS other_practice_services_near,
    coalesce(sum(our_supply), 0) AS supply_already_reported,
    coalesce(sum(our_supply_possible), 0) AS supply_already_reported_possible,
    coalesce(sum(our_management), 0) AS management_already_reported,
    coalesce(sum(our_management_possible), 0) AS management_already_reported_possible,
    coalesce(sum(CASE WHEN touches AND rival THEN certain END), 0) AS rival_services,
    count(*) FILTER (WHERE touches AND rival) AS rival_services_possible,
    coalesce(sum(CASE WHEN touches AND family = 'interpretation' THEN certain END), 0) AS interpretation_services,
    count(*) FILTER (WHERE touches AND family = 'interpretation') AS interpretation_services_possible,
    coalesce(sum(CASE WHEN touches AND family = 'self_measured' THEN certain END), 0) AS self_measured_services,
    count(*) FILTER (WHERE touches AND family = 'self_measured') AS self_measured_services_possible,
    coalesce(sum(CASE WHEN touches AND of_a_clinic AND ours THEN certain END), 0) AS clinic_services,
    count(*) FILTER (WHERE touches AND of_a_clinic) AS clinic_services_possible,
    coalesce(sum(CASE WHEN touches AND of_a_clinic AND ours AND crosses THEN certain END), 0) AS clinic_services_crossing,
    count(*) FILTER (WHERE touches AND of_a_clinic AND crosses) AS clinic_services_crossing_possible
FROM counted
GROUP BY period_no
