"""How long exports take, as ratios to the least they could take."""
