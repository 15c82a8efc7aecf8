# %% [markdown] lang="es"
# # Semana 6 · Descenso estocástico
#
# Para saber hacia dónde bajar con exactitud hay que mirar todos los ejemplos. ¿Y si bastara con mirar unos pocos,
# elegidos al azar, y dar el paso de inmediato? El paso sale torcido, pero sale mil veces más barato:
#
# > Por época: barajar. Por minibatch de $m$ ejemplos: salida, costo, gradientes, actualización
# > $\theta \leftarrow \theta - \alpha\, g_m$. Después, el costo medio.
#
# Al terminar este notebook podrás:
#
# - escribir ese algoritmo sin perder ejemplos ni separarlos de sus etiquetas;
# - decir cuánto ruido tiene el gradiente de un minibatch, y a qué ley obedece;
# - dar el mismo paso con torch, en la CPU o en la GPU;
# - medir cuántos ejemplos por segundo procesa una máquina, sin engañarte.
#
# Cada pregunta se califica sola. Ninguna función cambia sus argumentos, salvo las de torch, cuyo trabajo es cambiar
# el modelo. Donde aparece `rng`, es un generador de NumPy y todo el azar sale de él.

# %% [markdown] lang="en"
# # Week 6 · Stochastic descent
#
# To know exactly which way is down one must look at all examples. What if it were enough to look at a few, chosen at
# random, and take the step at once? The step comes out crooked, but it is a thousand times cheaper:
#
# > Per epoch: shuffle. Per minibatch of $m$ examples: output, cost, gradients, update
# > $\theta \leftarrow \theta - \alpha\, g_m$. Then, the mean cost.
#
# At the end of this notebook you will be able to:
#
# - write this algorithm without losing examples or separating them from their labels;
# - say how much noise the gradient of a minibatch has, and which law it obeys;
# - take the same step with torch, on the CPU or on the GPU;
# - measure how many examples per second a machine handles, without fooling yourself.
#
# Each question is graded alone. No function changes its arguments, except those with torch, whose job is to change the
# model. Where `rng` appears, it is a NumPy generator and all randomness comes from it.

# %% given="setup"
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


# %% [markdown] lang="es"
# ## 1. Repartir al azar
#
# **Ejercicio.** Escribe `minibatches(n, m, rng)`: una lista (o un generador) de arreglos de índices que reparte los
# números $0, 1, \dots, n - 1$ al azar, cada uno en exactamente un arreglo. Todos tienen `m` índices, salvo el último
# si `m` no divide a `n`: ese se queda con los que sobran. Con el mismo `rng` sale el mismo reparto.

# %% [markdown] lang="en"
# ## 1. Dealing at random
#
# **Exercise.** Write `minibatches(n, m, rng)`: a list (or a generator) of arrays of indices that deals the numbers
# $0, 1, \dots, n - 1$ at random, each into exactly one array. All have `m` indices, except the last if `m` does not
# divide `n`: it gets those that are left. The same `rng` gives the same deal.


