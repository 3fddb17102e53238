"""The Pulumi provider: the protocol around the pipeline."""
