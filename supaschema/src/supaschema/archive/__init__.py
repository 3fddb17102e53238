"""Where dropped tables and columns are kept until they are declared again or purged."""
