# %% [markdown] lang="es"
# # Semana 7 · Optimizadores
#
# El gradiente dice hacia dónde bajar, pero no cuán lejos, y olvida todo en cada paso. Los métodos de esta semana
# tienen **memoria**: de la velocidad que traían, de cuánto ha temblado cada parámetro, de cómo se curva el paisaje.
#
# Al terminar este notebook podrás:
#
# - programar momento, Nesterov, AdaGrad, RMSprop y Adam, con las mismas definiciones que `torch.optim`;
# - encontrar los errores de un Adam que parece funcionar;
# - aprender la curvatura a partir de los pasos: BFGS, y su versión de memoria limitada, L-BFGS;
# - decir cuándo conviene cada uno, después de verlos correr.
#
# **Un solo contrato** para los cinco primeros: `update(theta, grad, state, lr, ...)` devuelve `(theta, state)`. `theta` y
# `grad` son arreglos de decimales de cualquier forma y **no cambian**; `state` es `{}` la primera vez y después lo que tú
# hayas devuelto: guarda ahí lo que quieras. `lr` es la tasa $\alpha$, y puede cambiar de un paso a otro. Puede haber varias
# carreras a la vez, cada una con su estado: no guardes nada fuera de él. Todas las operaciones son elemento por elemento.
#
# Cada pregunta se califica sola, y ninguna función de esta semana cambia los arreglos que recibe.

# %% [markdown] lang="en"
# # Week 7 · Optimizers
#
# The gradient says which way is down, but not how far, and forgets everything at each step. This week's methods have
# **memory**: of the speed they had, of how much each parameter has trembled, of how the landscape bends.
#
# At the end of this notebook you will be able to:
#
# - program momentum, Nesterov, AdaGrad, RMSprop and Adam, by the same definitions as `torch.optim`;
# - find the errors of an Adam that seems to work;
# - learn curvature from the steps: BFGS, and its version of limited memory, L-BFGS;
# - say when each of them is a good choice, once you have watched them run.
#
# **One contract** for the first five: `update(theta, grad, state, lr, ...)` returns `(theta, state)`. `theta` and `grad` are
# arrays of floats of any shape and **do not change**; `state` is `{}` the first time and then what you returned: keep there
# what you like. `lr` is the rate $\alpha$, and may change from one step to the next. There may be several races at once, each
# with its own state: keep nothing outside of it. All operations are element by element.
#
# Each question is graded alone, and no function of this week changes the arrays that it is given.

# %% given="setup"
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


def run(update, grad, start, lr, steps, **options):
    """The trajectory of an optimizer: an array (steps + 1, ...), row 0 is the start."""
    theta, state = np.array(start, dtype=float), {}
    path = [theta]
    for _ in range(steps):
        theta, state = update(theta, grad(theta), state, lr, **options)
        path.append(np.asarray(theta))
    return np.array(path)


# %% [markdown] lang="es"
# ## 1. Momento
#
# Una bola que rueda no se detiene en cada piedra. Su velocidad $u$ acumula los gradientes, y los viejos pesan menos:
#
# $$u \leftarrow \beta\, u + g, \qquad \theta \leftarrow \theta - \alpha\, u$$
#
# El primer $u$ es $g$. Fíjate en que ni $\alpha$ ni $1 - \beta$ entran en $u$.
#
# **Ejercicio.** Escribe `momentum(theta, grad, state, lr, beta=0.9)`.

# %% [markdown] lang="en"
# ## 1. Momentum
#
# A ball that rolls does not stop at every stone. Its velocity $u$ accumulates the gradients, and old ones weigh less:
#
# $$u \leftarrow \beta\, u + g, \qquad \theta \leftarrow \theta - \alpha\, u$$
#
# The first $u$ is $g$. Note that neither $\alpha$ nor $1 - \beta$ enters $u$.
#
# **Exercise.** Write `momentum(theta, grad, state, lr, beta=0.9)`.


# %% exercise="momentum"
def momentum(theta, grad, state, lr, beta=0.9):
    """One step of momentum: (theta, state), for arrays of any shape.

    >>> theta, state = momentum(np.array([1.0]), np.array([2.0]), {}, 0.1)
    >>> theta
    array([0.8])
    """
    ### BEGIN SOLUTION
    u = beta * state["u"] + grad if state else grad
    return theta - lr * u, {"u": u}
    ### END SOLUTION


# %% test="momentum" points=0.5
_theta, _state = momentum(np.array([1.0]), np.array([2.0]), {}, 0.1)
assert np.allclose(_theta, 0.8), "u = 2: 1 − 0.1·2 = 0.8"
_theta, _state = momentum(np.array([0.8]), np.array([1.0]), _state, 0.1)
assert np.allclose(_theta, 0.52), "u = 0.9·2 + 1 = 2.8: 0.8 − 0.28 = 0.52"

# %% hidden="momentum" points=1.5
from gradus.exam import Text, examine


def _path(seed, steps, shape=(3,), rates=(0.1,), **options):
    """Changing gradients, and rates that change with them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        theta, state, path = rng.normal(size=shape), {}, []
        for k in range(steps):
            grad = rng.normal(size=shape) * (1 + 2 * (k % 3))
            theta, state = f(theta.copy(), grad, state, rates[k % len(rates)], **options)
            theta = np.asarray(theta, dtype=float)
            path.append(theta)
        return np.array(path)

    return probe


def _untouched(f):
    theta, grad, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    for _ in range(3):
        _, state = f(theta, grad, state, 0.1)
    return np.array_equal(theta, [1.0, -2.0]) and np.array_equal(grad, [0.5, 3.0])


def _together(f):
    """Two races at once, step by step, of the same gradients."""
    rng = np.random.default_rng(_seed)
    places, states = [np.ones(2), np.ones(2)], [{}, {}]
    for _ in range(5):
        grad = rng.normal(size=2)
        for k in (0, 1):
            places[k], states[k] = f(np.array(places[k], dtype=float), grad.copy(), states[k], 0.1)
    return np.allclose(places[0], places[1])


with examine("optimizers.momentum", momentum) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(Text("el primer paso", "the first step"), _path(_seed, 1))
    exam.agrees(Text("gradientes que cambian", "changing gradients"), _path(_seed + 1, 40))
    exam.agrees(
        Text("una tasa que cambia", "a rate that changes"),
        _path(_seed + 2, 9, rates=(0.1, 0.02, 0.3)),
    )
    exam.agrees(
        Text("arreglos de otras formas", "arrays of other shapes"),
        _path(_seed + 3, 4, shape=(2, 3)),
        _path(_seed + 4, 4, shape=()),
    )
    exam.agrees(
        Text("otro β", "another β"),
        _path(_seed + 20, 10, beta=0.5),
    )
    exam.holds(
        Text("theta y grad quedan como estaban", "theta and grad stay as they were"), _untouched
    )
    exam.holds(Text("dos carreras no se mezclan", "two races do not mix"), _together)

# %% [markdown] lang="es"
# ## 2. Nesterov
#
# Nesterov mira un poco más adelante: usa la velocidad que tendrá después de este gradiente,
#
# $$u \leftarrow \beta\, u + g, \qquad \theta \leftarrow \theta - \alpha\, (g + \beta\, u)$$
#
# con el $u$ nuevo en el paso, y el primer $u$ igual a $g$.
#
# **Ejercicio.** Escribe `nesterov(theta, grad, state, lr, beta=0.9)`.

# %% [markdown] lang="en"
# ## 2. Nesterov
#
# Nesterov looks a little further ahead: it uses the velocity that it will have after this gradient,
#
# $$u \leftarrow \beta\, u + g, \qquad \theta \leftarrow \theta - \alpha\, (g + \beta\, u)$$
#
# with the new $u$ in the step, and the first $u$ equal to $g$.
#
# **Exercise.** Write `nesterov(theta, grad, state, lr, beta=0.9)`.


# %% exercise="nesterov"
def nesterov(theta, grad, state, lr, beta=0.9):
    """One step of Nesterov's accelerated gradient: (theta, state).

    >>> theta, state = nesterov(np.array([1.0]), np.array([2.0]), {}, 0.1)
    >>> theta
    array([0.62])
    """
    ### BEGIN SOLUTION
    u = beta * state["u"] + grad if state else grad
    return theta - lr * (grad + beta * u), {"u": u}
    ### END SOLUTION


# %% test="nesterov" points=0.5
_theta, _state = nesterov(np.array([1.0]), np.array([2.0]), {}, 0.1)
assert np.allclose(_theta, 0.62), "u = 2: 1 − 0.1·(2 + 0.9·2) = 0.62"
_theta, _state = nesterov(np.array([0.62]), np.array([1.0]), _state, 0.1)
assert np.allclose(_theta, 0.268), "u = 2.8: 0.62 − 0.1·(1 + 0.9·2.8) = 0.268"

# %% hidden="nesterov" points=1.5
from gradus.exam import Text, examine


def _path(seed, steps, shape=(3,), rates=(0.1,), **options):
    """Changing gradients, and rates that change with them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        theta, state, path = rng.normal(size=shape), {}, []
        for k in range(steps):
            grad = rng.normal(size=shape) * (1 + 2 * (k % 3))
            theta, state = f(theta.copy(), grad, state, rates[k % len(rates)], **options)
            theta = np.asarray(theta, dtype=float)
            path.append(theta)
        return np.array(path)

    return probe


