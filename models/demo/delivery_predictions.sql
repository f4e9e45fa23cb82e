{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.demo_table('delivery_predictions', {
    'order_id': ml_monitor.type_text(),
    'ordered_at': 'timestamp',
    'predicted_minutes': ml_monitor.type_double(),
    'distance_km': ml_monitor.type_double(),
    'preparation_minutes': ml_monitor.type_double(),
    'courier_load': ml_monitor.type_double(),
    'items': 'bigint',
    'vehicle': ml_monitor.type_text(),
    'cuisine': ml_monitor.type_text(),
    'city': ml_monitor.type_text(),
    'loaded_at': 'timestamp',
}) }}
