"""Fuzzing that is guided by which lines of the program an input reaches (`make guided`)."""
