"""`python -m llnotes_tui` is `llnotes`."""

from llnotes_tui.cli import main

main()
