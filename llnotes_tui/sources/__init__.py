"""Where commits come from: a local git clone."""
