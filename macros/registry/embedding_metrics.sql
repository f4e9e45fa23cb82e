{% macro embedding_metrics() %}
    {#- Distances between the centroid of a window's vectors and the reference's, of features declared under embedding. Entries as in `drift_metrics`;
        alert_at of the standardized distance: the square root of the excess of its square over what chance brings. -#}
    {%- set metrics -%}
- name: centroid_distance
  family: drift
  features: embedding
  needs: embedding
  formula: Euclidean distance of the window's mean vector from the reference's; of vectors of the length that most of the reference have, whose elements are all numbers
  unit: unit of the vectors
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: centroid_cosine_distance
  family: drift
  features: embedding
  needs: embedding
  formula: 1 - cosine of the angle between the window's mean vector and the reference's
  unit: distance
  lower: 0
  upper: 2
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: standardized_centroid_distance
  family: drift
  features: embedding
  needs: embedding
  formula: centroid_distance / the root mean square distance of the reference's vectors from their centroid; chance brings sqrt(1 / n + 1 / reference_n)
  unit: baseline standard deviations
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.1
  alert_at: 0.2
  source: Glass (1976), of all dimensions together
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
