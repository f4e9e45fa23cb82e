{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.demo_table('credit_labels', {
    'application_id': 'bigint',
    'defaulted': 'bigint',
    'known_at': 'timestamp',
    'loaded_at': 'timestamp',
}) }}