def _untouched(f):
    theta, grad, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    for _ in range(3):
        _, state = f(theta, grad, state, 0.1)
    return np.array_equal(theta, [1.0, -2.0]) and np.array_equal(grad, [0.5, 3.0])


def _together(f):
    """Two races at once, step by step, of the same gradients."""
    rng = np.random.default_rng(_seed)
    places, states = [np.ones(2), np.ones(2)], [{}, {}]
    for _ in range(5):
        grad = rng.normal(size=2)
        for k in (0, 1):
            places[k], states[k] = f(np.array(places[k], dtype=float), grad.copy(), states[k], 0.1)
    return np.allclose(places[0], places[1])


with examine("optimizers.nesterov", nesterov) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(Text("el primer paso", "the first step"), _path(_seed, 1))
    exam.agrees(Text("gradientes que cambian", "changing gradients"), _path(_seed + 1, 40))
    exam.agrees(
        Text("una tasa que cambia", "a rate that changes"),
        _path(_seed + 2, 9, rates=(0.1, 0.02, 0.3)),
    )
    exam.agrees(
        Text("arreglos de otras formas", "arrays of other shapes"),
        _path(_seed + 3, 4, shape=(2, 3)),
        _path(_seed + 4, 4, shape=()),
    )
    exam.agrees(
        Text("otro β", "another β"),
        _path(_seed + 20, 10, beta=0.5),
    )
    exam.holds(
        Text("theta y grad quedan como estaban", "theta and grad stay as they were"), _untouched
    )
    exam.holds(Text("dos carreras no se mezclan", "two races do not mix"), _together)

# %% [markdown] lang="es"
# ## 3. AdaGrad
#
# Otra memoria: cuánto ha temblado **cada** parámetro. El que ha visto gradientes grandes da pasos más cortos:
#
# $$s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \alpha\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# con $s$ desde 0 y $\epsilon$ **fuera** de la raíz.
#
# **Ejercicio.** Escribe `adagrad(theta, grad, state, lr, eps=1e-10)`.

# %% [markdown] lang="en"
# ## 3. AdaGrad
#
# Another memory: how much **each** parameter has trembled. The one that saw large gradients takes shorter steps:
#
# $$s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \alpha\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# with $s$ from 0 and $\epsilon$ **outside** the root.
#
# **Exercise.** Write `adagrad(theta, grad, state, lr, eps=1e-10)`.


# %% exercise="adagrad"
def adagrad(theta, grad, state, lr, eps=1e-10):
    """One step of AdaGrad: (theta, state).

    >>> theta, state = adagrad(np.array([1.0]), np.array([3.0]), {}, 0.1)
    >>> theta
    array([0.9])
    """
    ### BEGIN SOLUTION
    s = state.get("s", 0) + grad**2
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}
    ### END SOLUTION


# %% test="adagrad" points=0.5
_theta, _state = adagrad(np.array([1.0]), np.array([3.0]), {}, 0.1)
assert np.allclose(_theta, 0.9), "s = 9: 1 − 0.1·3/3 = 0.9"
_theta, _state = adagrad(np.array([0.9]), np.array([4.0]), _state, 0.1)
assert np.allclose(_theta, 0.82), "s = 25: 0.9 − 0.1·4/5 = 0.82"

# %% hidden="adagrad" points=1.5
from gradus.exam import Text, examine


def _path(seed, steps, shape=(3,), rates=(0.1,), **options):
    """Changing gradients, and rates that change with them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        theta, state, path = rng.normal(size=shape), {}, []
        for k in range(steps):
            grad = rng.normal(size=shape) * (1 + 2 * (k % 3))
            theta, state = f(theta.copy(), grad, state, rates[k % len(rates)], **options)
            theta = np.asarray(theta, dtype=float)
            path.append(theta)
        return np.array(path)

    return probe


def _untouched(f):
    theta, grad, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    for _ in range(3):
        _, state = f(theta, grad, state, 0.1)
    return np.array_equal(theta, [1.0, -2.0]) and np.array_equal(grad, [0.5, 3.0])


def _together(f):
    """Two races at once, step by step, of the same gradients."""
    rng = np.random.default_rng(_seed)
    places, states = [np.ones(2), np.ones(2)], [{}, {}]
    for _ in range(5):
        grad = rng.normal(size=2)
        for k in (0, 1):
            places[k], states[k] = f(np.array(places[k], dtype=float), grad.copy(), states[k], 0.1)
    return np.allclose(places[0], places[1])


with examine("optimizers.adagrad", adagrad) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(Text("el primer paso", "the first step"), _path(_seed, 1))
    exam.agrees(Text("gradientes que cambian", "changing gradients"), _path(_seed + 1, 40))
    exam.agrees(
        Text("una tasa que cambia", "a rate that changes"),
        _path(_seed + 2, 9, rates=(0.1, 0.02, 0.3)),
    )
    exam.agrees(
        Text("arreglos de otras formas", "arrays of other shapes"),
        _path(_seed + 3, 4, shape=(2, 3)),
        _path(_seed + 4, 4, shape=()),
    )
    exam.agrees(
        Text("un ε grande", "a large ε"),
        _path(_seed + 20, 10, eps=0.3),
    )
    exam.holds(
        Text("theta y grad quedan como estaban", "theta and grad stay as they were"), _untouched
    )
    exam.holds(Text("dos carreras no se mezclan", "two races do not mix"), _together)

# %% [markdown] lang="es"
# ## 4. RMSprop
#
# AdaGrad nunca olvida, y al final apenas se mueve. RMSprop promedia con olvido ($\rho$ es el argumento `alpha`):
#
# $$s \leftarrow \rho\, s + (1 - \rho)\, g^2, \qquad \theta \leftarrow \theta - \alpha\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# con $s$ desde 0 y $\epsilon$ fuera de la raíz.
#
# **Ejercicio.** Escribe `rmsprop(theta, grad, state, lr, alpha=0.99, eps=1e-8)`.

# %% [markdown] lang="en"
# ## 4. RMSprop
#
# AdaGrad never forgets, and in the end hardly moves. RMSprop averages and forgets ($\rho$ is the argument `alpha`):
#
# $$s \leftarrow \rho\, s + (1 - \rho)\, g^2, \qquad \theta \leftarrow \theta - \alpha\, \frac{g}{\sqrt{s} + \epsilon}$$
#
# with $s$ from 0 and $\epsilon$ outside the root.
#
# **Exercise.** Write `rmsprop(theta, grad, state, lr, alpha=0.99, eps=1e-8)`.


# %% exercise="rmsprop"
def rmsprop(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    """One step of RMSprop; alpha is the forgetting factor: (theta, state).

    >>> theta, state = rmsprop(np.array([1.0]), np.array([3.0]), {}, 0.1, alpha=0.75)
    >>> theta
    array([0.8])
    """
    ### BEGIN SOLUTION
    s = alpha * state.get("s", 0) + (1 - alpha) * grad**2
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}
    ### END SOLUTION


# %% test="rmsprop" points=0.5
_theta, _state = rmsprop(np.array([1.0]), np.array([3.0]), {}, 0.1, alpha=0.75)
assert np.allclose(_theta, 0.8), "s = ¼·9: 1 − 0.1·3/1.5 = 0.8"
_theta, _state = rmsprop(np.array([0.8]), np.array([0.0]), _state, 0.1, alpha=0.75)
assert np.allclose(_theta, 0.8), say(
    "sin gradiente no hay paso", "without gradient there is no step"
)

# %% hidden="rmsprop" points=1.5
from gradus.exam import Text, examine


def _path(seed, steps, shape=(3,), rates=(0.1,), **options):
    """Changing gradients, and rates that change with them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        theta, state, path = rng.normal(size=shape), {}, []
        for k in range(steps):
            grad = rng.normal(size=shape) * (1 + 2 * (k % 3))
            theta, state = f(theta.copy(), grad, state, rates[k % len(rates)], **options)
            theta = np.asarray(theta, dtype=float)
            path.append(theta)
        return np.array(path)

    return probe


