"""Right answers in other styles than the reference, one module per week: all get full marks."""
