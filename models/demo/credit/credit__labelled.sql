{{ ml_monitor.labelled('credit') }}