def _untouched(f):
    theta, grad, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    for _ in range(3):
        _, state = f(theta, grad, state, 0.1)
    return np.array_equal(theta, [1.0, -2.0]) and np.array_equal(grad, [0.5, 3.0])


def _together(f):
    """Two races at once, step by step, of the same gradients."""
    rng = np.random.default_rng(_seed)
    places, states = [np.ones(2), np.ones(2)], [{}, {}]
    for _ in range(5):
        grad = rng.normal(size=2)
        for k in (0, 1):
            places[k], states[k] = f(np.array(places[k], dtype=float), grad.copy(), states[k], 0.1)
    return np.allclose(places[0], places[1])


with examine("optimizers.rmsprop", rmsprop) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(Text("el primer paso", "the first step"), _path(_seed, 1))
    exam.agrees(Text("gradientes que cambian", "changing gradients"), _path(_seed + 1, 40))
    exam.agrees(
        Text("una tasa que cambia", "a rate that changes"),
        _path(_seed + 2, 9, rates=(0.1, 0.02, 0.3)),
    )
    exam.agrees(
        Text("arreglos de otras formas", "arrays of other shapes"),
        _path(_seed + 3, 4, shape=(2, 3)),
        _path(_seed + 4, 4, shape=()),
    )
    exam.agrees(
        Text("un ε grande", "a large ε"),
        _path(_seed + 20, 10, eps=0.3),
    )
    exam.agrees(
        Text("otro ρ", "another ρ"),
        _path(_seed + 21, 10, alpha=0.6),
    )
    exam.holds(
        Text("theta y grad quedan como estaban", "theta and grad stay as they were"), _untouched
    )
    exam.holds(Text("dos carreras no se mezclan", "two races do not mix"), _together)

# %% [markdown] lang="es"
# ## 5. Adam
#
# Adam junta las dos memorias, y corrige que ambas empiecen en 0:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# \theta \leftarrow \theta - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# donde $t = 1, 2, \dots$ cuenta los pasos y $\epsilon$ se suma fuera de la raíz, después de la corrección.
#
# **Ejercicio.** Escribe `adam(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8)`.

# %% [markdown] lang="en"
# ## 5. Adam
#
# Adam joins the two memories, and corrects that both begin at 0:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# \theta \leftarrow \theta - \alpha\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# where $t = 1, 2, \dots$ counts the steps and $\epsilon$ is added outside the root, after the correction.
#
# **Exercise.** Write `adam(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8)`.


