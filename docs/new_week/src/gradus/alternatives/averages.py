"""Week 8: right answers in other styles."""

import numpy as np

from gradus.catalogue import alternative


@alternative("averages.mean")
def numpy_mean(x):
    return np.mean(x)


@alternative("averages.weighted_mean")
def numpy_average(x, w):
    return np.average(x, weights=w)


@alternative("averages.geometric_mean")
def root_of_the_product(x):
    return np.prod(x) ** (1 / len(x))


@alternative("averages.running_mean")
def one_slice_each(x):
    return [np.mean(x[: k + 1]) for k in range(len(x))]
