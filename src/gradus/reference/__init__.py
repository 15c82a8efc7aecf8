"""The mathematics of the course, one module per week, written to be read.

Names and signatures are those that the assignments ask for. Arrays are float64 unless a
docstring says otherwise; no function changes its arguments.
"""