# %% exercise="adam"
def adam(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam: (theta, state).

    >>> theta, state = adam(np.array([1.0, 1.0]), np.array([2.0, -300.0]), {}, 0.1)
    >>> theta
    array([0.9, 1.1])
    """
    ### BEGIN SOLUTION
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %% test="adam" points=0.5
_theta, _state = adam(np.array([1.0, 1.0]), np.array([2.0, -300.0]), {}, 0.1)
assert np.allclose(_theta, [0.9, 1.1]), say(
    "en el primer paso m̂ = g y v̂ = g²: cada parámetro se mueve α, sea cual sea su gradiente",
    "in the first step m̂ = g and v̂ = g²: each parameter moves by α, whatever its gradient",
)
_theta, _state = adam(np.array([1.0]), np.array([2.0]), {}, 0.1, beta1=0.5, beta2=0.5)
_theta, _state = adam(_theta, np.array([0.0]), _state, 0.1, beta1=0.5, beta2=0.5)
assert np.allclose(_theta, 0.9 - 0.1 * (2 / 3) / np.sqrt(4 / 3)), "m̂ = ½/¾ = 2/3, v̂ = 1/¾ = 4/3"

# %% hidden="adam" points=2.5
from gradus.exam import Text, examine


def _path(seed, steps, shape=(3,), rates=(0.1,), **options):
    """Changing gradients, and rates that change with them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        theta, state, path = rng.normal(size=shape), {}, []
        for k in range(steps):
            grad = rng.normal(size=shape) * (1 + 2 * (k % 3))
            theta, state = f(theta.copy(), grad, state, rates[k % len(rates)], **options)
            theta = np.asarray(theta, dtype=float)
            path.append(theta)
        return np.array(path)

    return probe


def _untouched(f):
    theta, grad, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    for _ in range(3):
        _, state = f(theta, grad, state, 0.1)
    return np.array_equal(theta, [1.0, -2.0]) and np.array_equal(grad, [0.5, 3.0])


def _together(f):
    """Two races at once, step by step, of the same gradients."""
    rng = np.random.default_rng(_seed)
    places, states = [np.ones(2), np.ones(2)], [{}, {}]
    for _ in range(5):
        grad = rng.normal(size=2)
        for k in (0, 1):
            places[k], states[k] = f(np.array(places[k], dtype=float), grad.copy(), states[k], 0.1)
    return np.allclose(places[0], places[1])


with examine("optimizers.adam", adam) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(Text("el primer paso", "the first step"), _path(_seed, 1))
    exam.agrees(Text("gradientes que cambian", "changing gradients"), _path(_seed + 1, 40))
    exam.agrees(
        Text("una tasa que cambia", "a rate that changes"),
        _path(_seed + 2, 9, rates=(0.1, 0.02, 0.3)),
    )
    exam.agrees(
        Text("arreglos de otras formas", "arrays of other shapes"),
        _path(_seed + 3, 4, shape=(2, 3)),
        _path(_seed + 4, 4, shape=()),
    )
    exam.agrees(
        Text("un ε grande", "a large ε"),
        _path(_seed + 20, 10, eps=0.3),
    )
    exam.agrees(
        Text("otros β", "other β"),
        _path(_seed + 21, 10, beta1=0.5, beta2=0.8),
    )
    exam.holds(
        Text("theta y grad quedan como estaban", "theta and grad stay as they were"), _untouched
    )
    exam.holds(Text("dos carreras no se mezclan", "two races do not mix"), _together)

# %% [markdown] lang="es"
# Los cinco, y el descenso común, por el valle de Rosenbrock $f = (1 - x)^2 + 100\,(y - x^2)^2$, por el paisaje de Beale y
# por un tazón mal condicionado. El círculo es el mínimo. Antes de ejecutar, apuesta: ¿quién llega, y quién se queda atrás?

# %% [markdown] lang="en"
# The five, and plain descent, down Rosenbrock's valley $f = (1 - x)^2 + 100\,(y - x^2)^2$, Beale's landscape and an
# ill-conditioned bowl. The circle is the minimum. Before you run it, place your bet: who arrives, and who is left behind?


# %% given="landscapes"
def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def rosenbrock_grad(x):
    return np.array([2 * (x[0] - 1) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])


def beale(x):
    return sum((c - x[0] * (1 - x[1] ** k)) ** 2 for c, k in ((1.5, 1), (2.25, 2), (2.625, 3)))


def beale_grad(x):
    terms = [(c - x[0] * (1 - x[1] ** k), k) for c, k in ((1.5, 1), (2.25, 2), (2.625, 3))]
    return np.array(
        [
            sum(-2 * r * (1 - x[1] ** k) for r, k in terms),
            sum(2 * r * x[0] * k * x[1] ** (k - 1) for r, k in terms),
        ]
    )


# %% given="plot_race"
def descent(theta, grad, state, lr):
    return theta - lr * grad, state


RACERS = (
    (say("descenso", "descent"), descent, "0.45", ":"),
    (say("momento", "momentum"), momentum, BLUE, "-"),
    ("Nesterov", nesterov, GREEN, "--"),
    ("AdaGrad", adagrad, PURPLE, "-."),
    ("RMSprop", rmsprop, ORANGE, (0, (3, 1, 1, 1))),
    ("Adam", adam, RED, "-"),
)
COURSES = (
    (
        "Rosenbrock",
        rosenbrock,
        rosenbrock_grad,
        (-1.2, 1.0),
        (1, 1),
        ((-1.8, 1.8), (-0.8, 2.2)),
        (2000, 1e-3, 5e-4, 5e-4, 0.5, 0.005, 0.05),
    ),
    (
        "Beale",
        beale,
        beale_grad,
        (1.0, 1.5),
        (3, 0.5),
        ((-0.5, 4), (-1, 2)),
        (160, 0.005, 0.005, 0.005, 0.5, 0.02, 0.1),
    ),
    (
        say("tazón, κ = 100", "bowl, κ = 100"),
        lambda x: (x[0] ** 2 + 100 * x[1] ** 2) / 2,
        lambda x: np.array([x[0], 100 * x[1]]),
        (-1.8, 0.6),
        (0, 0),
        ((-2, 1), (-0.8, 0.8)),
        (160, 0.015, 0.005, 0.005, 0.3, 0.02, 0.1),
    ),
)
PATHS = {
    place: [run(update, grad, start, lr, steps) for (_, update, _, _), lr in zip(RACERS, rates)]
    for place, _, grad, start, _, _, (steps, *rates) in COURSES
}
figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained")
for _axis, (_place, _f, _, _, _goal, (_across, _along), _) in zip(axes, COURSES):
    _grid = np.meshgrid(np.linspace(*_across, 120), np.linspace(*_along, 120))
    _axis.contour(*_grid, np.log1p(_f(_grid)), levels=14, colors="0.8", linewidths=0.7)
    for _path, (_name, _, _color, _style) in zip(PATHS[_place], RACERS):
        _axis.plot(_path[:, 0], _path[:, 1], linestyle=_style, color=_color, lw=1.6, label=_name)
    _axis.plot(*_goal, "o", color="black", mfc="none", ms=10)
    _axis.set(title=_place, xlim=_across, ylim=_along, xlabel="$x$", ylabel="$y$")
axes[0].legend(fontsize=7)
plt.show()

# %% [markdown] lang="es"
# La misma carrera en Rosenbrock, en movimiento.

# %% [markdown] lang="en"
# The same race on Rosenbrock, in motion.

# %% given="animated_race"
from IPython.display import HTML, display
from matplotlib.animation import FuncAnimation

figure, axis = plt.subplots(figsize=(6.4, 3.8), dpi=72, layout="constrained")
_grid = np.meshgrid(np.linspace(-1.8, 1.8, 80), np.linspace(-0.8, 2.2, 80))
axis.contour(*_grid, np.log1p(rosenbrock(_grid)), levels=8, colors="0.8", linewidths=0.7)
axis.plot(1, 1, "o", color="black", mfc="none", ms=10)
_dots = [
    axis.plot([], [], marker, color=color, ms=6, label=name)[0]
    for (name, _, color, _), marker in zip(RACERS, "osD^vP")
]
figure.legend(loc="outside right upper")
axis.set(xlabel="$x$", ylabel="$y$", xticks=(-1, 0, 1), yticks=(0, 1, 2))
_stops = (2000 * np.linspace(0, 1, 16) ** 2).astype(int)  # slower and slower


def _frame(k):
    for _dot, _path in zip(_dots, PATHS["Rosenbrock"]):
        _dot.set_data(_path[_stops[k], :1], _path[_stops[k], 1:])
    return _dots


display(HTML(FuncAnimation(figure, _frame, frames=16, interval=300).to_jshtml()))
plt.close(figure)

# %% [markdown] lang="es"
# ## 6. Un Adam que parece funcionar
#
# Este programa circula por los foros. A simple vista es Adam, y en la figura baja casi tan bien como el tuyo: por eso nadie
# sospecha. Pero no es Adam. Tiene **cuatro** errores, y con otro costo, u otros $\beta$, se pagan.

# %% [markdown] lang="en"
# ## 6. An Adam that seems to work
#
# This program does the rounds of the forums. At first sight it is Adam, and in the figure it goes down almost as well as yours:
# that is why nobody suspects it. But it is not Adam. It has **four** errors, and with another cost, or other $\beta$, you pay for
# them.


# %% given="buggy_adam"
def buggy_adam(theta, grad, state, lr, beta1, beta2, eps):
    """A plausible Adam with four planted errors."""
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", np.zeros_like(theta)) + (1 - beta1) * grad
    v = beta2 * state.get("v", np.zeros_like(theta)) + (1 - beta1) * grad**2
    theta -= lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps)
    return theta, {"t": 0, "m": m, "v": v}


_start, _bowl = np.array([2.0, 1.0]), np.array([1.0, 20.0])
_right = run(adam, lambda x: _bowl * x, _start, 0.1, 120, beta1=0.9, beta2=0.99, eps=1e-8)
_theta, _state, _wrong = _start.copy(), {}, [_start.copy()]
for _ in range(120):
    _theta, _state = buggy_adam(_theta.copy(), _bowl * _theta, _state, 0.1, 0.9, 0.99, 1e-8)
    _wrong.append(_theta.copy())
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
for _path, _color, _style, _name in (
    (_right, GREEN, "-", say("tu Adam", "your Adam")),
    (np.array(_wrong), RED, "--", "buggy_adam"),
):
    axis.semilogy(np.sum(_bowl * _path**2, axis=1) / 2, _style, color=_color, lw=2, label=_name)
axis.set(xlabel=say("paso", "step"), ylabel=r"$\ell$")
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `fix_the_bug(theta, grad, state, lr, beta1, beta2, eps)`, el programa reparado: debe hacer lo
# mismo que la definición de Adam, con $\epsilon$ fuera de la raíz, y no cambiar sus argumentos.

