"""The documentation as a site: `make site`.

MkDocs reads `mkdocs.yml` here, in an environment of its own (`scripts/tools/mkdocs-material.txt`). `hooks` adds what is
not in `docs/`: the README and its kind, and the pages that `reference` makes of the package's schema. `markdown` gives
pages the indents that MkDocs wants, which is stricter than GitHub.
"""
