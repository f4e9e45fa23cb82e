{% macro constraint_types() %}
    {#- What may be declared under `constraints` of a feature of a kind, and of `__row__`, the rows themselves. -#}
    {{ return({
        'numeric': ['type', 'null_rate', 'minimum', 'maximum', 'monotone'],
        'categorical': ['type', 'null_rate', 'domain'],
        'derived': ['null_rate', 'minimum', 'maximum', 'monotone'],
        'row': ['unique', 'minimum_rows', 'maximum_rows', 'fresh_within'],
    }) }}
{% endmacro %}

{% macro constraint_kinds(declared) %}
    {#- {feature: kind} of what constraints may be declared of. What is derived from a column, and an attribution, are numbers without a column of their name, so that none has a type. -#}
    {%- set kinds = {'__row__': 'row'} -%}
    {%- for feature in ml_monitor._features(declared) -%}{%- do kinds.update({feature.name: 'derived' if feature.of is defined or feature.name.startswith('__attribution__') else feature.kind}) -%}{%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}

{% macro constraint_mistakes(declared) %}
    {#- What is wrong with the constraints of a declaration, and with repeats, one text a mistake. -#}
    {%- set mistakes = [] -%}
    {%- set written = ml_monitor.declarations().get(declared.name, {}) -%}
    {%- if written.get('repeats') is not none and written.repeats is not boolean -%}
        {%- do mistakes.append("repeats: '" ~ written.repeats ~ "' is neither true nor false") -%}
    {%- endif -%}
    {%- if declared.constraints is not mapping -%}
        {%- do mistakes.append("constraints: must be a mapping of features, or __row__, to what must hold, such as {income: {minimum: 0}}") -%}
        {{ return(mistakes) }}
    {%- endif -%}
    {%- set kinds, types = ml_monitor.constraint_kinds(declared), ml_monitor.constraint_types() -%}
    {%- for feature, wanted in declared.constraints.items() -%}
        {%- set place = 'constraints.' ~ feature -%}
        {%- if feature not in kinds -%}
            {%- do mistakes.append(place ~ ": is neither a feature nor __row__; allowed are " ~ kinds.keys() | join(', ')) -%}
        {%- elif wanted is not mapping -%}
            {%- do mistakes.append(place ~ ": must be a mapping, such as {null_rate: 0.02}") -%}
        {%- else -%}
            {%- for name, value in wanted.items() -%}
                {%- if name not in types[kinds[feature]] -%}
                    {%- do mistakes.append(place ~ "." ~ name ~ ": is not one of " ~ types[kinds[feature]] | join(', ')) -%}
                {%- elif not ml_monitor._is_sound_constraint(name, value) -%}
                    {%- do mistakes.append(place ~ "." ~ name ~ ": '" ~ value ~ "' must be " ~ ml_monitor._sound_constraints()[name]) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(mistakes) }}
{% endmacro %}

{% macro _sound_constraints() %}
    {{ return({
        'type': 'one of ' ~ ml_monitor._constraint_kinds() | join(', '),
        'null_rate': 'a number from 0 to 1',
        'minimum': 'a number', 'maximum': 'a number',
        'domain': 'a list of values that is not empty, such as [a, b]',
        'unique': 'true or false', 'monotone': 'true or false',
        'minimum_rows': 'a whole number of at least 0', 'maximum_rows': 'a whole number of at least 0',
        'fresh_within': 'a number and a unit, such as 6 hours or 2 days',
    }) }}
{% endmacro %}

{% macro _constraint_kinds() %}{{ return(['number', 'text', 'boolean', 'date', 'timestamp', 'timestamp_with_time_zone']) }}{% endmacro %}

{% macro _is_sound_constraint(name, value) %}
    {%- set is_number = value is number and value is not boolean -%}
    {%- if name == 'type' -%}{{ return(value in ml_monitor._constraint_kinds()) }}
    {%- elif name == 'null_rate' -%}{{ return(is_number and value >= 0 and value <= 1) }}
    {%- elif name in ['minimum', 'maximum'] -%}{{ return(is_number) }}
    {%- elif name in ['minimum_rows', 'maximum_rows'] -%}{{ return(is_number and value is integer and value >= 0) }}
    {%- elif name in ['unique', 'monotone'] -%}{{ return(value is boolean) }}
    {%- elif name == 'domain' -%}{{ return(ml_monitor._as_list(value) | length > 0 and ml_monitor._as_list(value) | select('mapping') | list | length == 0) }}
    {%- else -%}{{ return(ml_monitor.interval_hours(value) is not none) }}
    {%- endif -%}
{% endmacro %}

{% macro with_constraints() %}
    {#- The monitors that declare constraints and nothing wrong among them: what is wrong is told by their own nodes. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.constraints -%}
        {%- if not ml_monitor.constraint_mistakes(ml_monitor.declaration(monitor)) -%}{%- do monitors.append(monitor) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro declared_constraints() %}
    {#- Rows (monitor, feature, constraint_type, value, value_text, rule) of everything declared under `constraints`. value: the limit as a number, hours for fresh_within, NULL for type and domain; rule: what is allowed, as a clause.
        `unique: false` and `monotone: false` say that the learned constraint does not hold: they are never violated. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ ml_monitor.no_rows([('monitor', text), ('feature', text), ('constraint_type', text), ('value', double), ('value_text', text), ('rule', text)]) }}
    {%- for monitor in ml_monitor.with_constraints() %}
    {%- for feature, wanted in ml_monitor.declaration(monitor).constraints.items() %}
    {%- for name, value in wanted.items() %}
    {%- set number = none if name in ['type', 'domain'] else ml_monitor.interval_hours(value) if name == 'fresh_within' else (1 if value else 0) if value is boolean else value %}
    {%- set words = ml_monitor._domain_texts(value) | join(', ') if name == 'domain' else (value | string | lower if value is boolean else value) %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, {{ ml_monitor.text_literal(feature) }}, '{{ name }}', {{ ml_monitor.double_literal(number) if number is not none else 'null' }}, {{ ml_monitor.text_literal(words) }}, {{ ml_monitor.text_literal(ml_monitor._constraint_rule(name, wanted)) }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}

{% macro _constraint_rule(name, wanted) %}
    {#- A declared constraint as a clause of an alert's sentence: what is allowed. The minimum and maximum of a feature are one. -#}
    {%- set value = wanted[name] -%}
    {%- if name in ['minimum', 'maximum'] -%}
        {{ return('values ' ~ ('from ' ~ wanted.minimum ~ ' to ' ~ wanted.maximum if 'minimum' in wanted and 'maximum' in wanted else 'from ' ~ value ~ ' on' if name == 'minimum' else 'up to ' ~ value) ~ ' are allowed') }}
    {%- elif name == 'domain' -%}
        {%- set texts = ml_monitor._domain_texts(value) -%}
        {{ return('only ' ~ texts[:5] | join(', ') ~ (' and ' ~ (texts | length - 5) ~ ' more' if texts | length > 5 else '') ~ ' are allowed') }}
    {%- endif -%}
    {{ return({
        'type': 'only the type ' ~ value ~ ' is allowed',
        'null_rate': 'a share of NULLs up to ' ~ value ~ ' is allowed',
        'monotone': 'no value below those of the window before is allowed',
        'unique': 'no repeated id is allowed',
        'minimum_rows': 'at least ' ~ value ~ ' rows a window are wanted',
        'maximum_rows': 'at most ' ~ value ~ ' rows a window are allowed',
        'fresh_within': 'rows are wanted within ' ~ value,
    }[name]) }}
{% endmacro %}

{% macro declared_domains() %}
    {#- Rows (monitor, feature, category) of every value that a declared domain holds. -#}
    {%- set text = ml_monitor.type_text() -%}
    {{ ml_monitor.no_rows([('monitor', text), ('feature', text), ('category', text)]) }}
    {%- for monitor in ml_monitor.with_constraints() %}
    {%- for feature, wanted in ml_monitor.declaration(monitor).constraints.items() if wanted.domain %}
    {%- for category in ml_monitor._domain_texts(wanted.domain) %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, {{ ml_monitor.text_literal(feature) }}, {{ ml_monitor.text_literal(category) }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
{% endmacro %}

{% macro _domain_texts(values) %}
    {#- Values of a domain as the profile writes categories. -#}
    {%- set texts = [] -%}
    {%- for value in values -%}
        {%- do texts.append((value | string | lower) if value is boolean else (value | int | string) if value is number and value == value | int else value | string) -%}
    {%- endfor -%}
    {{ return(texts | unique(case_sensitive=true) | list) }}
{% endmacro %}

{% macro interval_hours(interval) %}
    {#- Hours of an interval such as '2 days'; none where it is no such interval. -#}
    {%- if not modules.re.match('^\\d+ (second|minute|hour|day|week)s?$', interval | string) -%}{{ return(none) }}{%- endif -%}
    {%- set number, unit = (interval | string).split(' ') -%}
    {{ return((number | int) * {'second': 1 / 3600, 'minute': 1 / 60, 'hour': 1, 'day': 24, 'week': 168}[unit.rstrip('s')]) }}
{% endmacro %}
