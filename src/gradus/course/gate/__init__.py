"""The release gate: a week's tests are tested before students meet them.

Right answers of every style must pass, wrong ones must fail and be named, for any hidden inputs and
in any order; see ``docs/gate.md`` for what each figure means.
"""
