"""Week 8: mistakes about averages."""

import numpy as np

from gradus.catalogue import misconception
from gradus.text import Text


@misconception(
    "averages.mean",
    title=Text("la suma", "the sum"),
    hint=Text(
        "falta dividir por la cantidad de números",
        "divide by how many numbers there are",
    ),
)
def only_the_sum(x):
    return np.sum(x)


@misconception(
    "averages.mean",
    title=Text("el punto medio entre los extremos", "the middle between the extremes"),
    hint=Text(
        "la media cuenta todos los números, no solo dos",
        "the mean counts every number, not just two",
    ),
)
def middle_of_the_range(x):
    return (np.min(x) + np.max(x)) / 2


@misconception(
    "averages.weighted_mean",
    title=Text("la media sin pesos", "the mean without weights"),
    hint=Text(
        "cada número cuenta según su peso",
        "each number counts by its weight",
    ),
)
def weights_forgotten(x, w):
    return np.mean(x)


@misconception(
    "averages.weighted_mean",
    title=Text("una división por n", "a division by n"),
    hint=Text(
        "los pesos no suman n: ¿por qué hay que dividir?",
        "the weights do not sum to n: what should be divided by?",
    ),
)
def divided_by_the_count(x, w):
    return np.dot(w, x) / len(x)


@misconception(
    "averages.geometric_mean",
    title=Text("la media aritmética", "the arithmetic mean"),
    hint=Text(
        "aquí los números se multiplican",
        "here numbers are multiplied",
    ),
)
def arithmetic_mean(x):
    return np.mean(x)


@misconception(
    "averages.geometric_mean",
    title=Text("el logaritmo del resultado", "the logarithm of the result"),
    hint=Text(
        "después de promediar logaritmos falta volver",
        "after averaging logarithms, come back",
    ),
)
def logarithm_kept(x):
    return np.mean(np.log(x))


@misconception(
    "averages.running_mean",
    title=Text("la suma acumulada", "the running sum"),
    hint=Text(
        "falta dividir cada entrada por cuántas sumó",
        "divide each entry by how many it has summed",
    ),
)
def running_sum(x):
    return np.cumsum(x)


@misconception(
    "averages.running_mean",
    title=Text("una división por n en todas partes", "a division by n everywhere"),
    hint=Text(
        "la entrada k solo conoce k números",
        "entry k knows k numbers only",
    ),
)
def divided_by_all(x):
    return np.cumsum(x) / len(x)
