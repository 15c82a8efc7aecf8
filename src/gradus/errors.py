"""The error that a person reads."""


class GradusError(Exception):
    """Something is wrong with what was given; one sentence says what to do about it."""
