"""What can be taken away from a picture: code that draws the same path elsewhere."""
