"""The Pulumi resource types, one file each."""
