"""The kinds of catalog objects, one file each."""
