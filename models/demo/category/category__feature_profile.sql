{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.feature_profile('category') }}
