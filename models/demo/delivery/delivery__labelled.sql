{{ ml_monitor.labelled('delivery') }}
