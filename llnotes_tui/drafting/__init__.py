"""From commits to a draft: prompts, the graph of notes, and the scheduler that has an engine fill it."""
