"""From rows to alerts: what the exporter tells of a database makes Prometheus' rules raise an alert, and resolve it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import LiteralString

import pytest

from roles import CONNECTOR_MONITOR
from tests.fixtures.postgres import Database
from tests.support.exporter import EXPORTER, exported

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "monitoring" / "alerts" / "connectors.yml"
HOURS = 2
"""For how long each state lasts: longer than any of these alerts waits."""

_WELL: LiteralString = """
    update jobs set status = 'failed';
    update imported_documents set processing_status = 'failed';
    update connector_sync_logs set status = 'failed';
    insert into connector_sync_logs (org_id, connector_id, status)
      select org_id, id, 'success' from connector_configs limit 1;
    insert into connector_webhook_events (org_id, event_type, payload, processed)
      select id, 'x', '{}', true from organizations limit 1
"""
_TROUBLES: dict[str, tuple[LiteralString, LiteralString]] = {
    "ConnectorsFailing": (
        "update connector_configs set sync_status = 'error', last_error = 'no answer'",
        "update connector_configs set sync_status = 'idle', last_error = null, last_sync_status = 'success'",
    ),
    "ConnectorWorkStuck": (
        """
        insert into file_upload_batches (org_id, batch_name, total_files, status, created_at)
          select id, 'stuck', 3, 'processing', now() - interval '7 hours' from organizations limit 1
        """,
        "update file_upload_batches set status = 'failed' where status = 'processing'",
    ),
    "ConnectorWebhookBacklog": (
        """
        insert into connector_webhook_events (org_id, event_type, payload)
          select id, 'flood', '{}' from organizations, generate_series(1, 1001)
        """,
        "update connector_webhook_events set processed = true, processed_at = now()",
    ),
}


@pytest.mark.skipif(
    not (EXPORTER and shutil.which("promtool")), reason="sql_exporter or promtool is not installed: make alerts"
)
def test_troubles_raise_their_alerts_which_resolve(audited: Database, machine_urls, tmp_path: Path) -> None:
    url = machine_urls[CONNECTOR_MONITOR.name]
    troubles, mends = zip(*_TROUBLES.values(), strict=True)
    states = []
    with audited.connect() as owner:
        for statements in ((_WELL, *mends), troubles, mends):
            for statement in statements:
                owner.execute(statement)
            states.append(exported(url))
    file = tmp_path / "alerts.test.yml"
    file.write_text(json.dumps(_tried(states)), encoding="utf-8")  # JSON is YAML

    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def _tried(states: list[dict[str, str]]) -> dict[str, object]:
    minutes = 60 * HOURS
    series = [
        {
            "series": name,
            "values": " ".join(f"{state[name]}x{minutes - 1}" if name in state else f"_x{minutes}" for state in states),
        }
        for name in sorted(set().union(*states))
    ]
    asked = [
        {
            "expr": f'count(ALERTS{{alertname="{alert}", alertstate="firing"}}) or vector(0)',
            "eval_time": f"{minutes * (number + 1) - 1}m",
            "exp_samples": [{"labels": "{}", "value": number % 2}],
        }
        for alert in _TROUBLES
        for number in range(len(states))
    ]
    tests = [{"name": "from rows to alerts", "interval": "1m", "input_series": series, "promql_expr_test": asked}]
    return {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
