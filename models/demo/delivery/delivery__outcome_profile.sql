{{ ml_monitor.outcome_profile('delivery') }}
