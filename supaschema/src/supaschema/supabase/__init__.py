"""What is known of the Supabase platform."""
