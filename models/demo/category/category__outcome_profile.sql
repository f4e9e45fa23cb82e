{{ ml_monitor.outcome_profile('category') }}
