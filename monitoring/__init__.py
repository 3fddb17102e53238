"""What whoever runs the connector system looks at: its state, its numbers and its alerts."""
