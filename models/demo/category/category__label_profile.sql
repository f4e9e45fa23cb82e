{{ ml_monitor.label_profile('category') }}
