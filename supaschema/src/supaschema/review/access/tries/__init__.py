"""Access that was tried: rows of two tenants, every session, every verb; all that a trial does is rolled back."""
