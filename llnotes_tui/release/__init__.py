"""What a release is: commits, file changes, versions, changelogs and the plan of a range.  Pure: no I/O, no screen, no engine."""
