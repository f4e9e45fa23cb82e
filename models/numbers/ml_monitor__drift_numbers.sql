{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'feature', 'baseline']) }}

{{ ml_monitor.drift_numbers('feature', '4') }}

select * from final
