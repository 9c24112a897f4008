"""The command line of the GitHub of the tests: to try the fleet by hand, with no account."""


def main() -> None:
    """Serve until ctrl+c."""
