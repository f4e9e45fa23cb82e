{% macro _features(declared) %}
    {#- What is profiled as a feature, in order: the declared features, what is derived from others, then the score and the prediction, then the attributions of features.
        Each: name, kind (numeric or categorical), column (its name in `_prediction_rows`). -#}
    {%- set features = [] -%}
    {%- for name in declared.numeric -%}
        {%- do features.append({'name': name, 'kind': 'numeric', 'column': 'numeric_' ~ loop.index0}) -%}
    {%- endfor -%}
    {%- for name in declared.categorical -%}
        {%- do features.append({'name': name, 'kind': 'categorical', 'column': 'categorical_' ~ loop.index0}) -%}
    {%- endfor -%}
    {%- do features.extend(ml_monitor._derived_features(declared)) -%}
    {%- if declared.task == 'regression' -%}
        {%- do features.append({'name': '__prediction__', 'kind': 'numeric', 'column': 'score'}) -%}
    {%- else -%}
        {%- if declared.classes -%}
            {%- do features.append({'name': '__score__', 'kind': 'numeric', 'column': 'score'}) -%}
        {%- endif -%}
        {%- if declared.task != 'ranking' -%}{%- do features.append({'name': '__prediction__', 'kind': 'categorical', 'column': 'prediction'}) -%}{%- endif -%}
    {%- endif -%}
    {%- for name in declared.attributions -%}
        {%- do features.append({'name': '__attribution__' ~ name, 'kind': 'numeric', 'column': 'attribution_' ~ loop.index0}) -%}
    {%- endfor -%}
    {{ return(features) }}
{% endmacro %}

{% macro _segment_names(declared, grid) %}
    {#- [{name: 'region*channel', columns: ['segment_0', 'segment_1']}]; none before the grid is fitted, which says how many values there may be. -#}
    {%- if grid.fitted_at is none -%}{{ return([]) }}{%- endif -%}
    {%- set columns = ml_monitor._segment_columns(declared) -%}
    {%- set result = [] -%}
    {%- for parts in declared.segments -%}
        {%- set names = [] -%}
        {%- for part in parts -%}{%- do names.append('segment_' ~ columns.index(part)) -%}{%- endfor -%}
        {%- do result.append({'name': parts | join('*'), 'columns': names}) -%}
    {%- endfor -%}
    {{ return(result) }}
{% endmacro %}

{% macro _segment_columns(declared) %}
    {{ return(declared.segments | sum(start=[]) | unique(case_sensitive=true) | list) }}
{% endmacro %}

{% macro segment_value(columns) -%}
    {#- One text for a segment's values, 'all' where it has no columns; NULL is a value of its own, so that a key is never NULL. -#}
    {%- for column in columns -%}
        {%- if not loop.first %} || '*' || {% endif -%}
        coalesce({{ column }}, '(null)')
    {%- else -%}
        'all'
    {%- endfor -%}
{%- endmacro %}

{% macro _segment_cubes(declared, grid) %}
    {#- Segments that one count serves: [{'columns': ['segment_0', 'segment_1'], 'cells', 'segments': [as `_segment_names`]}].
        Columns with few values are counted together and summed to each segment; a product of more than 50 values is not worth it. -#}
    {%- set names = ml_monitor._segment_columns(declared) -%}
    {%- set sizes = ml_monitor.segment_sizes(declared, grid.cardinalities) -%}
    {%- set cubes = [] -%}
    {%- set segments = ml_monitor._segment_names(declared, grid) -%}
    {%- for segment in segments | selectattr('columns.1', 'defined') | list + segments | rejectattr('columns.1', 'defined') | list -%}
        {%- set state = namespace(is_placed=false) -%}
        {%- for cube in cubes if not state.is_placed -%}
            {%- set together = (cube.columns + segment.columns) | unique | list -%}
            {%- set cells = ml_monitor._cells(together, names, sizes) -%}
            {%- if together | length == cube.columns | length or cells <= 50 -%}
                {%- do cube.update({'columns': together, 'cells': cells}) -%}
                {%- do cube.segments.append(segment) -%}
                {%- set state.is_placed = true -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not state.is_placed -%}{%- do cubes.append({'columns': segment.columns, 'cells': ml_monitor._cells(segment.columns, names, sizes), 'segments': [segment]}) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(cubes) }}
{% endmacro %}

{% macro _cells(columns, names, sizes) %}
    {%- set state = namespace(cells=1) -%}
    {%- for column in columns -%}
        {%- set name = names[column.split('_')[1] | int] -%}
        {%- set state.cells = state.cells * sizes[name] -%}
    {%- endfor -%}
    {{ return(state.cells) }}
{% endmacro %}

{% macro _counted_together(cubes) %}
    {#- The cubes, of which one serves the whole too: the first, or one without columns where the first has many cells. -#}
    {%- set overall = {'name': 'overall', 'columns': []} -%}
    {%- if cubes and cubes[0].cells <= 50 -%}
        {{ return([dict(cubes[0], segments=[overall] + cubes[0].segments)] + cubes[1:]) }}
    {%- endif -%}
    {{ return([{'columns': [], 'segments': [overall]}] + cubes) }}
{% endmacro %}
