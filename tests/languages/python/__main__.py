"""Projects, their tasks, what is said of them and billed for them, by organization: what a team might have first.

Nothing says `depends_on`: what stands on what is told by outputs, and by the names in bodies and queries.
"""

from __future__ import annotations

import access
import automation
import billing
import projects
import pulumi
import search

pulumi.export("tables", [*projects.tables, billing.invoices.qualified_name, billing.lines.qualified_name])
pulumi.export("policies", [policy.id for policy in access.policies])
pulumi.export("search", search.find.qualified_name)
pulumi.export("nightly", automation.nightly.name if automation.nightly else "")
