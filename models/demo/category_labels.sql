{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.demo_table('category_labels', {
    'product_id': ml_monitor.type_text(),
    'category': ml_monitor.type_text(),
    'reviewed_at': 'timestamp',
    'loaded_at': 'timestamp',
}) }}
