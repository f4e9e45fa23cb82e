{{ ml_monitor.labelled('category') }}
