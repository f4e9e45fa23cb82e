{{ ml_monitor.label_profile('delivery') }}
