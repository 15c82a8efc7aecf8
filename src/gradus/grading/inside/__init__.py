"""What runs inside the sandbox, beside the student's code.

These files import nothing of ours but each other: they are bound into the sandbox as
``/gradus``, read-only, and hold nothing that a student should not see.
"""
