{{ ml_monitor.label_profile('credit') }}
