"""Bot likelihood in plain Python: what is measured of an account, and the model that weighs it."""
