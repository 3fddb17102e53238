"""Deployments that are killed, cut and left alone at any moment, again and again: they come to the same end."""
