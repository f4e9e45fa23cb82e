{% macro type_kind(data_type) %}
    {#- One of number, text, boolean, date, timestamp, timestamp_with_time_zone, array_of_numbers, array (of anything else), other. -#}
    {{ return(adapter.dispatch('type_kind', 'ml_monitor')(data_type)) }}
{% endmacro %}

{% macro default__type_kind(data_type) %}
    {%- set name = data_type | lower -%}
    {%- set families = {
        'other': ['interval', 'int4range', 'int8range', 'daterange', 'tsrange', 'tstzrange', 'numrange'],
        'number': ['int', 'longint', 'bigint', 'smallint', 'tinyint', 'hugeint', 'uint', 'ubigint', 'usmallint', 'utinyint', 'uhugeint',
                   'double', 'float', 'real', 'dec', 'numeric', 'number'],
        'text': ['char', 'varchar', 'text', 'string', 'enum', 'uuid', 'bpchar', 'name'],
        'boolean': ['bool'],
        'timestamp_with_time_zone': ['timestamp with time zone', 'timestamptz'],
        'timestamp': ['timestamp', 'datetime'],
        'date': ['date'],
    } -%}
    {%- set element = modules.re.sub('\\[\\d*\\]$', '', name) -%}
    {%- if element != name -%}{{ return('array_of_numbers' if ml_monitor.type_kind(element) == 'number' else 'array') }}{%- endif -%}
    {%- for kind, prefixes in families.items() -%}
        {%- for prefix in prefixes if name.startswith(prefix) -%}
            {{ return(kind) }}
        {%- endfor -%}
    {%- endfor -%}
    {{ return('other') }}
{% endmacro %}
