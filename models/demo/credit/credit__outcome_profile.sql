{{ ml_monitor.outcome_profile('credit') }}
