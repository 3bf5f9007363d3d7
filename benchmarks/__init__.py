"""What the console takes for many members, measured beside the floor of plain SQL in one run: `make bench`."""
