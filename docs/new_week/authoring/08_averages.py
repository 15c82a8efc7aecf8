# %% [markdown] lang="es"
# # Semana 8 · Promedios
#
# Cuatro maneras de resumir una lista de números. Escribe cada una sin cambiar lo que recibe.

# %% [markdown] lang="en"
# # Week 8 · Averages
#
# Four ways to sum up a list of numbers. Write each without changing what it is given.

# %% given="setup"
from pathlib import Path

import numpy as np


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


# %% [markdown] lang="es"
# **Ejercicio.** La media, $\frac{1}{n} \sum_i x_i$.

# %% [markdown] lang="en"
# **Exercise.** The mean, $\frac{1}{n} \sum_i x_i$.


# %% exercise="mean"
def mean(x):
    """Mean of x (n,): a number.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    ### BEGIN SOLUTION
    return np.sum(x) / len(x)
    ### END SOLUTION


# %% test="mean" points=2
assert np.isclose(mean(np.array([1.0, 2.0, 6.0])), 3.0), "(1 + 2 + 6) / 3 = 3"

# %% hidden="mean" points=3
from gradus.exam import Text, call, examine

with examine("averages.mean", mean) as exam:
    exam.agrees(
        Text("un vector al azar", "a random vector"),
        *(call(exam.rng.normal(size=n)) for n in (1, 4, 9)),
    )

# %% [markdown] lang="es"
# **Ejercicio.** La media con pesos $w_i > 0$, $\frac{\sum_i w_i x_i}{\sum_i w_i}$.

# %% [markdown] lang="en"
# **Exercise.** The mean with weights $w_i > 0$, $\frac{\sum_i w_i x_i}{\sum_i w_i}$.


# %% exercise="weighted_mean"
def weighted_mean(x, w):
    """Mean of x (n,) with weights w (n,): a number.

    >>> weighted_mean(np.array([1.0, 5.0]), np.array([3.0, 1.0]))
    2.0
    """
    ### BEGIN SOLUTION
    return np.sum(w * x) / np.sum(w)
    ### END SOLUTION


# %% test="weighted_mean" points=2
assert np.isclose(weighted_mean(np.array([1.0, 5.0]), np.array([3.0, 1.0])), 2.0), (
    "(3·1 + 1·5) / (3 + 1) = 2"
)

# %% hidden="weighted_mean" points=3
from gradus.exam import Text, call, examine

with examine("averages.weighted_mean", weighted_mean) as exam:
    exam.agrees(
        Text("pesos al azar", "random weights"),
        *(call(exam.rng.normal(size=n), exam.rng.uniform(1, 2, size=n)) for n in (1, 4, 9)),
    )

# %% [markdown] lang="es"
# **Ejercicio.** La media geométrica de números positivos,
# $\exp\left(\frac{1}{n} \sum_i \ln x_i\right)$.

# %% [markdown] lang="en"
# **Exercise.** The geometric mean of positive numbers,
# $\exp\left(\frac{1}{n} \sum_i \ln x_i\right)$.


# %% exercise="geometric_mean"
def geometric_mean(x):
    """Geometric mean of x (n,), all positive: a number.

    >>> geometric_mean([2.0, 8.0])
    4.0
    """
    ### BEGIN SOLUTION
    return np.exp(np.mean(np.log(x)))
    ### END SOLUTION


# %% test="geometric_mean" points=2
assert np.isclose(geometric_mean(np.array([2.0, 8.0])), 4.0), "√(2 · 8) = 4"

# %% hidden="geometric_mean" points=3
from gradus.exam import Text, call, examine

with examine("averages.geometric_mean", geometric_mean) as exam:
    exam.agrees(
        Text("números positivos al azar", "random positive numbers"),
        *(call(exam.rng.uniform(1, 5, size=n)) for n in (1, 3, 9)),
    )

# %% [markdown] lang="es"
# **Ejercicio.** La media hasta cada posición: la entrada $k$ es la media de $x_1, \dots, x_k$.

# %% [markdown] lang="en"
# **Exercise.** The mean up to each place: entry $k$ is the mean of $x_1, \dots, x_k$.


# %% exercise="running_mean"
def running_mean(x):
    """Means of the first 1, 2, …, n entries of x (n,): an array (n,).

    >>> running_mean([2.0, 4.0, 0.0])
    array([2., 3., 2.])
    """
    ### BEGIN SOLUTION
    return np.cumsum(x) / np.arange(1, len(x) + 1)
    ### END SOLUTION


# %% test="running_mean" points=2
assert np.allclose(running_mean(np.array([2.0, 4.0, 0.0])), [2, 3, 2]), "2/1, 6/2, 6/3"

# %% hidden="running_mean" points=3
from gradus.exam import Text, call, examine

with examine("averages.running_mean", running_mean) as exam:
    exam.agrees(
        Text("un vector al azar", "a random vector"),
        *(call(exam.rng.normal(size=n)) for n in (1, 4, 9)),
    )
