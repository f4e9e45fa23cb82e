{% macro classification_metrics() %}
    {#- How good a window's predictions of classes are. P, N: labelled predictions that are, that are not of the positive class (of the class in question, where a metric is kept by class).
        tasks: the tasks that have the metric. lower, upper: the range of the value (null: unbounded). warn_at, alert_at: the worsening against the reference that is judged by default. It is a difference,
        but for a loss (direction higher_is_worse, unit other than share) it is a share of the reference's value.
        null: evidence only, until declared. average_precision is judged as roc_auc is, for it tells of rare positives, which roc_auc hardly sees; like precision and f1 it falls where positives become rarer. Null are: what is judged under another name
        (ks_separation and gini follow roc_auc, lift_at_10 average_precision, wmape mae, r2 mse); what is too great on average in a window smaller than the reference, or where the model is calibrated
        (ks_separation, expected_calibration_error, the parts of the Brier score), so that a difference is no worsening; what is neither better nor worse (rates, uncertainty, quantiles of errors). -#}
    {%- set metrics -%}
- name: accuracy
  family: performance
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
  formula: sum over score bins, from the highest, of the rise in recall times the precision at that bin (with a hundred labels it may miss 0.07, with hundreds 0.02, in a segment 0.06)
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Zhu (2004), University of Waterloo; delta method over the counts of score bins and labels; interval on the logit scale (covers 93 to 95 %, with 20 positives 91 %)
- name: log_loss
  family: performance
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
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
  tasks: [binary]
  formula: mean of |mean score - observed rate| over ten bins, weighted by their labelled predictions; a score belongs to bin k where a share of k/10 up to (k+1)/10 of the reference's scores lies below it
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Naeini, Cooper and Hauskrecht (2015), AAAI; delta method with the signs of the bins' gaps fixed, lower end from gaps less their variance, 0 where that of brier_reliability is (covers 95 % or more, too wide where the model is calibrated)
- name: brier_reliability
  family: performance
  tasks: [binary]
  formula: mean of (mean score - observed rate)^2 over the bins of expected_calibration_error, weighted by their labelled predictions; brier_score = brier_reliability - brier_resolution + brier_uncertainty
  unit: squared share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Murphy (1973), Journal of Applied Meteorology 12; delta method, lower end from gaps less their variance (covers 95 % or more, too wide where the model is calibrated)
- name: brier_resolution
  family: performance
  tasks: [binary]
  formula: mean of (observed rate - prevalence)^2 over the bins of expected_calibration_error, less the variance of scores within them, plus twice the covariance of score and outcome within them
  unit: squared share
  lower: -1
  upper: 0.25
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Murphy (1973); terms within bins of Stephenson, Coelho and Jolliffe (2008), Weather and Forecasting 23; delta method, lower end less the excess of brier_reliability
- name: brier_uncertainty
  family: performance
  tasks: [binary]
  formula: prevalence * (1 - prevalence), the Brier score of a score that is always the prevalence
  unit: squared share
  lower: 0
  upper: 0.25
  direction: both
  warn_at: null
  alert_at: null
  source: Murphy (1973); interval of Wilson (1927) for the prevalence, carried over; standard error by the delta method
- name: ks_separation
  family: performance
  tasks: [binary]
  formula: greatest difference of the cumulative score shares of positives and negatives, at the edges of score bins (with a hundred labels it may miss 0.07, with hundreds 0.02, in a segment 0.06)
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: Smirnov (1939); variance of two independent shares at the cut; the greatest of many differences is too great on average, so the lower end is 2.96 standard errors below, and 0 up to 1.48 * sqrt(1 / P + 1 / N), the 97.5 % point of Kolmogorov's distribution (covers 95 % or more)
- name: gini
  family: performance
  tasks: [binary]
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
  tasks: [binary]
  formula: share of positives among the tenth with the highest scores / share of positives among all; a bin that straddles the tenth counts in proportion
  unit: ratio
  lower: 0
  upper: 10
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: standard; delta method, the cut estimated too; interval on the logarithmic scale
- name: selection_rate
  family: performance
  tasks: [binary, multiclass]
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
  tasks: [binary, multiclass]
  formula: P / labelled predictions
  unit: share
  lower: 0
  upper: 1
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of Wilson (1927)
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
