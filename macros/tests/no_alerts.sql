{% test no_alerts(model, monitor=none, at_least='low', family=none, concern=none, subject=none, states=['open']) %}
    {#- Fails on every alert in ml_monitor__alerts that is open, whatever model the test is put on.
        monitor, family, concern, subject: only these, one or a list; what is declared of data is a concern of it, 'constraint' alone narrows it down; at_least: the least severity that fails (dbt has an option of its own named severity: warn or error);
        subject: a feature, __score__, __prediction__, __row__ for the rows themselves, __joint__ for the features together, 'performance' for the performance as a whole, a class for its own;
        states: an alert that is acknowledged or snoozed does not fail unless they name it. -#}
    {%- set chosen = {'monitor': ml_monitor.as_list(monitor), 'family': ml_monitor.as_list(family), 'concern': ml_monitor.as_list(concern), 'state': ml_monitor.as_list(states) or ['open']} -%}
    {%- if 'data' in chosen.concern -%}{%- do chosen.update({'concern': chosen.concern + ['constraint']}) -%}{%- endif -%}
    {%- set subjects = ml_monitor.as_list(subject) | map('string') | list -%}
    {%- if execute -%}
        {%- do ml_monitor.check_argument_names('no_alerts', kwargs, ['monitor', 'at_least', 'family', 'concern', 'subject', 'states']) -%}
        {%- do ml_monitor.check_choices('no_alerts', 'monitor', chosen.monitor, ml_monitor.declarations().keys()) -%}
        {%- do ml_monitor.check_choices('no_alerts', 'at_least', ml_monitor.as_list(at_least), ml_monitor.severities()) -%}
        {%- do ml_monitor.check_choices('no_alerts', 'family', chosen.family, ['drift', 'joint', 'quality', 'performance']) -%}
        {%- do ml_monitor.check_choices('no_alerts', 'concern', chosen.concern, ['data', 'constraint', 'performance']) -%}
        {%- set possible = ml_monitor.possible_subjects(chosen.monitor) -%}
        {%- if possible -%}{%- do ml_monitor.check_choices('no_alerts', 'subject', subjects, possible) -%}{%- endif -%}
        {%- do ml_monitor.check_choices('no_alerts', 'states', chosen.state, ['open', 'acknowledged', 'snoozed', 'resolved']) -%}
    {%- endif -%}
    {%- set severities = ml_monitor.severities() -%}
    select
        monitor,
        alert_id,
        severity,
        state,
        first_window as since,
        summary
    from {{ ref('ml_monitor', 'ml_monitor__alerts') }}
    where severity in ({{ ml_monitor.text_literals(severities[severities.index(at_least):] if at_least in severities else severities) }})
        {%- for column, values in chosen.items() if values %}
        and {{ column }} in ({{ ml_monitor.text_literals(values) }})
        {%- endfor %}
        {%- if subjects %}
        -- the alert of the performance as a whole has the subject 'all', and is shown as 'performance'
        and (subject in ({{ ml_monitor.text_literals(subjects) }}){% if 'performance' in subjects %} or (concern = 'performance' and subject = 'all'){% endif %})
        {%- endif %}
{% endtest %}