# %% exercise="minibatches"
def minibatches(n, m, rng):
    """A random partition of 0 … n - 1 into arrays of m indices; the last holds what is left.

    >>> [len(batch) for batch in minibatches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start : start + m] for start in range(0, n, m)]
    ### END SOLUTION


# %% test="minibatches" points=0.5
_batches = [list(_batch) for _batch in minibatches(10, 4, np.random.default_rng(1))]
assert [len(_batch) for _batch in _batches] == [4, 4, 2], "10 = 4 + 4 + 2"
_dealt = [int(_index) for _batch in _batches for _index in _batch]
assert sorted(_dealt) == list(range(10)), say(
    "cada índice aparece exactamente una vez", "each index appears exactly once"
)
assert _dealt != list(range(10)), say("el orden es al azar", "the order is random")

# %% hidden="minibatches" points=2.5
from gradus.exam import Text, examine

_SIZES = ((10, 4), (12, 3), (7, 7), (5, 9), (9, 1), (1, 1), (100, 32))


def _deal(f, n, m, seed):
    return [[int(i) for i in batch] for batch in f(n, m, np.random.default_rng(seed))]


def _shares(f):
    # Of 10 indices the first batch takes 4: over 300 deals each is in it Bin(300, 0.4) times, with
    # standard deviation 8.5; 55 is more than six of them away: a false alarm less than once in 10⁷.
    counts = np.zeros(10)
    for seed in range(300):
        counts[_deal(f, 10, 4, _seed + seed)[0]] += 1
    return np.all(np.abs(counts - 120) < 55)


def _mixed(f):
    # Of the 59 pairs (i, i + 1) a random deal of 60 by sixes leaves 5 together, with standard
    # deviation 2; a deal of whole blocks 50. 30 are twelve of them away: less than once in 10¹⁰.
    batches = _deal(f, 60, 6, _seed)
    return sum(i + 1 in batch for batch in batches for i in batch) < 30


def _groups(f, seed):
    return {frozenset(batch) for batch in _deal(f, 30, 4, seed)}


def _goes_on(f):
    rng = np.random.default_rng(_seed)
    first, second = ([list(map(int, batch)) for batch in f(30, 4, rng)] for _ in range(2))
    return first != second


with examine("sgd.minibatches", minibatches) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(
        Text("los tamaños de los minibatches", "the sizes of the minibatches"),
        *(
            lambda f, n=n, m=m: np.array([len(batch) for batch in _deal(f, n, m, _seed)])
            for n, m in _SIZES
        ),
    )
    exam.holds(
        Text("cada índice aparece exactamente una vez", "each index appears exactly once"),
        lambda f: all(
            sorted(i for batch in _deal(f, n, m, _seed) for i in batch) == list(range(n))
            for n, m in _SIZES
        ),
    )
    exam.holds(
        Text("los índices son enteros", "the indices are integers"),
        lambda f: all(
            np.asarray(batch).dtype.kind in "iu" for batch in f(10, 4, np.random.default_rng(_seed))
        ),
    )
    exam.holds(
        Text("con el mismo rng sale el mismo reparto", "the same rng gives the same deal"),
        lambda f: _deal(f, 100, 32, _seed) == _deal(f, 100, 32, _seed),
    )
    # Two deals of thirty agree by chance less than once in 10²⁰.
    exam.holds(
        Text("otro rng da otros minibatches", "another rng gives other minibatches"),
        lambda f: _groups(f, _seed) != _groups(f, _seed + 1),
    )
    exam.holds(
        Text("dos repartos seguidos son distintos", "two deals in a row are different"),
        _goes_on,
    )
    exam.holds(
        Text("todos los índices salen primero igual de seguido", "all indices come first as often"),
        _shares,
    )
    exam.holds(
        Text(
            "se barajan los ejemplos uno por uno, no por bloques",
            "examples are shuffled one by one, not in blocks",
        ),
        _mixed,
    )

# %% [markdown] lang="es"
# ## 2. Una época
#
# Los parámetros son un diccionario de arreglos, `params`, y `loss_and_grad(params, X, Y)` entrega el par (costo medio
# en esos ejemplos, diccionario de gradientes con las mismas claves). Por cada minibatch:
#
# $$\theta \leftarrow \theta - \alpha\, g_m$$
#
# **Ejercicio.** Escribe `sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)`: una pasada por los ejemplos, en un orden
# nuevo. Devuelve `(params, costo)`: un diccionario nuevo con los parámetros finales, y la media **sobre los ejemplos**
# de los costos de los minibatches, cada uno tomado **antes** de su propia actualización. Lo que entra no cambia. Puedes
# usar `minibatches`.

# %% [markdown] lang="en"
# ## 2. One epoch
#
# The parameters are a dictionary of arrays, `params`, and `loss_and_grad(params, X, Y)` delivers the pair (mean cost on
# these examples, dictionary of gradients with the same keys). For each minibatch:
#
# $$\theta \leftarrow \theta - \alpha\, g_m$$
#
# **Exercise.** Write `sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)`: one pass over the examples, in a fresh order.
# It returns `(params, cost)`: a new dictionary with the final parameters, and the mean **over the examples** of the
# minibatch costs, each taken **before** its own update. What comes in does not change. You may use `minibatches`.


# %% exercise="sgd_epoch"
def sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng):
    """One epoch of minibatch descent over X (n, d), Y (n,): (new params, mean cost).

    >>> slope = lambda params, X, Y: (1.0, {"w": np.array([0.5])})
    >>> X, Y, rng = np.zeros((4, 1)), np.zeros(4), np.random.default_rng(0)
    >>> sgd_epoch({"w": np.array([3.0])}, X, Y, slope, 0.1, 2, rng)
    ({'w': array([2.9])}, 1.0)
    """
    ### BEGIN SOLUTION
    total = 0.0
    for batch in minibatches(len(X), m, rng):
        cost, grads = loss_and_grad(params, X[batch], Y[batch])
        params = {name: params[name] - lr * grads[name] for name in params}
        total += cost * len(batch)
    return params, total / len(X)
    ### END SOLUTION


# %% test="sgd_epoch"
def _pull(params, X, Y):
    """Half the mean square of w - y, and its gradient."""
    return np.mean((params["w"] - Y) ** 2) / 2, {"w": np.mean(params["w"] - Y)}


_Y = np.array([0.0, 0.0, 3.0])
_start = {"w": np.array(1.0)}
_new, _cost = sgd_epoch(_start, np.zeros((3, 1)), _Y, _pull, 0.5, 3, np.random.default_rng(0))
assert np.isclose(_new["w"], 1.0), say(
    "m = n: un solo paso, y en w = media(Y) = 1 el gradiente es 0",
    "m = n: one step, and at w = mean(Y) = 1 the gradient is 0",
)
assert np.isclose(_cost, 1.0), "(½·1² + ½·1² + ½·2²) / 3 = 1"
_new, _cost = sgd_epoch(
    _start, np.zeros((3, 1)), np.zeros(3), _pull, 0.5, 2, np.random.default_rng(0)
)
assert np.isclose(_new["w"], 0.25), say(
    "m = 2 y n = 3: dos pasos, 1 → ½ → ¼", "m = 2 and n = 3: two steps, 1 → ½ → ¼"
)
assert np.isclose(_cost, 0.375), say(
    "costos ½ (dos ejemplos) y ⅛ (uno): (2·½ + 1·⅛) / 3 = 0.375",
    "costs ½ (two examples) and ⅛ (one): (2·½ + 1·⅛) / 3 = 0.375",
)
assert _start["w"] == 1.0, say("los parámetros de entrada no cambian", "the parameters given stay")

# %% hidden="sgd_epoch" points=2.5
from gradus.exam import Text, careful, examine


def _linear(params, X, Y):
    error = np.asarray(X) @ params["w"] + params["b"] - Y
    n = len(error)
    return float(np.mean(error**2) / 2), {"w": np.asarray(X).T @ error / n, "b": error.sum() / n}


class _Diary:
    """Runs an epoch and keeps every request for a gradient, once per minibatch."""

    def __init__(self, f, n, m, seed, lr=0.1):
        rng = np.random.default_rng(_seed)
        self.Y = np.arange(n) / n
        self.X = np.column_stack([self.Y, rng.normal(size=n)])
        self.start = {"w": rng.normal(size=2), "b": np.array(0.3)}
        self.lr, self.seen = lr, []
        seen = self.seen

        def answer(params, X, Y):
            kept = {name: np.array(value, dtype=float) for name, value in params.items()}
            if not seen or not np.array_equal(seen[-1][1], X):
                seen.append((kept, np.array(X), np.array(Y)))
            return _linear(kept, X, Y)

        self.end, self.cost = careful(f)(
            self.start, self.X, self.Y, answer, lr, m, np.random.default_rng(seed)
        )

    def rows(self):
        return [float(y) for _, _, Y in self.seen for y in Y]

    def whole(self):
        return sorted(self.rows()) == sorted(self.Y.tolist())

    def groups(self):
        return {frozenset(Y.tolist()) for _, _, Y in self.seen}

    def mixed(self):
        # As in a random deal of 60 by sixes: of 59 pairs of neighbours 5 stay together, with standard
        # deviation 2; 30 are twelve of them away: a false alarm less than once in 10¹⁰.
        rows = [set(np.rint(Y * len(self.Y)).astype(int).tolist()) for _, _, Y in self.seen]
        return sum(i + 1 in batch for batch in rows for i in batch) < 30

    def paired(self):
        return all(np.array_equal(X[:, 0], Y) for _, X, Y in self.seen)

    def followed(self):
        params = self.start
        for given, X, Y in self.seen:
            if not all(np.allclose(given[name], params[name], rtol=1e-9) for name in params):
                return False
            grads = _linear(params, X, Y)[1]
            params = {name: params[name] - self.lr * grads[name] for name in params}
        return all(np.allclose(self.end[name], params[name], rtol=1e-9) for name in params)

    def averaged_where_equal(self):
        """The same where all minibatches have one size."""
        return len({len(Y) for _, _, Y in self.seen}) > 1 or self.averaged()

    def averaged(self):
        costs = [_linear(params, X, Y)[0] * len(Y) for params, X, Y in self.seen]
        return np.isclose(float(self.cost), np.sum(costs) / len(self.Y), rtol=1e-9)


_CASES = ((10, 4), (9, 3), (5, 5), (7, 2), (3, 8))
with examine("sgd.sgd_epoch", sgd_epoch) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(
        Text(
            "un solo minibatch, al comparar los parámetros",
            "one minibatch only, comparing parameters",
        ),
        lambda f: _Diary(f, 5, 5, _seed).end,
        lambda f: _Diary(f, 3, 8, _seed).end,
    )
    exam.agrees(
        Text("un solo minibatch, al comparar el costo", "one minibatch only, comparing costs"),
        lambda f: _Diary(f, 5, 5, _seed).cost,
        lambda f: _Diary(f, 3, 8, _seed).cost,
    )
    for _law, _kept in (
        (
            Text("cada ejemplo se usa exactamente una vez", "each example is used exactly once"),
            "whole",
        ),
        (Text("cada fila conserva su etiqueta", "each row keeps its label"), "paired"),
        (
            Text(
                "cada paso parte de donde quedó el anterior",
                "each step starts where the last ended",
            ),
            "followed",
        ),
        (
            Text("el costo se toma antes de cada paso", "the cost is taken before each step"),
            "averaged_where_equal",
        ),
        (
            Text(
                "el costo es la media sobre los ejemplos", "the cost is the mean over the examples"
            ),
            "averaged",
        ),
    ):
        exam.holds(
            _law,
            lambda f, kept=_kept: all(getattr(_Diary(f, n, m, _seed), kept)() for n, m in _CASES),
        )
    exam.agrees(
        Text("los tamaños de los minibatches", "the sizes of the minibatches"),
        *(
            lambda f, n=n, m=m: np.array([len(Y) for _, _, Y in _Diary(f, n, m, _seed).seen])
            for n, m in _CASES
        ),
    )
    exam.holds(
        Text("el orden sale de rng", "the order comes from rng"),
        lambda f: _Diary(f, 30, 4, _seed).rows() == _Diary(f, 30, 4, _seed).rows(),
    )
    # Two deals of thirty agree by chance less than once in 10²⁰.
    exam.holds(
        Text("otro rng da otros minibatches", "another rng gives other minibatches"),
        lambda f: _Diary(f, 30, 4, _seed).groups() != _Diary(f, 30, 4, _seed + 1).groups(),
    )
    exam.holds(
        Text(
            "se barajan los ejemplos uno por uno, no por bloques",
            "examples are shuffled one by one, not in blocks",
        ),
        lambda f: _Diary(f, 60, 6, _seed).mixed(),
    )

# %% [markdown] lang="es"
# ## 3. Muchas épocas
#
# **Ejercicio.** Escribe `sgd(params, X, Y, loss_and_grad, lr, m, epochs, rng)`: `epochs` épocas, cada una con un orden
# nuevo y a partir de donde quedó la anterior. Devuelve `(params, history)`, con el costo medio de cada época. Puedes
# usar `sgd_epoch`.

# %% [markdown] lang="en"
# ## 3. Many epochs
#
# **Exercise.** Write `sgd(params, X, Y, loss_and_grad, lr, m, epochs, rng)`: `epochs` epochs, each in a fresh order and
# starting where the last one ended. It returns `(params, history)`, with the mean cost of each epoch. You may use
# `sgd_epoch`.


# %% exercise="sgd"
def sgd(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    """Several epochs of minibatch descent: (new params, list of one mean cost per epoch).

    >>> slope = lambda params, X, Y: (1.0, {"w": np.array([0.5])})
    >>> X, Y, rng = np.zeros((4, 1)), np.zeros(4), np.random.default_rng(0)
    >>> sgd({"w": np.array([3.0])}, X, Y, slope, 0.1, 2, 3, rng)
    ({'w': array([2.7])}, [1.0, 1.0, 1.0])
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(epochs):
        params, cost = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
        history.append(cost)
    return params, history
    ### END SOLUTION


