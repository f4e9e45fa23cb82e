{% macro multivariate(block) %}
    {#- What a block declares of its joint distribution, with every default filled in, or none: {'features': [{'name', 'kind', 'column'}], 'combinations': [positions among those features], 'sample', 'domain_classifier'}.
        What is written wrongly is left out: `multivariate_mistakes` tells of it, and the results of other monitors must not stop. -#}
    {%- set written = block.get('multivariate') -%}
    {%- if not written -%}{{ return(none) }}{%- endif -%}
    {%- set written = written if written is mapping else {} -%}
    {%- set declared = block.get('features') or {} -%}
    {%- set wanted = ml_monitor._as_list(written.get('features')) -%}
    {%- set features = [] -%}
    {%- for kind in ['numeric', 'categorical'] -%}
        {%- for name in declared.get(kind) or [] if not wanted or name in wanted -%}
            {%- do features.append({'name': name, 'kind': kind, 'column': kind ~ '_' ~ declared[kind].index(name)}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set names = features | map(attribute='name') | list -%}
    {%- set combinations = [] -%}
    {%- for name in ml_monitor._as_list(written.get('combinations')) if name in names -%}{%- do combinations.append(names.index(name)) -%}{%- endfor -%}
    {%- if not combinations -%}
        {#- categories first: what cannot go together is more often told by them -#}
        {%- set ordered = features | selectattr('kind', 'equalto', 'categorical') | list + features | selectattr('kind', 'equalto', 'numeric') | list -%}
        {%- for feature in ordered[:ml_monitor._most_combined_features()] -%}{%- do combinations.append(names.index(feature.name)) -%}{%- endfor -%}
    {%- endif -%}
    {{ return({
        'features': features[:ml_monitor._most_joint_features()],
        'combinations': combinations[:ml_monitor._most_combined_features()] | select('lt', ml_monitor._most_joint_features()) | list,
        'sample': written.sample if written.get('sample') is integer and written.get('sample') is not boolean and written.sample > 0 else 1000,
        'domain_classifier': written.get('domain_classifier') is sameas true,
    }) }}
{% endmacro %}

{% macro multivariate_mistakes(block) %}
    {#- [what is wrong with `multivariate` in a block]. -#}
    {%- set mistakes = [] -%}
    {%- set written = block.get('multivariate') -%}
    {%- if written is none or written is sameas false -%}{{ return([]) }}{%- endif -%}
    {%- if written is not mapping and written is not sameas true -%}
        {{ return(["multivariate: must be true, or a mapping such as {features: [a, b, c], sample: 1000}"]) }}
    {%- endif -%}
    {%- set written = written if written is mapping else {} -%}
    {%- for key in written if key not in ['features', 'combinations', 'sample', 'domain_classifier'] -%}
        {%- do mistakes.append("multivariate: '" ~ key ~ "' is not one of features, combinations, sample, domain_classifier") -%}
    {%- endfor -%}
    {%- set declared = block.get('features') or {} -%}
    {%- set known = (declared.get('numeric') or []) + (declared.get('categorical') or []) -%}
    {%- set chosen = ml_monitor._as_list(written.get('features')) or known -%}
    {%- for key, allowed in {'features': known, 'combinations': chosen}.items() -%}
        {%- if written.get(key) is not none and (written[key] is string or written[key] is mapping or written[key] is not sequence) -%}
            {%- do mistakes.append("multivariate." ~ key ~ ": must be a list of features") -%}
        {%- endif -%}
        {%- for name in ml_monitor._as_list(written.get(key)) -%}
            {%- if name not in allowed -%}
                {%- do mistakes.append("multivariate." ~ key ~ ": '" ~ name ~ "' is not one of " ~ (allowed | join(', ') or 'the declared features, for there are none')) -%}
            {%- elif name in written[key][:loop.index0] -%}
                {%- do mistakes.append("multivariate." ~ key ~ ": '" ~ name ~ "' is listed twice; take one out") -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if chosen | length < 2 -%}
        {%- do mistakes.append("multivariate: needs at least two features, there " ~ ('is one' if chosen | length == 1 else 'are none') ~ "; declare more under features, or take multivariate out") -%}
    {%- elif chosen | length > ml_monitor._most_joint_features() -%}
        {%- do mistakes.append("multivariate: takes at most " ~ ml_monitor._most_joint_features() ~ " features, there are " ~ chosen | length ~ "; name those that belong together under multivariate.features") -%}
    {%- endif -%}
    {%- if ml_monitor._as_list(written.get('combinations')) | length == 1 or ml_monitor._as_list(written.get('combinations')) | length > ml_monitor._most_combined_features() -%}
        {%- do mistakes.append("multivariate.combinations: needs two to " ~ ml_monitor._most_combined_features() ~ " features") -%}
    {%- endif -%}
    {%- if written.get('sample') is not none and (written.sample is not integer or written.sample is boolean or written.sample < 100 or written.sample > 100000) -%}
        {%- do mistakes.append("multivariate.sample: '" ~ written.sample ~ "' is not a whole number from 100 to 100000, the rows of a window that are kept") -%}
    {%- endif -%}
    {%- if written.get('domain_classifier') is not none and written.domain_classifier is not boolean -%}
        {%- do mistakes.append("multivariate.domain_classifier: '" ~ written.domain_classifier ~ "' is neither true nor false") -%}
    {%- endif -%}
    {{ return(mistakes) }}
{% endmacro %}

{% macro with_multivariate() %}
    {#- The monitors whose joint distribution is watched. Where there is none, nothing of it is built or read. The property files of the Python models say the same in their own way. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.multivariate -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro with_domain_classifier() %}
    {#- Those of them whose windows a classifier tries to tell from the reference. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.with_multivariate() if ml_monitor.declarations()[monitor].multivariate is mapping and ml_monitor.declarations()[monitor].multivariate.get('domain_classifier') -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro _most_joint_features() %}{{ return(50) }}{% endmacro %}

{% macro _most_combined_features() %}{{ return(5) }}{% endmacro %}
