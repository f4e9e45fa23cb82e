{{ ml_monitor.grid('credit') }}
