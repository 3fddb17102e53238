"""Benchmarks: figures from one run, on one machine. They assert nothing about time."""
