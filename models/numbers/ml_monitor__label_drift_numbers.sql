{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'feature', 'baseline'], is_wanted=ml_monitor.with_labels() | length > 0) }}

{{ ml_monitor.drift_numbers('outcome', '1') }}

select * from final
