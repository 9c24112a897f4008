"""What the engineer decided: decisions, undo, the state of every note, and the store that never loses them."""
