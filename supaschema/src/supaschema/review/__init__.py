"""What people read before a change is deployed: made from plan records and the engine's answer, never from text."""
