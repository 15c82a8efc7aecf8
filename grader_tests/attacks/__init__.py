"""Attacks on the grader, each shown to succeed somewhere else and to fail here."""
