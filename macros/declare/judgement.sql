{% macro judgement(block, declared_segments) %}
    {#- {'limits', 'incidents', 'severity'} of a block with every default filled in. What is written wrongly is left out: `judgement_mistakes` tells of it, and the results of other monitors must not stop. -#}
    {%- set written = block.get('limits') if block.get('limits') is mapping else {} -%}
    {%- set segments = [] -%}
    {%- for wanted in ml_monitor._as_list(written.get('segments')) if wanted is string or wanted is sequence -%}
        {#- in the order in which the segment is declared, which its name has -#}
        {%- for segment in declared_segments if segment | sort == ([wanted] if wanted is string else wanted) | sort -%}{%- do segments.append(segment) -%}{%- endfor -%}
    {%- endfor -%}
    {%- set limits = {
        'method': written.get('method') if written.get('method') in ml_monitor._limit_methods() else 'learned',
        'k': written.get('k') if written.get('k') is number and written.get('k') > 0 else 3,
        'segments': segments,
    } -%}
    {%- set incidents = [] -%}
    {%- for incident in ml_monitor._as_list(block.get('incidents')) if incident is mapping and ml_monitor._is_date(incident.get('from')) and ml_monitor._is_date(incident.get('to')) -%}
        {%- do incidents.append(incident) -%}
    {%- endfor -%}
    {%- set severity = {} -%}
    {%- for name, level in (block.severity if block.get('severity') is mapping else {}).items() if level in ml_monitor.severities() -%}{%- do severity.update({name: level}) -%}{%- endfor -%}
    {{ return({'limits': limits, 'incidents': incidents, 'severity': severity}) }}
{% endmacro %}

{% macro judgement_mistakes(block) %}
    {#- [what is wrong with the limits, incidents and severity of a block]. -#}
    {%- set mistakes = [] -%}
    {%- set limits = block.get('limits') or {} -%}
    {%- if limits is not mapping -%}
        {%- do mistakes.append("limits: must be a mapping, such as {method: reference_sd, k: 3}") -%}
    {%- else -%}
        {%- for key in limits if key not in ['method', 'k', 'segments'] -%}{%- do mistakes.append("limits: '" ~ key ~ "' is not one of method, k, segments") -%}{%- endfor -%}
        {%- if limits.get('method', 'learned') not in ml_monitor._limit_methods() -%}
            {%- do mistakes.append("limits.method: '" ~ limits.method ~ "' is not one of " ~ ml_monitor._limit_methods() | join(', ')) -%}
        {%- endif -%}
        {%- if limits.get('k') is not none and (limits.k is not number or limits.k is boolean or limits.k <= 0) -%}
            {%- do mistakes.append("limits.k: '" ~ limits.k ~ "' is not a number above 0") -%}
        {%- endif -%}
    {%- endif -%}
    {%- for key, wanted in {'incidents': 'a list of periods, such as [{from: 2026-01-12, to: 2026-01-14}]', 'severity': 'a mapping of features or metrics to ' ~ ml_monitor.severities() | join(', ')}.items() -%}
        {%- set value = block.get(key) -%}
        {%- if value is not none and ((key == 'severity') != (value is mapping) or value is string or value is not sequence and value is not mapping) -%}{%- do mistakes.append(key ~ ": must be " ~ wanted) -%}{%- endif -%}
    {%- endfor -%}
    {%- for incident in ml_monitor._as_list(block.get('incidents')) if incident is not mapping or not ml_monitor._is_date(incident.get('from')) or not ml_monitor._is_date(incident.get('to')) -%}
        {%- do mistakes.append("incidents[" ~ loop.index0 ~ "]: needs from and to, dates such as 2026-01-31") -%}
    {%- endfor -%}
    {%- for name, level in (block.severity if block.get('severity') is mapping else {}).items() if level not in ml_monitor.severities() -%}
        {%- do mistakes.append("severity." ~ name ~ ": '" ~ level ~ "' is not one of " ~ ml_monitor.severities() | join(', ')) -%}
    {%- endfor -%}
    {{ return(mistakes) }}
{% endmacro %}

{% macro severities() %}
    {#- From the least to the gravest. -#}
    {{ return(['low', 'medium', 'high', 'critical']) }}
{% endmacro %}

{% macro _limit_methods() %}{{ return(['learned', 'reference_sd']) }}{% endmacro %}

{% macro _is_date(value) %}{{ return(value is not none and modules.re.match('^\\d{4}-\\d{2}-\\d{2}$', value | string) is not none) }}{% endmacro %}

{% macro _as_list(value) %}{{ return(value if value is sequence and value is not string and value is not mapping else []) }}{% endmacro %}
