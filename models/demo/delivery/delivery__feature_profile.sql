{{ ml_monitor.feature_profile('delivery') }}
