"""Is it true: what a note claims, held against its evidence."""
