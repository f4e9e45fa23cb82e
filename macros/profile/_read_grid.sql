{% macro _read_grid(monitor) %}
    {#- What the profiles need of the fitted grid as literals: {'fitted_at', 'cardinalities': {segment column: distinct values}, 'segment_values': {segment column: {'kept': [values], 'is_cut'}}, 'features': {name: {'kind', 'center', 'edges', 'coarse_edges'}}, 'scores': {class: {'edges', 'coarse_edges'}}}.
        An edge is {'at', 'bin', 'lower', 'scale', 'is_common'}: from `at` on, the bin is `bin`, or (x - lower) * scale + bin where scale is given; is_common where the reference has many rows from there on.
        `fitted_at` is none while no grid fits the declaration as it stands now. Numbers travel as text, which reads back as the same double. -#}
    {%- set grid = ref(monitor ~ '__grid') -%}
    {%- set result = {'fitted_at': none, 'cardinalities': {}, 'segment_values': {}, 'features': {}, 'scores': {}} -%}
    {%- if not execute or load_relation(grid) is none -%}{{ return(result) }}{%- endif -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set mine = "from " ~ grid ~ " where config_hash = '" ~ ml_monitor.config_hash(monitor) ~ "'" -%}
    {%- do result.update({'fitted_at': ml_monitor._scalar("select cast(max(fitted_at) as " ~ text ~ ") " ~ mine)}) -%}
    {%- set sql -%}
        select part, coalesce(category, feature), kind, bin, cast(lower_edge as {{ text }}), cast(piece_lower as {{ text }}), cast(piece_scale as {{ text }}), cast(center as {{ text }}), 'fine' as level, position
        {{ mine }} and bin >= 0 and ((part = 'feature' and kind = 'continuous' and (piece_lower is not null or position in ('below', 'above'))) or (part = 'outcome' and (piece_lower is not null or kind = 'discrete')))
        union all
        select part, coalesce(category, feature), max(kind), coarse_bin, cast(min(lower_edge) as {{ text }}), null, null, cast(max(center) as {{ text }}), 'coarse' as level, max(position)
        from (
            -- the first bin of a feature is open below
            select *, min(bin) over (partition by part, category, feature, coarse_bin) as first_bin
            {{ mine }} and bin >= 0 and part in ('feature', 'outcome') and kind in ('continuous', 'discrete')
        ) as grid
        where bin = first_bin
        group by part, coalesce(category, feature), coarse_bin
        union all
        select part, feature, kind, bin, null, null, null, null, 'segment' as level, null
        {{ mine }} and part = 'segment'
        union all
        select part, feature, kind, bin, category, null, null, null, 'segment' as level, position
        {{ mine }} and part = 'segment_value'
        union all
        select distinct part, feature, kind, -1, null, null, null, null, 'kind' as level, null
        {{ mine }} and part = 'feature'
        order by 9, 1, 2, 4
    {%- endset -%}
    {%- for part, name, kind, bin, at, lower, scale, center, level, position in run_query(sql).rows -%}
        {%- set target = {'feature': result.features, 'outcome': result.scores, 'segment': {}, 'segment_value': {}}[part] -%}
        {%- if part == 'segment' -%}{%- do result.cardinalities.update({name: bin | int}) -%}{%- endif -%}
        {%- if part == 'segment_value' -%}
            {%- set values = result.segment_values.setdefault(name, {'kept': [], 'is_cut': false}) -%}
            {%- if position == 'other' -%}{%- do values.update({'is_cut': true}) -%}{%- else -%}{%- do values.kept.append(at) -%}{%- endif -%}
        {%- endif -%}
        {%- if name not in target -%}{%- do target.update({name: {'kind': kind, 'center': none, 'edges': [], 'coarse_edges': []}}) -%}{%- endif -%}
        {%- set entry = target[name] -%}
        {%- if level in ['fine', 'coarse'] -%}
            {%- if level == 'fine' and part == 'outcome' and not entry.edges -%}
                {#- what lies below the lowest score of the reference shares its first bin -#}
                {%- do entry.edges.append({'at': none, 'bin': 0, 'lower': none, 'scale': none}) -%}
            {%- endif -%}
            {%- do entry['edges' if level == 'fine' else 'coarse_edges'].append({'at': at, 'bin': bin | int, 'lower': lower, 'scale': scale, 'is_common': position == 'inside' or (level == 'coarse' and position not in ['below', 'above'])}) -%}
            {%- if center is not none -%}{%- do entry.update({'center': center}) -%}{%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(result) }}
{% endmacro %}