# %% test="sgd"
def _half_square(params, X, Y):
    """Half the mean square of w - y, and its gradient."""
    return np.mean((params["w"] - Y) ** 2) / 2, {"w": np.mean(params["w"] - Y)}


_begin = {"w": np.array(1.0)}
_new, _history = sgd(
    _begin, np.zeros((2, 1)), np.zeros(2), _half_square, 0.5, 2, 3, np.random.default_rng(0)
)
assert np.isclose(_new["w"], 0.125), say(
    "tres épocas: 1 → ½ → ¼ → ⅛", "three epochs: 1 → ½ → ¼ → ⅛"
)
assert np.allclose(_history, [0.5, 0.125, 0.03125]), "½w²: ½, ⅛, 1/32"

# %% hidden="sgd" points=2
from gradus.exam import Text, careful, examine


def _line(params, X, Y):
    error = np.asarray(X) @ params["w"] - Y
    return float(np.mean(error**2) / 2), {"w": np.asarray(X).T @ error / len(error)}


class _Log:
    """Runs several epochs and keeps the labels and parameters of every request."""

    def __init__(self, f, n, m, epochs, seed, lr=0.2):
        rng = np.random.default_rng(_seed)
        self.n, self.m, self.epochs, self.lr, self.calls = n, m, epochs, lr, []
        self.Y = np.arange(n) / n
        self.X = np.column_stack([self.Y, rng.normal(size=n)])
        self.start = {"w": rng.normal(size=2)}
        calls = self.calls

        def answer(params, X, Y):
            kept = {"w": np.array(params["w"], dtype=float)}
            # Cost and gradient may be asked for one by one.
            asked_again = calls and all(map(np.array_equal, calls[-1][1:], (X, Y)))
            if not asked_again or not np.array_equal(calls[-1][0]["w"], kept["w"]):
                calls.append((kept, np.array(X), np.array(Y)))
            return _line(kept, X, Y)

        self.end, self.history = careful(f)(
            self.start, self.X, self.Y, answer, lr, m, epochs, np.random.default_rng(seed)
        )

    def rounds(self):
        """The labels seen in each epoch, in their order."""
        per_epoch = -(-self.n // self.m)
        return [
            [float(y) for _, _, Y in self.calls[k : k + per_epoch] for y in Y]
            for k in range(0, len(self.calls), per_epoch)
        ]

    def whole(self):
        rounds = self.rounds()
        return len(rounds) == self.epochs and all(sorted(r) == sorted(self.Y) for r in rounds)

    def fresh(self):
        return len({tuple(r) for r in self.rounds()}) == self.epochs

    def followed(self):
        w = self.start["w"]
        for given, X, Y in self.calls:
            if not np.allclose(given["w"], w, rtol=1e-9):
                return False
            w = w - self.lr * _line({"w": w}, X, Y)[1]["w"]
        return np.allclose(self.end["w"], w, rtol=1e-9)

    def told(self):
        costs = [_line(params, X, Y)[0] * len(Y) for params, X, Y in self.calls]
        per_epoch = -(-self.n // self.m)
        sums = [sum(costs[k : k + per_epoch]) / self.n for k in range(0, len(costs), per_epoch)]
        return np.shape(self.history) == (self.epochs,) and np.allclose(self.history, sums)


with examine("sgd.sgd", sgd) as exam:
    _seed = int(exam.rng.integers(10**9))
    for _law, _kept in (
        (Text("cada época usa cada ejemplo una vez", "each epoch uses each example once"), "whole"),
        (Text("cada época tiene su propio orden", "each epoch has an order of its own"), "fresh"),
        (Text("cada época sigue a la anterior", "each epoch goes on from the last"), "followed"),
        (
            Text(
                "la historia tiene el costo medio de cada época",
                "the history has the mean cost of each epoch",
            ),
            "told",
        ),
    ):
        exam.holds(
            _law,
            lambda f, kept=_kept: all(
                getattr(_Log(f, n, m, epochs, _seed), kept)()
                for n, m, epochs in ((20, 6, 3), (24, 24, 2), (25, 5, 4), (21, 4, 1))
            ),
        )
    exam.holds(
        Text("el orden sale de rng", "the order comes from rng"),
        lambda f: (
            _Log(f, 20, 6, 2, _seed).rounds() == _Log(f, 20, 6, 2, _seed).rounds()
            and _Log(f, 20, 6, 2, _seed).rounds() != _Log(f, 20, 6, 2, _seed + 1).rounds()
        ),
    )
    exam.holds(
        Text(
            "se completan las épocas aunque el costo suba",
            "all epochs are run, even if the cost rises",
        ),
        lambda f: _Log(f, 20, 6, 4, _seed, lr=6.0).told(),
    )
    exam.agrees(
        Text("cero épocas", "no epochs"),
        lambda f: np.asarray(_Log(f, 6, 2, 0, _seed).history),
        lambda f: _Log(f, 6, 2, 0, _seed).end,
    )

# %% [markdown] lang="es"
# Los dígitos de scikit-learn, un modelo lineal con softmax (ya escrito), y cuatro tamaños de minibatch. Con la misma
# cantidad de **épocas**, es decir, de ejemplos mirados, ¿quién baja más? Con $m = 1$ la tasa es menor, porque el paso tiembla.

# %% [markdown] lang="en"
# Scikit-learn's digits, a linear model with softmax (already written), and four sizes of minibatch. For the same number
# of **epochs**, that is, of examples looked at, who goes down furthest? For $m = 1$ the rate is lower, since the step trembles.

# %% given="plot_epochs"
from sklearn.datasets import load_digits

_images, DIGITS = load_digits(return_X_y=True)
IMAGES = _images / 16.0


def softmax_loss_and_grad(params, X, Y):
    """Mean cross entropy of a linear model with softmax, and its gradients."""
    logits = X @ params["W"] + params["b"]
    logits = logits - logits.max(axis=1, keepdims=True)
    log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    delta = np.exp(log_shares)
    delta[np.arange(len(Y)), Y] -= 1
    delta /= len(Y)
    cost = -log_shares[np.arange(len(Y)), Y].mean()
    return cost, {"W": X.T @ delta, "b": delta.sum(axis=0)}


_zero = {"W": np.zeros((64, 10)), "b": np.zeros(10)}
figure, axis = plt.subplots(figsize=(8, 3.4), layout="constrained")
for _m, _color, _style in (
    (1, RED, ":"),
    (16, GREEN, "-"),
    (256, BLUE, "--"),
    (len(DIGITS), "0.4", "-."),
):
    _lr = 0.05 if _m == 1 else 0.5
    _, _history = sgd(
        _zero, IMAGES, DIGITS, softmax_loss_and_grad, _lr, _m, 8, np.random.default_rng(0)
    )
    _label = f"m = {'n' if _m == len(DIGITS) else _m}, α = {_lr}"
    axis.semilogy(
        range(1, 9), _history, _style, color=_color, lw=2.2, marker="o", ms=4, label=_label
    )
axis.set(xlabel=say("época", "epoch"), ylabel=say("costo medio", "mean cost"))
figure.legend(loc="outside right upper")
axis.grid(alpha=0.3, which="both")
plt.show()

# %% [markdown] lang="es"
# ## 4. El ruido
#
# El gradiente de un minibatch, $g_m$, estima el de todos, $g = \frac1n \sum_i g_i$. ¿Cuánto se equivoca? Si los $m$
# ejemplos se sortean **con repetición** (cada uno, independiente de los demás, con igual probabilidad entre los $n$),
#
# $$\mathbb{E}\,\|g_m - g\|^2 = \frac{1}{m} \cdot \frac1n \sum_i \|g_i - g\|^2$$
#
# **Ejercicio.** Escribe `gradient_noise(per_example_grads, m, rng, draws)`, que mide el lado izquierdo: sortea `draws`
# minibatches de `m` ejemplos con repetición y devuelve la media de $\|g_m - g\|^2$. La matriz tiene forma `(n, p)`, con
# un gradiente por fila; `m` puede ser mayor que `n`.

# %% [markdown] lang="en"
# ## 4. The noise
#
# The gradient of a minibatch, $g_m$, estimates that of all, $g = \frac1n \sum_i g_i$. How wrong is it? If the $m$ examples
# are drawn **with replacement** (each, independent of the others, with equal chance among the $n$),
#
# $$\mathbb{E}\,\|g_m - g\|^2 = \frac{1}{m} \cdot \frac1n \sum_i \|g_i - g\|^2$$
#
# **Exercise.** Write `gradient_noise(per_example_grads, m, rng, draws)`, which measures the left side: draw `draws`
# minibatches of `m` examples with replacement and return the mean of $\|g_m - g\|^2$. The matrix has shape `(n, p)`, one
# gradient per row; `m` may be larger than `n`.


# %% exercise="gradient_noise"
def gradient_noise(per_example_grads, m, rng, draws):
    """Mean of |g_m - g|² over draws minibatches of m rows, with replacement, of an array (n, p).

    >>> gradient_noise(np.array([[-1.0], [1.0]]), 1, np.random.default_rng(0), 50)
    1.0
    """
    ### BEGIN SOLUTION
    mean = np.mean(per_example_grads, axis=0)
    total = 0.0
    for _ in range(draws):
        chosen = rng.integers(0, len(per_example_grads), size=m)
        total += np.sum((np.mean(per_example_grads[chosen], axis=0) - mean) ** 2)
    return total / draws
    ### END SOLUTION


# %% test="gradient_noise" points=0.5
_same = np.ones((5, 3))
assert np.isclose(gradient_noise(_same, 2, np.random.default_rng(0), 10), 0), say(
    "si todos los gradientes son iguales no hay ruido",
    "if all gradients are equal there is no noise",
)
_two = np.array([[-1.0], [1.0]])
assert np.isclose(gradient_noise(_two, 1, np.random.default_rng(0), 50), 1), "m = 1: (±1 − 0)² = 1"
_noise = gradient_noise(_two, 4, np.random.default_rng(0), 4000)
assert 0.2 < _noise < 0.3, say(
    "m = 4: un cuarto, aunque n = 2", "m = 4: one quarter, although n = 2"
)

# %% hidden="gradient_noise" points=2
from functools import cache

from gradus.exam import Text, careful, examine


@cache
def _ratio(f, gradients, m, draws=3000):
    """Measured over expected noise; its standard deviation is below 2.1/√draws = 0.038."""
    G = _clouds[gradients]
    expected = np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1)) / m
    return float(careful(f)(G, m, np.random.default_rng(_seed), draws)) / expected


