{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.demo_table('delivery_labels', {
    'order_id': ml_monitor.type_text(),
    'actual_minutes': ml_monitor.type_double(),
    'known_at': 'timestamp',
    'loaded_at': 'timestamp',
}) }}
