"""Rehearse the deployment of this tree: `python -m tools.rehearsal [--documents N]`.

Two databases of a temporary server, each with the platform, the baseline and sample rows, are staging and prod. The
program, Pulumi.staging.yaml and Pulumi.prod.yaml are those of the tree, in a clone; each stack has a state and a
passphrase of its own. The system goes to staging and is validated, then to prod; a small change follows the same way;
then both are rolled back. The first thing that is not as it should be ends it: what fails in staging never meets prod.

Exit codes: 0 all was shown; 1 a step failed; 2 something differs, or wants a consent; 3 a precondition is missing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from localdb.errors import LocalDatabaseError
from tests.support.clone import fresh_clone
from tools.rehearsal.environment import environment
from tools.rehearsal.proofs import Outcome, RehearsalError, ended_by

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 4_000
MORE_IN_PROD = 5


def rehearse(tree: Path, documents: int) -> None:
    """Rehearse the deployment of a tree.

    Raises:
        RehearsalError: Something was not as it should be.

    """
    with fresh_clone(tree, durable=False) as clone, ExitStack() as stack:
        (clone.project / ".venv").symlink_to(ROOT / ".venv")
        clone.cluster.start()
        sizes = {"staging": documents, "prod": documents * MORE_IN_PROD}
        environments = [stack.enter_context(environment(clone, name, size)) for name, size in sizes.items()]
        for each in environments:
            each.deploy()
        for each in environments:
            each.change()
        for each in environments:
            each.roll_back()


def main(arguments: Sequence[str] | None = None, tree: Path = ROOT) -> int:
    """Rehearse, say what was shown, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.rehearsal", description="Rehearse a deployment.")
    help = "sample documents in staging; prod has five times as many (%(default)s)"
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help=help)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        rehearse(tree, asked.documents)
    except (RehearsalError, LocalDatabaseError) as error:
        return ended_by(error)
    sys.stdout.write(f"rehearsed in {time.monotonic() - began:.0f} s: staging, prod, and back\n")
    return Outcome.DONE


if __name__ == "__main__":
    sys.exit(main())