with examine("sgd.gradient_noise", gradient_noise) as exam:
    _seed = int(exam.rng.integers(10**9))
    _G = 3 + exam.rng.normal(size=(6, 3)) * np.array([1.0, 2.0, 0.5])
    _one = exam.rng.normal(size=(9, 1)) - 2
    _clouds = {"some": _G, "one": _one, "two": np.array([[0.0], [1.0]])}
    # More than five standard deviations on either side, whatever the gradients (seven for most): with
    # all of the comparisons below a false alarm less than once in 10⁶.
    for _m, _name in ((1, "1"), (3, "3"), (6, "n"), (24, "4n")):
        exam.holds(
            Text(
                f"con m = {_name} el ruido no es menor que el esperado",
                f"with m = {_name} the noise is not too small",
            ),
            lambda f, m=_m: _ratio(f, "some", m) > 0.8,
        )
        exam.holds(
            Text(
                f"con m = {_name} el ruido no es mayor que el esperado",
                f"with m = {_name} the noise is not too large",
            ),
            lambda f, m=_m: _ratio(f, "some", m) < 1.25,
        )
    exam.holds(
        Text(
            "con un solo parámetro el ruido es el esperado",
            "with one parameter the noise is as expected",
        ),
        lambda f: 0.8 < _ratio(f, "one", 2) < 1.25,
    )
    exam.holds(
        Text("todas las filas salen igual de seguido", "all rows are drawn as often"),
        lambda f: 0.8 < _ratio(f, "two", 16) < 1.25,
    )
    exam.holds(
        Text("el sorteo sale de rng", "the draw comes from rng"),
        lambda f: (
            f(_G, 2, np.random.default_rng(_seed), 5) == f(_G, 2, np.random.default_rng(_seed), 5)
        ),
    )
    exam.holds(
        Text("otro rng da otro sorteo", "another rng gives another draw"),
        lambda f: len({float(f(_G, 9, np.random.default_rng(_seed + k), 5)) for k in range(9)}) > 1,
    )
    # The draw of one example gives the square of one row.
    exam.holds(
        Text("hay tantos sorteos como dice `draws`", "there are as many draws as `draws` says"),
        lambda f: np.any(
            np.isclose(
                np.sum((_G - _G.mean(axis=0)) ** 2, axis=1),
                float(f(_G, 1, np.random.default_rng(_seed), 1)),
            )
        ),
    )
    exam.agrees(
        Text("una media de muchos sorteos", "a mean over many draws"),
        lambda f: np.round(
            float(f(np.array([[-1.0], [1.0]]), 1, np.random.default_rng(_seed), 7)), 9
        ),
    )

