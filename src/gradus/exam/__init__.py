"""What a hidden test is written with: agreement, properties, diagnosis, messages.

A hidden test reads::

    with examine("perceptron.heaviside", heaviside) as exam:
        exam.agrees(Text("z = 0", "z = 0"), call(0.0), call(np.zeros((2, 3))))

Leaving the block gives the verdict: nothing happens if all is right, else :class:`Wrong` is raised
with a message for the student in the course's language.
"""

from gradus.exam.examination import Examination, Wrong, call, careful, examine, once
from gradus.text import Text

__all__ = ["Examination", "Text", "Wrong", "call", "careful", "examine", "once"]
