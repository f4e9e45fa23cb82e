{{ ml_monitor.grid('category') }}
