-- What the evidence shows of a period, whatever is asked for: one column for each fact of catalog.toml that does not
-- depend on the service date.
-- Grain: enrollment and period.
SELECT
    p.chart_no,
    p.period_no,
    p.kind,
    p.number,
    p.first_day,
    p.last_day,
    p.first_month,
    p.last_month,
    p.closed,
    coalesce(t.day_bits, 0) AS day_bits,
    coalesce(t.possible_bits, 0) AS possible_bits,

    CAST(bit_count(coalesce(t.day_bits, 0)) AS INTEGER) AS transmission_days,
    CAST(bit_count(coalesce(t.possible_bits, 0)) AS INTEGER) AS transmission_days_possible,
    CAST(CASE WHEN c.covid AND bit_count(coalesce(t.day_bits, 0)) >= 2
              THEN greatest(bit_count(t.day_bits), 16)
              ELSE bit_count(coalesce(t.day_bits, 0)) END AS INTEGER) AS phe_transmission_days,
    CAST(CASE WHEN coalesce(c.covid, TRUE) AND bit_count(coalesce(t.possible_bits, 0)) >= 2
              THEN greatest(bit_count(t.possible_bits), 16)
              ELSE bit_count(coalesce(t.possible_bits, 0)) END AS INTEGER) AS phe_transmission_days_possible,
    CAST(bit_count(coalesce(t.utc_bits, 0)) AS INTEGER) AS utc_days,
    CAST(coalesce(y.paused_days, 0) AS INTEGER) AS paused_days,

    CAST(coalesce(d.medical_devices, 0) AS INTEGER) AS medical_devices,
    CAST(coalesce(d.medical_devices_possible, 0) AS INTEGER) AS medical_devices_possible,
    CAST(coalesce(d.devices_missing_paper, 0) AS INTEGER) AS devices_missing_paper,
    CAST(coalesce(d.devices_exempt_unlisted, 0) AS INTEGER) AS devices_exempt_unlisted,
    CAST(coalesce(d.devices_patient_owned, 0) AS INTEGER) AS devices_patient_owned,
    CAST(coalesce(d.devices_owner_unknown, 0) AS INTEGER) AS devices_owner_unknown,
    d.therapy_system,

    coalesce(w.treatment_minutes, 0) AS treatment_minutes,
    coalesce(w.treatment_minutes_possible, 0) AS treatment_minutes_possible,
    coalesce(w.direct_minutes, 0) AS direct_minutes,
    coalesce(w.direct_minutes_possible, 0) AS direct_minutes_possible,
    coalesce(w.practitioner_minutes, 0) AS practitioner_minutes,
    coalesce(w.practitioner_minutes_possible, 0) AS practitioner_minutes_possible,
    coalesce(w.contested_minutes, 0) AS contested_minutes,
    coalesce(w.live_calls, 0) AS live_calls,
    coalesce(w.live_calls_possible, 0) AS live_calls_possible,

    CASE WHEN c.setup_date > p.last_day THEN FALSE WHEN c.setup_date IS NOT NULL AND NOT e.taught_before THEN TRUE
    END AS set_up,
    CAST(e.prior_setups AS INTEGER) AS prior_setups,
    CAST(e.prior_setups_possible AS INTEGER) AS prior_setups_possible,
    CAST(coalesce(a.setup_claims, 0) AS INTEGER) AS setup_claims,
    CAST(coalesce(a.setup_claims_possible, 0) AS INTEGER) AS setup_claims_possible,
    CAST(e.earlier_episodes_open AS INTEGER) AS earlier_episodes_open,
    CAST(e.recent_episodes AS INTEGER) AS recent_episodes,

    CASE WHEN k.period_no IS NULL THEN FALSE ELSE k.consent_on_file END AS consent_on_file,
    CAST(k.consent_captured_late_days AS INTEGER) AS consent_captured_late_days,
    k.consent_described,
    k.cost_share_disclosed,
    CASE WHEN c.order_kind = 'none' THEN FALSE WHEN c.order_stands THEN c.order_date <= p.last_day END AS order_on_file,
    CASE WHEN c.order_kind = 'none' THEN FALSE
         WHEN c.order_stands THEN c.order_date <= greatest(p.first_day, c.anchor_day) END AS ordered_before_period,
    c.established,
    CASE WHEN c.conditions_named > 0 THEN TRUE END AS condition_named,
    c.conditions_named,
    CAST(NULL AS VARCHAR) AS primary_care_level,  -- no column of the evidence records it
    CASE WHEN c.conditions_named > 0 THEN regexp_matches(
        upper(c.diagnoses), '(^|[|]) *(I50|I11[.]?0|I13[.]?[02]|O1[013456])'
    ) END AS heart_failure_or_pregnancy_hypertension,
    c.biller_role,
    c.biller_bills_em,
    c.practice_kind,
    c.place_of_service,
    coalesce(s.signed_off, FALSE) AS signed_off,
    CAST(coalesce(s.stale_sign_offs, 0) AS INTEGER) AS stale_sign_offs,
    coalesce(s.sign_off_pinned, FALSE) AS sign_off_pinned,

    CAST(coalesce(r.other_practice_services, 0) AS INTEGER) AS other_practice_services,
    CAST(coalesce(r.other_practice_services_possible, 0) AS INTEGER) AS other_practice_services_possible,
    CAST(coalesce(r.other_practice_services_near, 0) AS INTEGER) AS other_practice_services_near,
    CAST(coalesce(r.supply_already_reported, 0) AS INTEGER) AS supply_already_reported,
    CAST(coalesce(r.supply_already_reported_possible, 0) + coalesce(n.reaching_cycles, 0) AS INTEGER)
        AS supply_already_reported_possible,
    CAST(coalesce(r.management_already_reported, 0) AS INTEGER) AS management_already_reported,
    CAST(coalesce(r.management_already_reported_possible, 0) AS INTEGER) AS management_already_reported_possible,
    CAST(coalesce(r.rival_services, 0) AS INTEGER) AS rival_services,
    CAST(coalesce(r.rival_services_possible, 0) AS INTEGER) AS rival_services_possible,
    CAST(coalesce(n.rival_enrollments, 0) AS INTEGER) AS rival_enrollments,
    CAST(coalesce(n.sibling_enrollments, 0) AS INTEGER) AS sibling_enrollments,
    CAST(coalesce(r.interpretation_services, 0) AS INTEGER) AS interpretation_services,
    CAST(coalesce(r.interpretation_services_possible, 0) AS INTEGER) AS interpretation_services_possible,
    CAST(coalesce(r.self_measured_services, 0) AS INTEGER) AS self_measured_services,
    CAST(coalesce(r.self_measured_services_possible, 0) AS INTEGER) AS self_measured_services_possible,
    CAST(coalesce(g.specific_services, 0) AS INTEGER) AS specific_services,
    CAST(coalesce(g.specific_services_possible, 0) AS INTEGER) AS specific_services_possible,
    CAST(coalesce(r.clinic_services, 0) AS INTEGER) AS clinic_services,
    CAST(coalesce(r.clinic_services_possible, 0) AS INTEGER) AS clinic_services_possible,
    CAST(coalesce(r.clinic_services_crossing, 0) AS INTEGER) AS clinic_services_crossing,
    CAST(coalesce(r.clinic_services_crossing_possible, 0) AS INTEGER) AS clinic_services_crossing_possible,
    CAST(coalesce(y.hospice_days, 0) AS INTEGER) AS hospice_days,
    CAST(coalesce(y.global_surgery_conflicts, 0) AS INTEGER) AS global_surgery_conflicts,
    CAST(coalesce(y.global_surgery_conflicts_possible, 0) AS INTEGER) AS global_surgery_conflicts_possible,
    CAST(coalesce(y.access_conflicts, 0) AS INTEGER) AS access_conflicts,
    CAST(coalesce(y.access_conflicts_possible, 0) AS INTEGER) AS access_conflicts_possible
FROM periods AS p
JOIN charts AS c ON c.chart_no = p.chart_no
JOIN episodes AS e ON e.chart_no = p.chart_no
LEFT JOIN transmissions AS t ON t.period_no = p.period_no
LEFT JOIN period_devices AS d ON d.period_no = p.period_no
LEFT JOIN period_work AS w ON w.period_no = p.period_no
LEFT JOIN period_consents AS k ON k.period_no = p.period_no
LEFT JOIN period_sign_offs AS s ON s.period_no = p.period_no
LEFT JOIN period_services AS r ON r.period_no = p.period_no
LEFT JOIN specific_services AS g ON g.period_no = p.period_no
LEFT JOIN period_stays AS y ON y.period_no = p.period_no
LEFT JOIN neighbours AS n ON n.period_no = p.period_no
LEFT JOIN setup_claims AS a ON a.period_no = p.period_no
