"""The console as it runs for everybody, under fire: real processes, real HTTP, kill -9.

A round of each in every run of the tests; many with `make soak ROUNDS=10`.
"""
