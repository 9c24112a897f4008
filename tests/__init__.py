"""Tests: what a user would recognise, on real git repositories and real HTTP."""
