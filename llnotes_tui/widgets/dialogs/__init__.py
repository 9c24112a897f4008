"""Dialogs: modal screens with typed results, one a file.  Escape always leaves, with None."""