# %% [markdown] lang="es"
# Los gradientes de verdad de los dígitos, uno por ejemplo, y la sorpresa: sin importar el modelo ni los datos, en
# escala logarítmica el ruido es una recta de pendiente −1. Duplicar $m$ divide el ruido por dos, ni más ni menos.

# %% [markdown] lang="en"
# The real gradients of the digits, one per example, and the surprise: whatever the model and the data, on a logarithmic
# scale the noise is a line of slope −1. Doubling $m$ halves the noise, no more and no less.

# %% given="plot_noise"
_logits = IMAGES @ _zero["W"]
_delta = np.full((len(DIGITS), 10), 0.1)
_delta[np.arange(len(DIGITS)), DIGITS] -= 1
_per_example = (IMAGES[:, :, None] * _delta[:, None, :]).reshape(len(DIGITS), -1)
_ms = 2 ** np.arange(9)
_rng = np.random.default_rng(6)
_noise = [gradient_noise(_per_example, int(_m), _rng, 120) for _m in _ms]
_slope = np.polyfit(np.log(_ms), np.log(_noise), 1)[0]
_law = np.mean(np.sum((_per_example - _per_example.mean(axis=0)) ** 2, axis=1))
figure, axis = plt.subplots(figsize=(5.6, 3.3), layout="constrained")
axis.loglog(_ms, _noise, "o", color=BLUE, label=say("medido", "measured"))
axis.loglog(_ms, _law / _ms, color="0.4", lw=1.5, label=r"$\propto 1/m$")
axis.set(
    xlabel="$m$",
    ylabel=r"$\mathbb{E}\,\|g_m - g\|^2$",
    title=say(f"pendiente medida: {_slope:.2f}", f"measured slope: {_slope:.2f}"),
)
axis.legend()
axis.grid(alpha=0.3, which="both")
plt.show()

# %% [markdown] lang="es"
# ## 5. Cuando el minibatch no cabe
#
# A veces $m$ ejemplos no caben en la memoria, y el gradiente se junta por **partes**, quizás desiguales. Cada parte
# entrega su gradiente medio.
#
# **Ejercicio.** Escribe `accumulate(grads, sizes)`: `grads` es una lista de arreglos de una misma forma, `sizes` cuántos
# ejemplos tiene cada parte. Devuelve el gradiente medio sobre todos los ejemplos.

# %% [markdown] lang="en"
# ## 5. When the minibatch does not fit
#
# Sometimes $m$ examples do not fit into memory, and the gradient is gathered in **parts**, perhaps unequal. Each part
# delivers its mean gradient.
#
# **Exercise.** Write `accumulate(grads, sizes)`: `grads` is a list of arrays of one shape, `sizes` how many examples each
# part has. It returns the mean gradient over all examples.


# %% exercise="accumulate"
def accumulate(grads, sizes):
    """The mean gradient over all examples, from the mean gradients of parts of these sizes.

    >>> accumulate([np.array([1.0]), np.array([4.0])], [2, 1])
    array([2.])
    """
    ### BEGIN SOLUTION
    total = sum(size * np.asarray(grad) for grad, size in zip(grads, sizes))
    return total / sum(sizes)
    ### END SOLUTION


# %% test="accumulate" points=0.5
assert np.allclose(accumulate([np.array([1.0, 0.0]), np.array([4.0, 6.0])], [2, 1]), [2, 2]), (
    "(2·(1, 0) + 1·(4, 6)) / 3 = (2, 2)"
)

# %% hidden="accumulate" points=1.5
from gradus.exam import Text, call, examine

with examine("sgd.accumulate", accumulate) as exam:
    for _shape in ((3,), (2, 4), (1,)):
        exam.agrees(
            Text("partes desiguales", "unequal parts"),
            call([exam.rng.normal(size=_shape) for _ in range(4)], [5, 1, 3, 2]),
            call([exam.rng.normal(size=_shape) for _ in range(2)], [1, 9]),
        )
        exam.agrees(
            Text("una sola parte", "one part only"), call([exam.rng.normal(size=_shape)], [7])
        )

# %% [markdown] lang="es"
# ## 6. El mismo paso, con torch
#
# torch deriva por ti: `backward()` **suma** en el `.grad` de cada parámetro su derivada. Suma: si ahí había algo,
# se mezcla.
#
# **Ejercicio.** Escribe `torch_step(model, X, y, lr)`: un paso $\theta \leftarrow \theta - \alpha\, g_m$ sobre los
# parámetros de `model` (un `torch.nn.Module` que lleva `X`, `(m, d)`, a logits `(m, C)`), con la entropía cruzada media
# como costo. `y` trae enteros de 0 a `C` − 1. Devuelve el costo **antes** del paso, como número. No importa qué había en
# `.grad`, y todo ocurre en el dispositivo donde están los tensores.

