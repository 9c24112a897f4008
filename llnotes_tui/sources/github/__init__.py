"""GitHub as a source of commits: which repositories there are, what is unreleased in them, and their pull requests."""
