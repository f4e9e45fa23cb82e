{% macro segment_limits() %}
    {#- How many segments there may be; read by `monitor check` too.
        of_combination, together: values of one declared segment, and of all of them: a window's profile keeps some ten rows of each feature for each.
        cells: combinations of all segment columns in one window, where segments are searched for.
        newcomers: so many values of a column that the reference never had show as themselves in a window; where one has more, all of them are (other) there.
        plain_numbers: a numeric feature of more values is cut in bands where it is a segment; bands: its ten deciles, NULL, and what is not a number. -#}
    {{ return({'of_combination': 1000, 'together': 2500, 'cells': 5000, 'newcomers': 10, 'plain_numbers': 20, 'bands': 12}) }}
{% endmacro %}
