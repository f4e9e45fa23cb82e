{% macro multiclass_metrics() %}
    {#- Averages of the classes' metrics, each class against the rest; the keys are those of `classification_metrics`. -#}
    {%- set metrics -%}
- name: precision_macro
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' precision over the classes that occur or are predicted; where undefined it counts as 0
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Sokolova and Lapalme (2009); normal interval, delta method
- name: precision_micro
  family: performance
  tasks: [multiclass]
  formula: true positives of all classes / predictions of all classes; equals accuracy where each prediction has one class
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Sokolova and Lapalme (2009); interval of Wilson (1927)
- name: precision_weighted
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' precision weighted by how often each occurs; where undefined it counts as 0
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Sokolova and Lapalme (2009); normal interval, delta method
- name: recall_macro
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' recall over the classes that occur or are predicted; where undefined it counts as 0
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Sokolova and Lapalme (2009); normal interval, delta method
- name: recall_micro
  family: performance
  tasks: [multiclass]
  formula: true positives of all classes / labels of all classes; equals accuracy where each prediction has one class
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Sokolova and Lapalme (2009); interval of Wilson (1927)
- name: recall_weighted
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' recall weighted by how often each occurs; equals accuracy
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Sokolova and Lapalme (2009); interval of Wilson (1927)
- name: f1_macro
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' f1 over the classes that occur or are predicted
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Sokolova and Lapalme (2009); normal interval, delta method
- name: f1_micro
  family: performance
  tasks: [multiclass]
  formula: harmonic mean of precision_micro and recall_micro; equals accuracy where each prediction has one class
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Sokolova and Lapalme (2009); interval of Wilson (1927)
- name: f1_weighted
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' f1 weighted by how often each occurs
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Sokolova and Lapalme (2009); normal interval, delta method
- name: specificity_macro
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' specificity over the classes that occur or are predicted; where undefined it counts as 0
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Sokolova and Lapalme (2009); normal interval, delta method
- name: roc_auc_macro
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' roc_auc, each class against the rest, over the classes for which it is defined
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Provost and Domingos (2000); the mean of the classes' standard errors, an upper bound, on the logit scale
- name: roc_auc_weighted
  family: performance
  tasks: [multiclass]
  formula: mean of the classes' roc_auc, each class against the rest, weighted by how often each occurs
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Provost and Domingos (2000); the mean of the classes' standard errors, an upper bound, on the logit scale
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