# %% [markdown] lang="en"
# **Exercise.** Write `fix_the_bug(theta, grad, state, lr, beta1, beta2, eps)`, the program mended: it should do what the
# definition of Adam says, with $\epsilon$ outside the root, and not change its arguments.


# %% exercise="fix_the_bug"
def fix_the_bug(theta, grad, state, lr, beta1, beta2, eps):
    """What buggy_adam should have been: (theta, state).

    >>> theta, state = fix_the_bug(np.array([1.0]), np.array([2.0]), {}, 0.1, 0.9, 0.999, 0.0)
    >>> theta
    array([0.9])
    """
    ### BEGIN SOLUTION
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0) + (1 - beta2) * grad**2
    step = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - step, {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %% test="fix_the_bug"
_theta = np.array([1.0])
_new, _state = fix_the_bug(_theta, np.array([2.0]), {}, 0.1, 0.5, 0.5, 0.0)
assert np.allclose(_theta, 1), say("θ queda como estaba", "θ stays as it was")
_new, _state = fix_the_bug(_new, np.array([0.0]), _state, 0.1, 0.5, 0.5, 0.0)
assert np.allclose(_new, 0.9 - 0.1 * (2 / 3) / np.sqrt(4 / 3)), say(
    "segundo paso: m̂ = 2/3, v̂ = 4/3", "second step: m̂ = 2/3, v̂ = 4/3"
)

# %% hidden="fix_the_bug" points=2
from gradus.exam import Text, examine


def _path(seed, steps, shape=(3,), rates=(0.1,), **options):
    """Changing gradients, and rates that change with them."""

    def probe(f):
        rng = np.random.default_rng(seed)
        theta, state, path = rng.normal(size=shape), {}, []
        for k in range(steps):
            grad = rng.normal(size=shape) * (1 + 2 * (k % 3))
            theta, state = f(theta.copy(), grad, state, rates[k % len(rates)], **options)
            theta = np.asarray(theta, dtype=float)
            path.append(theta)
        return np.array(path)

    return probe


def _untouched(f):
    theta, grad, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    for _ in range(3):
        _, state = f(theta, grad, state, 0.1, beta1=0.9, beta2=0.99, eps=1e-8)
    return np.array_equal(theta, [1.0, -2.0]) and np.array_equal(grad, [0.5, 3.0])


def _together(f):
    """Two races at once, step by step, of the same gradients."""
    rng = np.random.default_rng(_seed)
    places, states = [np.ones(2), np.ones(2)], [{}, {}]
    for _ in range(5):
        grad = rng.normal(size=2)
        for k in (0, 1):
            places[k], states[k] = f(
                np.array(places[k], dtype=float),
                grad.copy(),
                states[k],
                0.1,
                beta1=0.9,
                beta2=0.99,
                eps=1e-8,
            )
    return np.allclose(places[0], places[1])


with examine("optimizers.fix_the_bug", fix_the_bug) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(
        Text("el primer paso", "the first step"), _path(_seed, 1, beta1=0.9, beta2=0.99, eps=1e-8)
    )
    exam.agrees(
        Text("gradientes que cambian", "changing gradients"),
        _path(_seed + 1, 40, beta1=0.9, beta2=0.99, eps=1e-8),
    )
    exam.agrees(
        Text("una tasa que cambia", "a rate that changes"),
        _path(_seed + 2, 9, rates=(0.1, 0.02, 0.3), beta1=0.9, beta2=0.99, eps=1e-8),
    )
    exam.agrees(
        Text("arreglos de otras formas", "arrays of other shapes"),
        _path(_seed + 3, 4, shape=(2, 3), beta1=0.9, beta2=0.99, eps=1e-8),
        _path(_seed + 4, 4, shape=(), beta1=0.9, beta2=0.99, eps=1e-8),
    )
    exam.agrees(
        Text("un ε grande", "a large ε"),
        _path(_seed + 20, 10, beta1=0.9, beta2=0.999, eps=0.3),
    )
    exam.agrees(
        Text("otros β", "other β"),
        _path(_seed + 21, 10, beta1=0.5, beta2=0.8, eps=1e-8),
    )
    exam.holds(
        Text("theta y grad quedan como estaban", "theta and grad stay as they were"), _untouched
    )
    exam.holds(Text("dos carreras no se mezclan", "two races do not mix"), _together)

# %% [markdown] lang="es"
# ## 7. Newton, y cómo seguirlo sin hessiano
#
# Si además del gradiente se conoce el hessiano $\nabla^2 f$, una función cuadrática se minimiza en **un** paso:
# $p = -(\nabla^2 f)^{-1} \nabla f$, que se suma a $x$.
#
# **Ejercicio.** Escribe `newton_step(grad, hessian)`, con `grad` de forma `(n,)` y `hessian` `(n, n)`, simétrico y definido
# positivo. Devuelve $p$, de forma `(n,)`.

# %% [markdown] lang="en"
# ## 7. Newton, and how to follow him without a Hessian
#
# If besides the gradient the Hessian $\nabla^2 f$ is known, a quadratic is minimised in **one** step:
# $p = -(\nabla^2 f)^{-1} \nabla f$, which is added to $x$.
#
# **Exercise.** Write `newton_step(grad, hessian)`, with `grad` of shape `(n,)` and `hessian` `(n, n)`, symmetric and
# positive definite. It returns $p$, of shape `(n,)`.


# %% exercise="newton_step"
def newton_step(grad, hessian):
    """The Newton step (n,), to be added, for grad (n,) and a positive definite hessian (n, n).

    >>> newton_step(np.array([2.0, 8.0]), np.diag([1.0, 4.0]))
    array([-2., -2.])
    """
    ### BEGIN SOLUTION
    return -np.linalg.solve(hessian, grad)
    ### END SOLUTION


# %% test="newton_step"
assert np.allclose(newton_step(np.array([2.0, 8.0]), np.diag([1.0, 4.0])), [-2, -2]), (
    "−(2/1, 8/4) = (−2, −2)"
)

# %% hidden="newton_step" points=1
from gradus.exam import Text, call, examine

with examine("optimizers.newton_step", newton_step) as exam:
    for _n in (1, 2, 4):
        _root = exam.rng.normal(size=(_n, _n))
        exam.agrees(
            Text("un hessiano definido positivo", "a positive definite Hessian"),
            call(exam.rng.normal(size=_n), _root @ _root.T + np.eye(_n)),
            rtol=1e-7,
        )

# %% [markdown] lang="es"
# Con un millón de parámetros nadie escribe el hessiano. BFGS lo **aprende**: el paso $s$ cambió el gradiente en $y$, y la
# aproximación $H$ de la *inversa* debe explicarlo, $H^+ y = s$. Con $\rho = 1 / s^\top y$,
#
# $$H^+ = (I - \rho\, s y^\top)\, H\, (I - \rho\, y s^\top) + \rho\, s s^\top$$
#
# Si $s^\top y \leq 0$ no hay curvatura de la que aprender: $H^+ = H$.
#
# **Ejercicio.** Escribe `bfgs_update(H, s, y)`, con `H` `(n, n)` simétrica, `s` e `y` de forma `(n,)`.

# %% [markdown] lang="en"
# With a million parameters nobody writes down the Hessian. BFGS **learns** it: each step $s$ changed the gradient by $y$, and
# the approximation $H$ of the *inverse* should explain that, $H^+ y = s$. With $\rho = 1 / s^\top y$,
#
# $$H^+ = (I - \rho\, s y^\top)\, H\, (I - \rho\, y s^\top) + \rho\, s s^\top$$
#
# If $s^\top y \leq 0$ there is no curvature to learn from: $H^+ = H$.
#
# **Exercise.** Write `bfgs_update(H, s, y)`, with `H` `(n, n)` symmetric, `s` and `y` of shape `(n,)`.


# %% exercise="bfgs_update"
def bfgs_update(H, s, y):
    """The BFGS update of the inverse Hessian H (n, n) by the step s and the change y, both (n,).

    >>> bfgs_update(np.eye(2), np.array([1.0, 0.0]), np.array([2.0, 1.0]))
    array([[ 0.75, -0.5 ],
           [-0.5 ,  1.  ]])
    """
    ### BEGIN SOLUTION
    curvature = np.dot(s, y)
    if curvature <= 0:
        return H
    left = np.eye(len(s)) - np.outer(s, y) / curvature
    return left @ H @ left.T + np.outer(s, s) / curvature
    ### END SOLUTION


# %% test="bfgs_update" points=0.5
_s, _y = np.array([1.0, 0.0]), np.array([2.0, 1.0])
_H = np.asarray(bfgs_update(np.eye(2), _s, _y))
assert np.allclose(_H @ _y, _s), say("la secante: H⁺y = s", "the secant equation: H⁺y = s")
assert np.allclose(_H, _H.T), say("H⁺ es simétrica", "H⁺ is symmetric")
assert np.allclose(_H, [[0.75, -0.5], [-0.5, 1]]), "ρ = ½: H⁺ = ((¾, −½), (−½, 1))"

# %% hidden="bfgs_update" points=1.5
from gradus.exam import Text, call, examine

with examine("optimizers.bfgs_update", bfgs_update) as exam:
    for _n in (2, 3, 5):
        _root = exam.rng.normal(size=(_n, _n))
        _H, _s = _root @ _root.T + np.eye(_n), exam.rng.normal(size=_n)
        _y = (np.eye(_n) + 0.3 * _root @ _root.T) @ _s
        exam.agrees(
            Text("curvatura positiva", "positive curvature"),
            call(_H, _s, _y),
            call(np.eye(_n), 0.01 * _s, _y),
            rtol=1e-7,
            atol=1e-9,
        )
        exam.agrees(
            Text("curvatura que no es positiva", "curvature that is not positive"),
            call(_H, _s, -_y),
            call(_H, np.eye(_n)[0], np.eye(_n)[1]),
            rtol=1e-7,
        )

# %% [markdown] lang="es"
# Falta decidir cuán lejos ir. La regla de **Armijo** acorta el paso $t = 1, \frac12, \frac14, \dots$ hasta que la función baje
# lo suficiente: $f(x + t p) \leq f(x) + 10^{-4}\, t\, \nabla f \cdot p$.
#
# **Ejercicio.** Escribe `minimize_bfgs(f, grad, x0)`: desde `x0` `(n,)` y $H_0 = I$, repite $p = -H \nabla f$, busca el paso
# (Armijo, o Wolfe si lo prefieres), actualiza $H$ y sigue hasta que $\|\nabla f\| < 10^{-6}$. Devuelve $x$. `f` nunca debe
# subir de un punto al siguiente. Puedes usar `bfgs_update`. El
# test oculto detiene a quien evalúe `f`, o su gradiente, más de 800 veces: sobran, si cada paso mira la curvatura.

# %% [markdown] lang="en"
# It remains to decide how far to go. The **Armijo** rule shortens the step $t = 1, \frac12, \frac14, \dots$ until the function
# falls enough: $f(x + t p) \leq f(x) + 10^{-4}\, t\, \nabla f \cdot p$.
#
# **Exercise.** Write `minimize_bfgs(f, grad, x0)`: from `x0` `(n,)` and $H_0 = I$, repeat $p = -H \nabla f$, search the step
# (Armijo, or Wolfe if you prefer), update $H$ and go on until $\|\nabla f\| < 10^{-6}$. It returns $x$. `f` should never rise from
# one point to the next. You may use `bfgs_update`. The
# hidden test stops whoever evaluates `f`, or its gradient, more than 800 times: plenty, if each step looks at the curvature.


# %% exercise="minimize_bfgs"
def minimize_bfgs(f, grad, x0):
    """A minimiser (n,) of f, whose gradient is grad, from x0 (n,)."""
    ### BEGIN SOLUTION
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x))
    for _ in range(500):
        if np.linalg.norm(g) < 1e-6:
            break
        p, height = -H @ g, f(x)
        for t in 0.5 ** np.arange(50):
            if f(x + t * p) <= height + 1e-4 * t * (g @ p):
                break
        new = np.asarray(grad(x + t * p))
        H = bfgs_update(H, t * p, new - g)
        x, g = x + t * p, new
    return x
    ### END SOLUTION


