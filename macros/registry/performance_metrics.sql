{% macro performance_metrics() %}
    {#- How good a window's predictions are. P, N: labelled predictions that are, that are not of the positive class (of the class in question, where a metric is kept by class).
        lower, upper: the range of the value (null: unbounded). warn_at, alert_at: the worsening against the reference that is judged by default. It is a difference,
        but for a loss (direction higher_is_worse, unit other than share) it is a share of the reference's value.
        null: evidence only, until declared. Null are the metrics that have no standard error, for these would alert on noise, and those that only repeat another one. -#}
    {%- set metrics -%}
- name: accuracy
  family: performance
  formula: predictions that came true / labelled predictions
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: standard; interval of Wilson (1927)
- name: precision
  family: performance
  formula: true positives / predicted positives; NULL where nothing is predicted positive
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: van Rijsbergen (1979); interval of Wilson (1927)
- name: recall
  family: performance
  formula: true positives / P; NULL without a positive
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: van Rijsbergen (1979); interval of Wilson (1927)
- name: specificity
  family: performance
  formula: true negatives / N; NULL without a negative
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Yerushalmy (1947); interval of Wilson (1927)
- name: f1
  family: performance
  formula: 2 * true positives / (2 * true positives + false positives + false negatives)
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: van Rijsbergen (1979); F1 = 2J / (1 + J) grows with J = TP / (TP + FP + FN), whose Wilson interval is carried over, its standard error by the delta method
- name: balanced_accuracy
  family: performance
  formula: mean of the classes' recall, over the classes that occur among the labels; binary, (recall + specificity) / 2
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Brodersen et al. (2010), ICPR; normal interval, delta method
- name: matthews_correlation
  family: performance
  formula: correlation of predicted and actual class; with more than two classes, R_K; NULL where only one class is predicted or only one occurs
  unit: correlation
  lower: -1
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Matthews (1975); Gorodkin (2004), Computational Biology and Chemistry 28; normal interval, delta method
- name: roc_auc
  family: performance
  formula: share of pairs of a positive and a negative in which the positive has the higher score, ties count half; exact where the reference has at most 1,000 distinct scores, else from 480 score bins (48 in a segment) with a correction for the pairs within a bin (within 0.0002 with thousands of labels and 0.0005 with hundreds; in a segment 0.001 and 0.005; where few scores repeat very often or all scores leave the reference's range 0.002 and 0.004)
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Hanley and McNeil (1982), Radiology 143; variance of DeLong et al. (1988), Biometrics 44; interval on the logit scale
- name: average_precision
  family: performance
  formula: sum over score bins, from the highest, of the rise in recall times the precision at that bin (with a hundred labels it may miss 0.07, with hundreds 0.02, in a segment 0.06)
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Zhu (2004), University of Waterloo
- name: log_loss
  family: performance
  formula: mean of -ln(score of the class that came true), scores kept between 1e-15 and 1 - 1e-15
  unit: nats
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: Good (1952); normal interval
- name: brier_score
  family: performance
  formula: mean of (score - outcome)^2; with more than two classes, the sum of that over the classes (0 to 2)
  unit: squared share
  lower: 0
  upper: 2
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: Brier (1950), Monthly Weather Review 78; normal interval, from the spread between score bins; with more than two classes the sum of the classes' standard errors, an upper bound
- name: expected_calibration_error
  family: performance
  formula: mean of |mean score - observed rate| over ten bins, weighted by their labelled predictions; a score belongs to bin k where a share of k/10 up to (k+1)/10 of the reference's scores lies below it
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Naeini, Cooper and Hauskrecht (2015), AAAI
- name: ks_separation
  family: performance
  formula: greatest difference of the cumulative score shares of positives and negatives, at the edges of score bins (with a hundred labels it may miss 0.07, with hundreds 0.02, in a segment 0.06)
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Smirnov (1939)
- name: gini
  family: performance
  formula: 2 * roc_auc - 1
  unit: share
  lower: -1
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Hanley and McNeil (1982), Radiology 143; interval of roc_auc
- name: lift_at_10
  family: performance
  formula: share of positives among the tenth with the highest scores / share of positives among all; a bin that straddles the tenth counts in proportion
  unit: ratio
  lower: 0
  upper: 10
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: selection_rate
  family: performance
  formula: predicted positives / labelled predictions
  unit: share
  lower: 0
  upper: 1
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of Wilson (1927)
- name: prevalence
  family: performance
  formula: P / labelled predictions
  unit: share
  lower: 0
  upper: 1
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of Wilson (1927)
- name: precision_macro
  family: performance
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
  formula: mean of the classes' roc_auc, each class against the rest, weighted by how often each occurs
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Provost and Domingos (2000); the mean of the classes' standard errors, an upper bound, on the logit scale
- name: mae
  family: performance
  formula: mean absolute error, error = prediction - label
  unit: unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: rmse
  family: performance
  formula: square root of mse
  unit: unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval, delta method
- name: mse
  family: performance
  formula: mean squared error
  unit: squared unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: mape
  family: performance
  formula: mean of |error / label| over the labels that are not 0
  unit: ratio
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: wmape
  family: performance
  formula: sum of |error| / sum of |label|
  unit: ratio
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Kolassa and Schuetz (2007), Foresight 6
- name: smape
  family: performance
  formula: mean of 2 * |error| / (|prediction| + |label|), 0 where both are 0
  unit: ratio
  lower: 0
  upper: 2
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: Makridakis (1993), International Journal of Forecasting 9; normal interval
- name: msle
  family: performance
  formula: mean of (ln(1 + prediction) - ln(1 + label))^2 over pairs that are both above -1
  unit: squared nats
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: rmsle
  family: performance
  formula: square root of msle
  unit: nats
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval, delta method
- name: r2
  family: performance
  formula: 1 - sum of squared errors / sum of squared differences of the labels from their mean; NULL where all labels are equal
  unit: share
  lower: null
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: mean_error
  family: performance
  formula: mean of prediction - label
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; normal interval
- name: median_absolute_error
  family: performance
  formula: the absolute error that half of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: error_quantile_05
  family: performance
  formula: the error that 5 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: error_quantile_25
  family: performance
  formula: the error that 25 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: error_quantile_50
  family: performance
  formula: the error that 50 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: error_quantile_75
  family: performance
  formula: the error that 75 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: error_quantile_95
  family: performance
  formula: the error that 95 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
