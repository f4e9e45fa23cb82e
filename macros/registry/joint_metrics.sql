{% macro joint_metrics() %}
    {#- What is judged of the features together, of the sampled rows of monitors that declare `multivariate`; the subject is `__joint__`. -#}
    {%- set metrics -%}
- name: reconstruction_error
  family: joint
  features: joint
  formula: mean length of what the principal components that explain 80 % of the reference's variance leave of a row; numbers in robust standard deviations, cut at 5, categories by their place in frequency, NULL as the middle; warn_at and alert_at are parts of the reference's value
  unit: reference standard deviations
  lower: 0
  upper: null
  direction: both
  warn_at: 0.025
  alert_at: 0.05
  source: Hotelling (1933); Jackson and Mudholkar (1979), Technometrics 21
- name: joint_outlier_rate
  family: joint
  features: joint
  formula: share of rows whose Mahalanobis distance from the reference's mean exceeds the reference's 99.9 % quantile
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.0025
  alert_at: 0.005
  source: Mahalanobis (1936); Anscombe (1948) for its standard error
- name: unseen_combination_rate
  family: joint
  features: joint
  formula: share of rows whose combination of coarse bins (thirds of a number, the four most frequent categories and the rest, NULL) of up to five features the reference never had
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Good (1953), Biometrika 40; Anscombe (1948) for its standard error
- name: correlation_difference
  family: joint
  features: pair
  formula: absolute difference of the correlation of two features from the reference's, of the pair that lies farthest beyond its own limit; every pair is in ml_monitor__correlations
  unit: correlation
  lower: 0
  upper: 2
  direction: higher_is_worse
  warn_at: 0.1
  alert_at: 0.2
  source: Fisher (1921), Metron 1, for its standard error
- name: domain_classifier_auc
  family: joint
  features: classifier
  needs: domain_classifier
  formula: ROC AUC, in five parts, of gradient-boosted trees that tell the window's sampled rows from those of the reference; judged against what it is for windows of the reference, at least 0.5
  unit: probability
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.05
  alert_at: 0.1
  source: Lopez-Paz and Oquab (2017), Revisiting Classifier Two-Sample Tests; DeLong et al. (1988) for its standard error
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