# %% [markdown] lang="en"
# ## 6. The same step, with torch
#
# torch differentiates for you: `backward()` **adds** to the `.grad` of each parameter its derivative. Adds: if there
# was something, the two mix.
#
# **Exercise.** Write `torch_step(model, X, y, lr)`: one step $\theta \leftarrow \theta - \alpha\, g_m$ on the parameters of
# `model` (a `torch.nn.Module` that takes `X`, `(m, d)`, to logits `(m, C)`), with the mean cross entropy as cost. `y` holds
# integers from 0 to `C` − 1. It returns the cost **before** the step, as a number. It does not matter what `.grad` held,
# and everything happens on the device where the tensors are.


# %% exercise="torch_step"
def torch_step(model, X, y, lr):
    """One minibatch step of a torch model on X (m, d), y (m,); returns the cost before it.

    >>> certain = torch.nn.Linear(2, 1)  # one class only: its probability is 1
    >>> torch_step(certain, torch.ones(3, 2), torch.zeros(3, dtype=torch.long), 0.1)
    0.0
    """
    ### BEGIN SOLUTION
    model.zero_grad()
    cost = torch.nn.functional.cross_entropy(model(X), y)
    cost.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(lr * parameter.grad)
    return cost.item()
    ### END SOLUTION


# %% test="torch_step" points=0.5
_model = torch.nn.Linear(1, 2)
with torch.no_grad():
    for _parameter in _model.parameters():
        _parameter.zero_()
        _parameter.grad = torch.full_like(_parameter, 100.0)
_cost = torch_step(_model, torch.tensor([[2.0]]), torch.tensor([1]), 0.1)
assert np.isclose(float(_cost), np.log(2)), say("logits 0: costo log 2", "logits 0: cost log 2")
assert np.allclose(_model.bias.detach().numpy(), [-0.05, 0.05]), say(
    "∂/∂b = (½, −½): b pasa a (−0.05, 0.05), haya lo que haya en .grad",
    "∂/∂b = (½, −½): b becomes (−0.05, 0.05), whatever .grad held",
)
assert np.allclose(_model.weight.detach().numpy(), [[-0.1], [0.1]]), "∂/∂W = (½, −½)·2"

# %% hidden="torch_step" points=2
from gradus.exam import Text, examine


def _network_of(rng, d, h, c, stale):
    layers = [torch.nn.Linear(d, h), torch.nn.Tanh(), torch.nn.Linear(h, c)]
    model = torch.nn.Sequential(*layers).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.as_tensor(rng.normal(size=tuple(parameter.shape))))
            if stale:
                parameter.grad = torch.as_tensor(rng.normal(size=tuple(parameter.shape)))
    return model


def _steps(shown, seed, m, d, c, steps, lr, stale=False):
    """What is shown of a few steps: the costs that came back, or the parameters after them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        model = _network_of(rng, d, 4, c, stale)
        costs = []
        for _ in range(steps):
            X = torch.as_tensor(rng.normal(size=(m, d)))
            cost = f(model, X, torch.as_tensor(rng.integers(0, c, size=m)), lr)
            costs.append(cost.item() if isinstance(cost, torch.Tensor) else cost)
        if shown == "costs":
            return costs[0] if steps == 1 else costs
        return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])

    return probe


with examine("sgd.torch_step", torch_step) as exam:
    _seed = int(exam.rng.integers(10**9))
    # float32 is right as well: its rounding is 6e-8 of the logits, a few of them in a difference.
    _close = {"rtol": 1e-5, "atol": 1e-6}
    for _k, _case in enumerate(((5, 3, 4, 1, 0.3), (1, 2, 2, 1, 1.0), (8, 1, 3, 1, 0.05))):
        exam.agrees(
            Text("un paso, al comparar el costo devuelto", "one step, comparing the cost returned"),
            _steps("costs", _seed + _k, *_case),
            **_close,
        )
        exam.agrees(
            Text("un paso, al comparar los parámetros", "one step, comparing the parameters"),
            _steps("parameters", _seed + _k, *_case),
            **_close,
        )
    exam.agrees(
        Text("gradientes que quedaron de antes", "gradients left from before"),
        _steps("parameters", _seed + 9, 6, 3, 3, 1, 0.3, stale=True),
        **_close,
    )
    exam.agrees(
        Text("varios pasos seguidos", "several steps in a row"),
        _steps("costs", _seed + 10, 6, 3, 3, 4, 0.3),
        _steps("parameters", _seed + 10, 6, 3, 3, 4, 0.3),
        **_close,
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `torch_train(model, X, y, lr, m, epochs, rng)`: `epochs` épocas de pasos sobre minibatches de `m`
# ejemplos, en un orden nuevo cada vez. Cambia `model` y devuelve la historia: por época, la media sobre los ejemplos del
# costo de cada minibatch antes de su paso. Puedes usar `minibatches` y `torch_step`; un tensor acepta un arreglo de
# índices de NumPy.

# %% [markdown] lang="en"
# **Exercise.** Write `torch_train(model, X, y, lr, m, epochs, rng)`: `epochs` epochs of steps on minibatches of `m` examples,
# in a fresh order each time. It changes `model` and returns the history: per epoch, the mean over the examples of the cost
# of each minibatch before its step. You may use `minibatches` and `torch_step`; a tensor takes a NumPy array of indices.


# %% exercise="torch_train"
def torch_train(model, X, y, lr, m, epochs, rng):
    """Minibatch training of a torch model on X (n, d), y (n,): one mean cost per epoch.

    >>> model, X, y = torch.nn.Linear(2, 3), torch.ones(8, 2), torch.zeros(8, dtype=torch.long)
    >>> len(torch_train(model, X, y, 0.1, 4, 5, np.random.default_rng(0)))
    5
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(epochs):
        total = 0.0
        for batch in minibatches(len(X), m, rng):
            total += torch_step(model, X[batch], y[batch], lr) * len(batch)
        history.append(total / len(X))
    return history
    ### END SOLUTION


# %% test="torch_train"
_model = torch.nn.Linear(2, 3)
_X, _y = torch.eye(2).repeat(4, 1), torch.tensor([0, 1] * 4)
_history = torch_train(_model, _X, _y, 0.5, 3, 20, np.random.default_rng(0))
assert np.shape(_history) == (20,), say("un costo por época", "one cost per epoch")
assert _history[-1] < _history[0] / 2, say("entrenar baja el costo", "training lowers the cost")

# %% hidden="torch_train" points=2
from gradus.exam import Text, examine


def _trained(f, data, labels, lr, m, epochs, seed, weight, bias=0.0):
    model = torch.nn.Linear(np.shape(data)[1], 3).double()
    with torch.no_grad():
        model.weight.copy_(torch.as_tensor(weight))
        model.bias.copy_(torch.as_tensor(bias))
    X, y = torch.as_tensor(data), torch.as_tensor(labels)
    history = f(model, X, y, lr, m, epochs, np.random.default_rng(seed))
    if history is not None:
        history = [c.item() if isinstance(c, torch.Tensor) else c for c in history]
    weight, bias = (p.detach().numpy().copy() for p in (model.weight, model.bias))
    return {"history": history, "weight": weight, "bias": bias}