# %% test="minimize_bfgs"
_found = minimize_bfgs(lambda x: np.sum((x - 3) ** 2), lambda x: 2 * (x - 3), np.zeros(2))
assert np.allclose(_found, 3, atol=1e-5), say("el mínimo de Σ(x − 3)²", "the minimum of Σ(x − 3)²")
_found = minimize_bfgs(rosenbrock, rosenbrock_grad, np.array([-1.2, 1.0]))
assert np.allclose(_found, 1, atol=1e-4), say(
    "el fondo del valle: (1, 1)", "the bottom of the valley: (1, 1)"
)

# %% hidden="minimize_bfgs" points=2
from gradus.exam import Text, careful, examine, once


def _valley(x):
    return float((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2)


def _valley_slope(x):
    return np.array([2 * (x[0] - 1) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])


def _cosh(x):
    return float(np.sum(np.log1p(np.sinh(3 * np.asarray(x)) ** 2)) / 2)


def _cosh_slope(x):
    return 3 * np.tanh(3 * np.asarray(x))


def _bowl(x):
    return float(1.9 * x[0] ** 2 + 2.2 * x[1] ** 2) / 2


def _bowl_slope(x):
    return np.array([1.9, 2.2]) * x


def _ledge(x):
    return float(8e-5 * np.exp(-x[0] / 8e-5) + 1e-8 * x @ x)


def _ledge_slope(x):
    return np.array([-np.exp(-x[0] / 8e-5), 0.0]) + 2e-8 * x


def _along(point, base, direction):
    """Whether a point lies on the line through base, up to rounding."""
    step, direction = point - base, direction / np.linalg.norm(direction)
    return np.linalg.norm(step - (step @ direction) * direction) <= 1e-6 * np.linalg.norm(step)


class _Descent:
    """A run, with every point where f or its gradient was asked for."""

    def __init__(self, f, function, slope, start):
        self.function, self.slope, self.start = function, slope, np.array(start)
        self.asked, self.sloped, self.patient = [], [], True

        def height(x):
            self.note(x, self.asked)
            return function(np.asarray(x))

        def gradient(x):
            self.note(x, self.sloped)
            self.asked.append(self.sloped[-1])
            return slope(np.asarray(x))

        try:
            end = careful(f)(height, gradient, self.start.copy())
        except RuntimeError:
            if self.patient:
                raise
            end = np.nan
        end = np.asarray(end, dtype=float)
        self.rest = np.linalg.norm(slope(end)) if end.shape == self.start.shape else np.inf

    def note(self, x, points):
        if len(self.sloped) >= 800 or len(self.asked) - len(self.sloped) >= 800:
            self.patient = False
            raise RuntimeError
        points.append(np.array(x, dtype=float))

    def begins(self):
        return len(self.sloped) > 0 and np.allclose(self.sloped[0], self.start)

    def falls(self):
        """On each line there is a point with a gradient that is no higher than those before."""
        level, bases, line = self.function(self.start), [self.start], []
        for point in [*self.sloped, None]:
            if line and not any(
                point is not None and _along(point, base, line[0] - base) for base in bases
            ):
                low = [x for x in line if self.function(x) <= level * (1 + 1e-9) + 1e-9]
                if not low:
                    return False
                # Which of them the next line starts from does not show: the highest is lenient.
                level, bases, line = max(map(self.function, low)), low, []
            if point is not None and not any(np.array_equal(point, base) for base in bases):
                line.append(point)
        return True

    def first_falls(self):
        """How far f falls at each point of the first line that has a gradient, and what the slope says."""
        base, slope = self.start, self.slope(self.start)
        return [
            (self.function(base) - self.function(x), slope @ (base - x))
            for x in self.sloped
            if not np.array_equal(x, base) and _along(x, base, slope)
        ]

    def learns(self):
        """The second line goes along -H∇f, where H learned from the first, scaled before or not."""
        first = -self.slope(self.start)
        away = [x for x in self.asked if not _along(x, self.start, first)]
        near = [x for x in self.sloped if _along(x, self.start, first)]
        return len(away) > 0 and any(
            _along(away[0], x, H @ self.slope(x)) for x in near for H in self.curvatures(x)
        )

    def curvatures(self, x):
        s, y = x - self.start, self.slope(x) - self.slope(self.start)
        if s @ y > 0:
            left = np.eye(len(s)) - np.outer(s, y) / (s @ y)
            for scale in (1.0, (s @ y) / (y @ y)):
                yield scale * left @ left.T + np.outer(s, s) / (s @ y)


with examine("optimizers.minimize_bfgs", minimize_bfgs) as exam:
    _turned, _ = np.linalg.qr(exam.rng.normal(size=(4, 4)))
    _A = _turned @ np.diag([1.0, 10.0, 100.0, 300.0]) @ _turned.T
    _lowest = exam.rng.normal(size=4)
    # Zero at the minimum, as the other two: there floats are fine enough for any step rule.
    _quadratic = (
        lambda x: float((x - _lowest) @ _A @ (x - _lowest) / 2),
        lambda x: _A @ (x - _lowest),
    )
    _runs = (
        (*_quadratic, np.ones(4)),
        (_cosh, _cosh_slope, [1.0, 2.0]),
        (_valley, _valley_slope, [-1.2, 1.0]),
    )
    _descents = once(lambda f: [_Descent(f, *run) for run in _runs])
    exam.agrees(
        Text("un mínimo fácil", "an easy minimum"),
        lambda f: f(lambda x: x @ x, lambda x: 2 * x, np.array([3.0, -4.0])),
        atol=1e-5,
    )
    exam.holds(
        Text(
            "bastan 800 evaluaciones de f, y 800 de su gradiente",
            "800 evaluations of f, and 800 of its gradient, are enough",
        ),
        lambda f: all(run.patient for run in _descents(f)),
    )
    for _number, _law in enumerate(
        (
            Text("encuentra el mínimo de un cuadrado", "it finds the minimum of a quadratic"),
            Text("encuentra el mínimo de Σ log cosh(3x)", "it finds the minimum of Σ log cosh(3x)"),
            Text(
                "encuentra el fondo del valle de Rosenbrock",
                "it finds the bottom of Rosenbrock's valley",
            ),
        )
    ):
        exam.holds(_law, lambda f, number=_number: _descents(f)[number].rest < 1e-5)
    exam.holds(
        Text("llega a ‖∇f‖ < 1e-6", "it arrives at ‖∇f‖ < 1e-6"),
        lambda f: _descents(f)[0].rest < 1.01e-6,
    )
    exam.holds(Text("parte de x0", "it starts from x0"), lambda f: _descents(f)[2].begins())
    exam.holds(
        Text("f no sube", "f does not rise"),
        lambda f: all(run.falls() for run in _descents(f)),
    )
    # The full step falls by 1e-5 of what the slope says: Armijo asks for 1e-4, and this for half of it.
    exam.holds(
        Text("f baja lo suficiente", "f falls enough"),
        lambda f: any(
            fall >= 5e-5 * said
            for fall, said in _Descent(f, _bowl, _bowl_slope, [1.0, 0.6106]).first_falls()
        ),
    )
    # With t = 1 f falls by 8e-5, and with any step above 1e-3 as well: Armijo asks for t · 1e-4.
    exam.holds(
        Text("el paso se acorta solo lo necesario", "the step is shortened only as needed"),
        lambda f: any(
            fall >= 2e-5 for fall, _ in _Descent(f, _ledge, _ledge_slope, [0.0, 1.0]).first_falls()
        ),
    )
    exam.holds(
        Text(
            "el segundo paso va por −H∇f, con la H que dejó el primero",
            "the second step goes along −H∇f, with the H that the first one left",
        ),
        lambda f: all(run.learns() for run in _descents(f)),
    )

# %% [markdown] lang="es"
# ## 8. Memoria limitada
#
# $H$ tiene $n^2$ números. L-BFGS no la escribe nunca: guarda solo los últimos pares $(s, y)$ y calcula $H \nabla f$ con dos
# ciclos. Se parte de $q = \nabla f$. Primero, del par más nuevo al más viejo:
#
# $$a_i = \frac{s_i^\top q}{s_i^\top y_i}, \qquad q \leftarrow q - a_i\, y_i$$
#
# Después, del más viejo al más nuevo, con los $a_i$ ya guardados:
#
# $$b = \frac{y_i^\top q}{s_i^\top y_i}, \qquad q \leftarrow q + (a_i - b)\, s_i$$
#
# Al final, $q$ es $H \nabla f$.
#
# **Ejercicio.** Escribe `lbfgs_direction(grad, S, Y)`, que devuelve $-H \nabla f$, de forma `(n,)`. `grad` es un arreglo; `S` e
# `Y` son listas de arreglos `(n,)`, el más viejo primero. Se parte de $H_0 = I$, los pares con $s^\top y \leq 0$ se saltan, y sin
# pares el resultado es $-\nabla f$. (En la práctica se escala $H_0$ con $\gamma = s^\top y / y^\top y$ del último par, porque acierta
# el tamaño del paso; aquí no.)

# %% [markdown] lang="en"
# ## 8. Limited memory
#
# $H$ has $n^2$ numbers. L-BFGS never writes it down: it keeps only the last pairs $(s, y)$ and computes $H \nabla f$ by two
# loops. One starts from $q = \nabla f$. First, from the newest pair to the oldest:
#
# $$a_i = \frac{s_i^\top q}{s_i^\top y_i}, \qquad q \leftarrow q - a_i\, y_i$$
#
# Then, from the oldest to the newest, with the $a_i$ that were kept:
#
# $$b = \frac{y_i^\top q}{s_i^\top y_i}, \qquad q \leftarrow q + (a_i - b)\, s_i$$
#
# In the end, $q$ is $H \nabla f$.
#
# **Exercise.** Write `lbfgs_direction(grad, S, Y)`, which returns $-H \nabla f$, of shape `(n,)`. `grad` is an array; `S` and `Y` are
# lists of arrays `(n,)`, the oldest first. One starts from $H_0 = I$, pairs with $s^\top y \leq 0$ are skipped, and without pairs the
# result is $-\nabla f$. (In practice $H_0$ is scaled by $\gamma = s^\top y / y^\top y$ of the last pair, since that gets the size of the
# step right; not here.)


# %% exercise="lbfgs_direction"
def lbfgs_direction(grad, S, Y):
    """Minus H times grad (n,), H being BFGS from I over the pairs of S and Y, oldest first.

    >>> s, y = np.array([1.0, 0.0]), np.array([2.0, 1.0])
    >>> lbfgs_direction(np.array([4.0, 1.0]), [s], [y])
    array([-2.5,  1. ])
    """
    ### BEGIN SOLUTION
    pairs = [(s, y) for s, y in zip(S, Y) if np.dot(s, y) > 0]
    q, shares = np.array(grad, dtype=float), []
    for s, y in reversed(pairs):
        shares.append(np.dot(s, q) / np.dot(s, y))
        q = q - shares[-1] * y
    for s, y in pairs:
        q = q + (shares.pop() - np.dot(y, q) / np.dot(s, y)) * s
    return -q
    ### END SOLUTION


# %% test="lbfgs_direction"
_g, _s, _y = np.array([2.0, 1.0]), np.array([1.0, 0.0]), np.array([2.0, 1.0])
assert np.allclose(lbfgs_direction(_g, [], []), [-2, -1]), say(
    "sin pares: −∇f", "without pairs: −∇f"
)
assert np.allclose(lbfgs_direction(_g, [_s], [_y]), [-1, 0]), say(
    "un par con y = ∇f: H∇f = Hy = s = (1, 0)", "one pair with y = ∇f: H∇f = Hy = s = (1, 0)"
)

# %% hidden="lbfgs_direction" points=2
from gradus.exam import Text, call, examine


def _pairs(rng, n, count):
    root = rng.normal(size=(n, n))
    S = [rng.normal(size=n) for _ in range(count)]
    return S, [(np.eye(n) + 0.5 * root @ root.T) @ s for s in S]


with examine("optimizers.lbfgs_direction", lbfgs_direction) as exam:
    _loose = {"rtol": 1e-6, "atol": 1e-9}
    exam.agrees(Text("ningún par", "no pairs"), call(exam.rng.normal(size=3), [], []))
    for _n, _count in ((2, 1), (4, 3), (3, 6)):
        _S, _Y = _pairs(exam.rng, _n, _count)
        exam.agrees(
            Text("pares de curvatura positiva", "pairs of positive curvature"),
            call(exam.rng.normal(size=_n), _S, _Y),
            **_loose,
        )
    _S, _Y = _pairs(exam.rng, 4, 4)
    exam.agrees(
        Text("pares que hay que saltar", "pairs to be skipped"),
        call(exam.rng.normal(size=4), _S, [_Y[0], -_Y[1], _Y[2], -_Y[3]]),
        call(exam.rng.normal(size=4), [*_S, np.eye(4)[0]], [*_Y, np.eye(4)[1]]),
        **_loose,
    )
    exam.agrees(
        Text("pasos pequeños", "small steps"),
        call(exam.rng.normal(size=4), [0.05 * s for s in _S], [0.05 * y for y in _Y]),
        **_loose,
    )

# %% [markdown] lang="es"
# La sorpresa: dos ciclos de productos y una matriz densa de $n^2$ números dan **la misma** dirección. La figura compara la
# dirección de L-BFGS con la de BFGS denso según cuántos pares recuerda: con todos, la diferencia es puro redondeo. A la
# derecha, la carrera en un perceptrón de dos capas con los dígitos de scikit-learn: ¿gana siempre el más moderno?

# %% [markdown] lang="en"
# The surprise: two loops of products and a dense matrix of $n^2$ numbers give **the same** direction. The figure compares the
# direction of L-BFGS with that of dense BFGS by how many pairs it remembers: with all of them the difference is rounding only. On
# the right, the race on a perceptron of two layers with scikit-learn's digits: does the most modern one always win?

# %% given="plot_memory"
from sklearn.datasets import load_digits

_rng = np.random.default_rng(7)
_root = _rng.normal(size=(12, 12))
_steps = [_rng.normal(size=12) for _ in range(10)]
_changes = [(np.eye(12) + 0.3 * _root @ _root.T) @ step for step in _steps]
_dense = np.eye(12)
for _step, _change in zip(_steps, _changes):
    _dense = bfgs_update(_dense, _step, _change)
_slope = _rng.normal(size=12)
_gaps = [
    np.linalg.norm(lbfgs_direction(_slope, _steps[10 - k :], _changes[10 - k :]) + _dense @ _slope)
    for k in range(11)
]

_images, _digits = load_digits(return_X_y=True)
_images = _images / 16.0
_shapes = ((64, 32), (32,), (32, 10), (10,))
_ends = np.cumsum([np.prod(shape) for shape in _shapes])


def digits_cost(theta, rows):
    """Cross entropy of a two-layer network with its parameters in one vector, and its gradient."""
    W1, b1, W2, b2 = (part.reshape(s) for part, s in zip(np.split(theta, _ends[:-1]), _shapes))
    X, labels = _images[rows], _digits[rows]
    hidden = np.tanh(X @ W1 + b1)
    logits = hidden @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    delta = np.exp(logs)
    delta[np.arange(len(rows)), labels] -= 1
    delta /= len(rows)
    back = (delta @ W2.T) * (1 - hidden**2)
    parts = (X.T @ back, back.sum(axis=0), hidden.T @ delta, delta.sum(axis=0))
    return -logs[np.arange(len(rows)), labels].mean(), np.concatenate(
        [part.ravel() for part in parts]
    )


figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
axes[0].semilogy(range(11), np.maximum(_gaps, 1e-17), "o-", color=BLUE)
axes[0].set(
    xlabel=say("pares recordados (de 10)", "pairs remembered (of 10)"),
    ylabel=say("diferencia con BFGS", "difference from BFGS"),
)
axes[0].grid(alpha=0.3)
_first = 0.2 * np.random.default_rng(0).normal(size=_ends[-1])
for (_name, _update, _color, _style), _lr in zip(RACERS, (0.3, 0.05, 0.05, 0.05, 0.003, 0.01)):
    _theta, _state, _costs = _first, {}, []
    _rng = np.random.default_rng(1)
    for _ in range(5):
        for _rows in np.array_split(_rng.permutation(len(_digits)), 20):
            _cost, _grad = digits_cost(np.asarray(_theta), _rows)
            _theta, _state = _update(np.asarray(_theta), _grad, _state, _lr)
            _costs.append(_cost)
    axes[1].semilogy(
        np.convolve(_costs, np.ones(10) / 10, "valid"),
        linestyle=_style,
        color=_color,
        lw=1.8,
        label=_name,
    )
axes[1].set(
    xlabel=say("minibatch", "minibatch"), ylabel=say("costo (media de 10)", "cost (mean of 10)")
)
axes[1].legend(fontsize=7)
axes[1].grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Escribiste los optimizadores que usa todo el mundo, con las mismas cifras que `torch.optim`, y los métodos clásicos de los que
# descienden. Sabes qué guarda cada uno y por qué, y que un error en esa memoria no se nota en el primer paso.
#
# ¿Cuál elegir? Con pocos parámetros y un gradiente sin ruido, BFGS; con muchos parámetros, L-BFGS. Con minibatches el ruido
# engaña a quien estima la curvatura de un paso al otro: ahí conviene el momento, o Adam cuando los parámetros piden tasas muy
# distintas. Y ante la duda, se prueba.
#
# Aquí termina el recorrido de esta clase: de una neurona con escalón a redes que aprenden solas, siempre con la misma idea, bajar
# un costo. Queda una pregunta abierta, para ti y para todos: los paisajes de las redes grandes están llenos de valles. ¿Por qué los
# valles que encuentran estos métodos sirven también para datos que nunca vieron?

# %% [markdown] lang="en"
# ## What it was good for
#
# You wrote the optimizers that everybody uses, to the same digits as `torch.optim`, and the classical methods from which they
# descend. You know what each of them keeps and why, and that an error in that memory does not show in the first step.
#
# Which to choose? With few parameters and a gradient without noise, BFGS; with many parameters, L-BFGS. With minibatches the noise
# fools whoever estimates curvature from one step to the next: momentum is the choice there, or Adam where parameters want very
# different rates. And when in doubt, try.
#
# Here the journey of this lecture ends: from one neuron with a step to networks that learn by themselves, always by the same idea,
# going down a cost. One question stays open, for you and for everybody: the landscapes of large networks are full of valleys. Why do
# the valleys that these methods find also work for data that they never saw?
