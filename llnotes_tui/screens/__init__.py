"""The screens: repositories, review, export, help."""