def _probe(key, *arguments):
    return lambda f: _trained(f, *arguments)[key]


def _again(f):
    """Two epochs, and twice one epoch with the same rng: equal if the order is drawn only once."""
    two = _trained(f, _data, _labels, 0.3, 6, 2, _seed, _start)["weight"]
    one = _trained(f, _data, _labels, 0.3, 6, 1, _seed, _start)
    more = _trained(f, _data, _labels, 0.3, 6, 1, _seed, one["weight"], one["bias"])["weight"]
    return not np.allclose(two, more)


def _mixes(f):
    # Two kinds of example take turns, so blocks of neighbours hold as many of each. In a random deal
    # the first twenty of forty do so with probability 1/4: sixteen times less than once in 10⁹.
    data, labels = np.tile([[1.0, 0.0], [0.0, 1.0]], (20, 1)), np.tile([0, 1], 20)
    ends = [
        _trained(f, data, labels, 0.3, 20, 1, _seed + k, np.zeros((3, 2)))["weight"]
        for k in range(16)
    ]
    return np.ptp(ends, axis=0).max() > 1e-9


with examine("sgd.torch_train", torch_train) as exam:
    _seed = int(exam.rng.integers(10**9))
    _data, _labels = exam.rng.normal(size=(20, 2)), exam.rng.integers(0, 3, size=20)
    _start = exam.rng.normal(size=(3, 2))
    exam.agrees(
        Text("minibatches de n ejemplos", "minibatches of n examples"),
        _probe("history", _data, _labels, 0.3, 20, 4, _seed, _start),
        _probe("weight", _data, _labels, 0.3, 20, 4, _seed, _start),
        rtol=1e-5,
        atol=1e-6,
    )
    # With α = 0 the order plays no part: each epoch costs the same, and the last part counts less.
    exam.agrees(
        Text("la media sobre los ejemplos", "the mean over the examples"),
        _probe("history", _data, _labels, 0.0, 6, 3, _seed, _start),
        _probe("history", _data, _labels, 0.0, 25, 1, _seed, _start),
        rtol=1e-5,
        atol=1e-6,
    )
    # Equal examples make the order irrelevant: what shows is how many steps an epoch has.
    _copies, _ones = np.tile(exam.rng.normal(size=2), (20, 1)), np.ones(20, dtype=int)
    exam.agrees(
        Text("la cantidad de pasos por época", "the number of steps per epoch"),
        _probe("weight", _copies, _ones, 0.3, 6, 2, _seed, _start),
        _probe("weight", _copies, _ones, 0.3, 5, 1, _seed, _start),
        rtol=1e-5,
        atol=1e-6,
    )
    exam.holds(
        Text("cada época tiene su propio orden", "each epoch has an order of its own"), _again
    )
    exam.holds(
        Text(
            "se barajan los ejemplos uno por uno, no por bloques",
            "examples are shuffled one by one, not in blocks",
        ),
        _mixes,
    )
    exam.holds(
        Text("con el mismo rng sale lo mismo", "the same rng gives the same"),
        lambda f: np.array_equal(
            *(_trained(f, _data, _labels, 0.3, 6, 2, _seed, _start)["weight"] for _ in range(2))
        ),
    )
    exam.holds(
        Text("otro rng da otro orden", "another rng gives another order"),
        lambda f: (
            not np.array_equal(
                *(
                    _trained(f, _data, _labels, 0.3, 6, 2, seed, _start)["weight"]
                    for seed in (_seed, _seed + 1)
                )
            )
        ),
    )

# %% [markdown] lang="es"
# Una red de dos capas con los dígitos de verdad, entrenada con tu `torch_train` en la GPU si esta máquina tiene una, y si
# no en la CPU: la celda dice dónde. Uno de cada cuatro dígitos queda fuera del entrenamiento, para probar con ellos.

# %% [markdown] lang="en"
# A network of two layers with the real digits, trained by your `torch_train` on the GPU if this machine has one, else on
# the CPU: the cell says where. One digit in four stays out of the training, to test with.

# %% given="plot_network"
_device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
_net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)).to(
    _device
)
_X = torch.as_tensor(IMAGES, dtype=torch.float32, device=_device)
_y = torch.as_tensor(DIGITS, device=_device)
_held_out = np.arange(len(DIGITS)) % 4 == 0
_train, _test = np.flatnonzero(~_held_out), np.flatnonzero(_held_out)
_history = torch_train(_net, _X[_train], _y[_train], 0.3, 16, 10, np.random.default_rng(0))
with torch.no_grad():
    _right = (_net(_X[_test]).argmax(dim=1) == _y[_test]).double().mean().item()
figure, axis = plt.subplots(figsize=(5.6, 3), layout="constrained")
axis.semilogy(range(1, 11), _history, "o-", color=BLUE, lw=2)
axis.set(
    xlabel=say("época", "epoch"),
    ylabel=say("costo medio", "mean cost"),
    title=say(f"aciertos en la prueba: {_right:.1%}", f"right on the test: {_right:.1%}"),
)
axis.grid(alpha=0.3, which="both")
plt.show()
print(say("Dispositivo usado:", "Device used:"), _device.upper())

# %% [markdown] lang="es"
# ## 7. ¿Cuán rápido?
#
# Las operaciones de un minibatch se hacen **en paralelo**: por eso la clase habla de la GPU. Pero medir es un arte. Una
# GPU (y cualquier dispositivo que trabaje aparte) recibe el pedido y devuelve el control de inmediato: si el reloj se lee
# entonces, mide el pedido y no el trabajo. Además, el primer paso paga preparativos, y cualquier paso puede sufrir una
# interrupción.
#
# **Ejercicio.** Escribe `throughput(step, m, repeats, sync)`, en ejemplos por segundo. `step()` procesa `m` ejemplos, o
# deja pedido que se procesen; `sync()` espera hasta que no quede trabajo pendiente, y puede ser `None` si no hay nada
# que esperar. Da un paso de calentamiento que no se mide, mide `repeats` pasos (un número impar) y usa la **mediana** de
# sus tiempos. El reloj no se lee nunca con trabajo en vuelo.

# %% [markdown] lang="en"
# ## 7. How fast?
#
# The operations of a minibatch are done **in parallel**: that is why the lecture speaks of the GPU. But measuring is an
# art. A GPU (and any device that works on its own) takes the order and gives control back at once: if the clock is read
# then, it measures the order and not the work. Besides, the first step pays for preparations, and any step may be
# interrupted.
#
# **Exercise.** Write `throughput(step, m, repeats, sync)`, in examples per second. `step()` handles `m` examples, or orders
# them to be handled; `sync()` waits until no work is pending, and may be `None` if there is nothing to wait for. Take one
# warm-up step that is not measured, measure `repeats` steps (an odd number), and use the **median** of their times. The
# clock is never read while work is in flight.


