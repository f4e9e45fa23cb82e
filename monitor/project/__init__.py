"""The user's dbt project: the files of a monitor, and new projects made from data."""
