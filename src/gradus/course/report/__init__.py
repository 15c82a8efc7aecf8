"""The report of one assignment: how the class did, and how the questions did."""
