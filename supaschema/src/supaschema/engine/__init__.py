"""From desired facts to statements that were run: snapshot, normalize, diff, plan, execute."""
