"""Validate a deployed stack: everything that the program declares for it, and what its roles can do.

    pulumi config --json | python -m tests.deployed --stack staging

The database is named by SUPASCHEMA_AUDITOR_URL (a role that only reads) or by SUPASCHEMA_DATABASE_URL (the owner, in a
transaction that cannot write). With --as-owner: trials as other roles, by the owner, in a transaction that is rolled
back.

Exit codes: 0 all is as declared; 1 it could not be told; 2 findings; 3 no database is named, nothing is deployed in it,
or the settings are none.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

import psycopg
import pulumi

from connectors.settings import StackSettings
from supaschema.address import masked, parameters_of
from supaschema.dumps import forbid_dumps
from supaschema.errors import ConnectionRefused
    except ConnectionRefused as error:
        return _refuse(f"the database cannot be asked: {error}", Code.CANNOT_TELL)
    except psycopg.Error as error:
        return _refuse(f"the database cannot be asked: {said(error)}.", Code.CANNOT_TELL)
