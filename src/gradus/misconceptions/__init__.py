"""Answers that are wrong on purpose, one module per week.

Each is a mistake that students really make. The examiner tries them when an answer is wrong and
names the one that behaves the same. Where several behave the same on every input of an exam, the
first in the module is named: put the more specific first.
"""
