"""Breaks that are put into streams of rows, and the window in which each is noticed."""
