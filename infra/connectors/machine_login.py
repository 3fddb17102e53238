"""Passwords of machine roles, and the roles themselves where no Pulumi plugin makes them.

    python -m connectors.machine_login new FILE          a new password into FILE, its verifier to standard output
    python -m connectors.machine_login verifier          the verifier of the password on standard input
    python -m connectors.machine_login apply ROLE        make the role, or bring it in line, by SQL
    python -m connectors.machine_login drop ROLE         take back what it was granted, and drop it

`apply` and `drop` act on the database that SUPASCHEMA_DATABASE_URL names, as its owner. No password is printed.
Exit codes: 0 done; 1 it failed; 2 the role is not what it should be; 3 no database is named.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from connectors import role_statements, scram
from roles import MACHINE_ROLES, MachineRole
        # Roles and grants: no statement reads a row.
        return _refuse(f"the server refuses: {said(error, reads_rows=False)}.", 1)
