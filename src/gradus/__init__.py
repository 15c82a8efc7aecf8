"""Gradus: auto-graded course assignments for deep learning, built on nbgrader."""
