"""Benchmarks: `make benchmark` runs them and writes `benchmarks/results.md`."""
