"""What many seeds of one run say: shares and times with their intervals, spread, and the densities of theory."""
