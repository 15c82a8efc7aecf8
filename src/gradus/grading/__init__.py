"""From a submission to a graded notebook, and the plug-ins that make nbgrader use it."""
