{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.label_profile('credit') }}
