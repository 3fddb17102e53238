"""The command line: what Pulumi does not do with the ledger and the archive."""
