"""What is measured, one module each: floor and product in turn, in rounds, over a database of the part's own."""
