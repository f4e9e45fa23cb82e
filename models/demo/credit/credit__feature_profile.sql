{{ ml_monitor.feature_profile('credit') }}
