# Every target takes STACK (default: local) and ARGS, which go to the command that does the work.
STACK ?= local
ARGS ?=
export STACK

.PHONY: help setup up down stop env preview report snapshot scratch preflight deploy drift drift-suite drift-quiet validate status check supaschema test long matrix shadows rehearse docs site bench bench-others stall chaos soak locks lint sdk exporter alerts workflows dashboard pictures

help:  ## tell what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup:  ## make the Python environment and find or install pulumi
	@scripts/setup.sh
	@scripts/install-pulumi.sh

up:  ## deploy the stack; for local: with its server and sample rows
	@scripts/up.sh $(ARGS)

down:  ## remove all that the stack made in its database
	@scripts/down.sh $(ARGS)

stop:  ## stop the local server; its data stay
	@scripts/stop.sh

env:  ## print exports for a shell: eval "$(make -s env)"
	@scripts/env.sh

preview:  ## show what `up` would change
	@scripts/pulumi.sh preview $(ARGS)

report:  ## tell a reviewer what `up` would change: SQL, locks, access, data (--format json, --output FILE)
	@scripts/report.sh $(ARGS)

snapshot:  ## write the structure of the database, without rows and secrets, to snapshot.json.gz (--output FILE)
	@scripts/snapshot.sh $(ARGS)

scratch:  ## rebuild a snapshot in a database of the local server: make scratch ARGS=snapshot.json.gz (--format json)
	@scripts/scratch.sh $(ARGS)

preflight:  ## tell whether the database can take a deployment now
	@scripts/supaschema.sh preflight

deploy:  ## deploy what was approved, and nothing else (--report FILE: a report as JSON), and validate it
	@scripts/deploy.sh $(ARGS)

drift:  ## compare the database with what was deployed (scripts/drift.sh: exit code 2 where it differs)
	@scripts/drift.sh $(ARGS)

validate:  ## hold what is deployed against what is declared: read-only (scripts/validate.sh: exit code 2 for findings)
	@scripts/validate.sh $(ARGS)

status:  ## tell how it does: deployments, syncs, queues, sizes (--json; --html FILE: a page)
	@scripts/status.sh $(ARGS)

dashboard:  ## build the page for admins, and serve it against the local stack (docs/dashboard.md; needs Node.js)
	@scripts/dashboard.sh $(ARGS)

exporter:  ## serve metrics to Prometheus, as SUPASCHEMA_MONITOR_URL (docs/operations.md)
	@scripts/exporter.sh $(ARGS)

alerts:  ## try the alert rules by promtool, and the exporter on a server (both from Debian)
	@scripts/alerts.sh $(ARGS)

pictures:  ## draw the docs' pictures of the Grafana dashboards (Debian's prometheus, prometheus-sql-exporter, chromium; npm)
	@scripts/pictures.sh $(ARGS)

check:  ## look for what is open, slow or frail in the database (scripts/check.sh: exit code 2 for findings)
	@scripts/check.sh $(ARGS)

supaschema:  ## the ledger and the archive: make supaschema ARGS="status" (claim, move, orphans, purge)
	@scripts/supaschema.sh $(ARGS)

test:  ## lint, types, and all tests but the long ones
	@scripts/test.sh -m "not long" $(ARGS)

long:  ## the tests that `make test` leaves out: whole lives of stacks, mostly (twenty minutes)
	@scripts/test.sh --tests -m long $(ARGS)

matrix:  ## the tests that use a server, on every version of it (an hour)
	@scripts/matrix.sh $(ARGS)

shadows:  ## plant each of the server's functions and operators by itself, and go every way in (half an hour)
	@SHADOWS=all scripts/test.sh --tests tests/integration/test_shadows.py $(ARGS)

rehearse:  ## deploy to two databases that play staging and prod, and back
	@scripts/rehearse.sh $(ARGS)

workflows:  ## run the workflows of CI step by step on two databases that play staging and prod (four minutes)
	@scripts/workflows.sh $(ARGS)

docs:  ## run every command of the pages on a fresh clone
	@scripts/docs.sh $(ARGS)

site:  ## build the documentation as a site: .local/site/index.html
	@scripts/site.sh $(ARGS)

drift-suite:  ## make 150 changes by hand, one at a time: each is found, and what repairs it does (ten minutes)
	@DRIFT=all TEST_WORKERS=1 scripts/test.sh --tests tests/integration/test_drift_suite.py $(ARGS)

drift-quiet:  ## sweep 200 times after what changes nothing that is managed, on 15, 17 and 18 (half an hour; RUNS=50)
	@scripts/drift-quiet.sh $(ARGS)

bench:  ## measure
	@scripts/bench.sh $(ARGS)

bench-others:  ## measure a comparison next to the Supabase CLI's, migra's and results' (ARGS="10 100 500" tables)
	@scripts/bench-others.sh $(ARGS)

stall:  ## measure what people wait for while the schema changes (half an hour; --rows, --write)
	@scripts/stall.sh $(ARGS)

chaos:  ## kill and cut deployments at any moment, 300 times (an hour)
	@scripts/chaos.sh $(ARGS)

soak:  ## take 2,000 made-up databases through some edits and home again (hours; SOAK=100, SOAK_SEED=1)
	@SOAK="$${SOAK:-2000}" scripts/test.sh --tests supaschema/tests/test_soak.py $(ARGS)

locks:  ## hold the locks and rewrites that each statement announces against those that it takes (twenty minutes)
	@scripts/test.sh --tests supaschema/tests $(ARGS)

sdk:  ## write the Python SDK from the package's schema; another: ARGS="nodejs FOLDER"
	@scripts/sdk.sh $(ARGS)

lint:  ## lint and types only
	@scripts/test.sh --lint
