"""llnotes: review model-written release notes beside their diffs, in the terminal."""

__version__ = "0.1.0"
