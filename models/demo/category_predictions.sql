{{ config(enabled=(project_name == 'ml_monitor')) }}
{{ ml_monitor.demo_table('category_predictions', {
    'product_id': ml_monitor.type_text(),
    'scored_at': 'timestamp',
    'predicted_category': ml_monitor.type_text(),
    'p_electronics': ml_monitor.type_double(),
    'p_fashion': ml_monitor.type_double(),
    'p_home': ml_monitor.type_double(),
    'p_toys': ml_monitor.type_double(),
    'price': ml_monitor.type_double(),
    'weight_kg': ml_monitor.type_double(),
    'description_length': ml_monitor.type_double(),
    'brand_tier': ml_monitor.type_text(),
    'feed': ml_monitor.type_text(),
    'country': ml_monitor.type_text(),
    'loaded_at': 'timestamp',
}) }}
