{{ ml_monitor.grid('delivery') }}
