"""Who may do what in two databases, and what of it differs: read, worked out, compared, told, tried."""
