"""The workflows of `.github/workflows/`, run as they are written, on two databases of a temporary server."""
