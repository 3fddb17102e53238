"""The page for admins: its files with a project's address in them, and a server for it on this machine."""
