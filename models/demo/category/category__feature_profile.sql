{{ ml_monitor.feature_profile('category') }}
