"""The widgets that the screens are made of: one concept a file."""
