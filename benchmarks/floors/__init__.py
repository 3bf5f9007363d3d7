"""What is measured beside the console: the same work with as little as possible around it."""
