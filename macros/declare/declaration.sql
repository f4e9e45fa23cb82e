{% macro declaration(monitor) %}
    {#- The block of one monitor with every default filled in, so that no other macro repeats a default.
        Safe while parsing: it never raises; `validate` does, at run time. -#}
    {{ return(adapter.dispatch('declaration', 'ml_monitor')(monitor)) }}
{% endmacro %}

{% macro default__declaration(monitor) %}
    {%- set block = ml_monitor.declarations().get(monitor, {}) -%}
    {%- set labels = block.get('labels') or {} -%}
    {%- set features = block.get('features') or {} -%}
    {%- set task = block.get('task') -%}
    {%- set score = block.get('score') -%}
    {%- set segments = [] -%}
    {%- for segment in block.get('segments') or [] -%}
        {%- do segments.append([segment] if segment is string else segment) -%}
    {%- endfor -%}
    {%- set judgement = ml_monitor.judgement(block, segments) -%}
    {%- set choices = ml_monitor.drift_choices(block) -%}
    {#- classes: class -> score column. A binary model has one class, the positive one; the score of a ranking is no class's and stands under 'all'. -#}
    {%- if score is mapping -%}
        {%- set classes = {} -%}
        {%- for class, column in score.items() -%}{%- do classes.update({class | string: column}) -%}{%- endfor -%}
    {%- elif score and task == 'binary' -%}
        {%- set classes = {'positive': score} -%}
    {%- elif score and task == 'ranking' -%}
        {%- set classes = {'all': score} -%}
    {%- else -%}
        {%- set classes = {} -%}
    {%- endif -%}
    {{ return({
        'name': monitor,
        'declared': block | length > 0,
        'predictions': block.get('predictions'),
        'id': block.get('id'),
        'timestamp': block.get('timestamp'),
        'loaded_at': block.get('loaded_at'),
        'task': task,
        'version': block.get('version'),
        'score': score,
        'classes': classes,
        'group': block.get('group'),
        'k': 10 if block.get('k') is none else block.k,
        'prediction': block.get('prediction'),
        'threshold': block.get('threshold', 0.5),
        'positive': block.get('positive', 1),
        'weights': block.get('weights'),
        'labels': {
            'relation': labels.get('relation'),
            'id': labels.get('id') or block.get('id'),
            'label': labels.get('label'),
            'timestamp': labels.get('timestamp'),
            'loaded_at': labels.get('loaded_at'),
        } if labels else none,
        'reference': block.get('reference') or {},
        'window': block.get('window') or 'day',
        'roll_up': block.get('roll_up') or [],
        'numeric': features.get('numeric') or [],
        'categorical': features.get('categorical') or [],
        'text': features.get('text') or [],
        'date': features.get('date') or [],
        'array': features.get('array') or [],
        'embedding': features.get('embedding') or [],
        'segments': segments,
        'segment_values': 50 if block.get('segment_values') is none else block.segment_values,
        'find_segments': block.get('find_segments') is sameas true,
        'protected': block.get('protected') or {},
        'metrics': choices.metrics,
        'baselines': choices.baselines,
        'trailing': choices.trailing,
        'attributions': choices.attributions,
        'thresholds': block.get('thresholds') or {},
        'limits': judgement.limits,
        'incidents': judgement.incidents,
        'severity': judgement.severity,
        'costs': block.get('costs') or {},
        'repeats': block.get('repeats') is sameas true,
        'entity': block.get('entity'),
        'constraints': block.get('constraints') or {},
        'effects': block.get('effects') or false,
        'multivariate': ml_monitor.multivariate(block),
        'min_rows': block.get('min_rows', 100),
        'late_by': block.get('late_by', '1 hour'),
        'lookback': block.get('lookback', 60),
        'owner': block.get('owner') or {},
    }) }}
{% endmacro %}
