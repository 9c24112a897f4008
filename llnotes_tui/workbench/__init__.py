"""One release at work: a source is read, drafted, and laid under a review.  What the screens and the commands share."""
