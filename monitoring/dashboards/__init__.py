"""Grafana dashboards as code: `python -m monitoring.dashboards` writes each as JSON beside its source."""
