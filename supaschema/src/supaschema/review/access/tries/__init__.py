"""Access that was tried: rows of two tenants, every session, every verb; all of it is rolled back."""
