"""What leaves the house: the changelog section, the announcement, version files."""
