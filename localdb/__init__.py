"""A PostgreSQL server of our own: for the stack `local` and for the tests.

`servers` finds binaries, `cluster` makes, starts and stops a server, `platform` turns a database of
it into a stand-in for a Supabase project; `python -m localdb` is the command line over them.
"""
