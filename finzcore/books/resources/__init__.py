"""One file per resource; none imports another."""