# %% exercise="throughput"
def throughput(step, m, repeats, sync):
    """Examples per second of step(), which handles m: the median of repeats, after a warm-up.

    sync: waits for work in flight, or None.
    """
    ### BEGIN SOLUTION
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return m / np.median(seconds[1:])
    ### END SOLUTION


# %% test="throughput" points=0.5
_rate = throughput(lambda: time.sleep(0.01), 10, 3, None)
assert _rate < 1020, say(
    "10 ejemplos en 0.01 s no pueden ser más de 1000 por segundo",
    "10 examples in 0.01 s cannot be more than 1000 per second",
)
assert _rate > 50, say(
    "m dividido por la mediana de los segundos", "m over the median of the seconds"
)

# %% hidden="throughput" points=3
import time as _time

from gradus.exam import Text, examine


class _Device:
    """Work that is done in the background: each step lasts as long as the list says."""

    def __init__(self, durations, asynchronous):
        self.durations = durations
        self.asynchronous = asynchronous
        self.asked = []
        self.over = []

    def step(self):
        now = _time.monotonic()
        lasts = self.durations[min(len(self.asked), len(self.durations) - 1)]
        self.over.append(max([now, *self.over[-1:]]) + lasts)
        self.asked.append(now)
        if not self.asynchronous:
            self.sync()

    def sync(self):
        if self.over:
            _time.sleep(max(0.0, self.over[-1] - _time.monotonic()))


def _rate(f, durations, repeats=1, m=100, asynchronous=True):
    """What f measures, or 0 if that cannot be."""
    # Waits are real, and a busy machine makes them longer, but not than the device's own record says:
    # the clock starts when the last step is over and before this one is asked for, and stops when
    # this one is over and before the next one is asked for. Where that leaves too much room, the
    # machine was busy, and longer waits are taken.
    for unit in (0.002, 0.01):
        device = _Device([unit * duration for duration in durations], asynchronous)
        rate = float(f(device.step, m, repeats, device.sync if asynchronous else None))
        while len(device.asked) <= repeats:
            device.step()
            device.sync()
        asked, over = np.array([*device.asked, _time.monotonic()]), np.array(device.over)
        steps = np.arange(1, repeats + 1)
        least = np.median(over[steps] - asked[steps])
        most = np.median(asked[steps + 1] - over[steps - 1])
        if most - least < unit:
            break
    return rate if 0.98 * m <= rate * most and rate * least <= 1.005 * m else 0


with examine("sgd.throughput", throughput) as exam:
    exam.holds(
        Text("el reloj espera al trabajo en vuelo", "the clock waits for work in flight"),
        lambda f: _rate(f, [2], repeats=3),
    )
    exam.holds(
        Text("el primer paso no se mide", "the first step is not measured"),
        lambda f: _rate(f, [5, 0], asynchronous=False),
    )
    exam.holds(
        Text("el trabajo del primer paso no se mide", "the work of the first step is not measured"),
        lambda f: _rate(f, [5, 0]),
    )
    exam.holds(
        Text("se miden `repeats` pasos", "`repeats` steps are measured"),
        lambda f: _rate(f, [0, 0, 5]),
    )
    exam.holds(
        Text("dos pasos lentos no arrastran el resultado", "two slow steps do not drag the result"),
        lambda f: _rate(f, [0, 5, 0, 5, 0, 0], repeats=5),
    )
    exam.holds(
        Text(
            "un último paso lento no arrastra el resultado",
            "a slow last step does not drag the result",
        ),
        lambda f: _rate(f, [0, 0, 0, 0, 0, 5], repeats=5),
    )
    exam.holds(
        Text(
            "dos pasos rápidos no arrastran el resultado", "two fast steps do not drag the result"
        ),
        lambda f: _rate(f, [3, 0, 3, 3, 3, 0], repeats=5),
    )
    exam.holds(
        Text("un ejemplo por paso, sin redondear", "one example per step, without rounding"),
        lambda f: _rate(f, [0, 4], m=1) % 1,
    )
    exam.holds(
        Text("el resultado es proporcional a m", "the result is proportional to m"),
        lambda f: _rate(f, [2], m=1000),
    )
    exam.holds(
        Text("funciona sin sync", "it works without sync"),
        lambda f: _rate(f, [2], asynchronous=False),
    )

# %% [markdown] lang="es"
# Un paso de entrenamiento de verdad, con minibatches cada vez más grandes. En la CPU, y en la GPU si esta máquina tiene
# una: la celda dice qué usó. Fíjate dónde deja de convenir crecer.

# %% [markdown] lang="en"
# A real training step, with larger and larger minibatches. On the CPU, and on the GPU if this machine has one: the cell
# says which it used. Look where growing stops to pay.

# %% given="plot_throughput"
_devices = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])
_ms = [2**k for k in range(0, 13, 2)]
figure, axis = plt.subplots(figsize=(5.8, 3.4), layout="constrained")
for _device, _color, _marker in zip(_devices, (BLUE, ORANGE), "os"):
    torch.manual_seed(0)
    _net = torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
    ).to(_device)
    _wait = torch.cuda.synchronize if _device == "cuda" else None
    _rates = []
    for _m in _ms:
        _X = torch.as_tensor(np.resize(IMAGES, (_m, 64)), dtype=torch.float32, device=_device)
        _y = torch.as_tensor(np.resize(DIGITS, _m), device=_device)
        _rates.append(throughput(lambda: torch_step(_net, _X, _y, 0.01), _m, 5, _wait))
    axis.loglog(_ms, _rates, marker=_marker, color=_color, lw=2, label=_device.upper())
axis.set(xlabel="$m$", ylabel=say("ejemplos por segundo", "examples per second"))
axis.legend()
axis.grid(alpha=0.3, which="both")
plt.show()
print(say("Dispositivos usados:", "Devices used:"), ", ".join(_devices))

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Escribiste el algoritmo con el que se entrena casi todo, viste que el ruido de un minibatch cae exactamente como $1/m$,
# y mediste qué gana una máquina al hacer las cuentas juntas. Esas dos curvas, ruido y velocidad, son las que deciden $m$
# en la práctica.
#
# Queda una pregunta abierta. El gradiente ruidoso se sigue multiplicando por una misma $\alpha$ en todas las direcciones,
# y la semana 4 mostró que la más angosta manda. ¿Se puede tener memoria de los pasos anteriores, y una tasa para cada
# parámetro? La próxima semana: optimizadores.

# %% [markdown] lang="en"
# ## What it was good for
#
# You wrote the algorithm by which almost everything is trained, saw that the noise of a minibatch falls exactly as $1/m$,
# and measured what a machine gains by doing the sums together. These two curves, noise and speed, are what decides $m$ in
# practice.
#
# One question stays open. The noisy gradient is still multiplied by one and the same $\alpha$ in all directions, and week 4
# showed that the narrowest one rules. Can one remember earlier steps, and have a rate for each parameter? Next week:
# optimizers.
