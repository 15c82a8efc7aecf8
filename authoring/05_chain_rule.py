# %% [markdown] lang="es"
# # Semana 5 · La regla de la cadena
#
# Una red con un millón de parámetros necesita un millón de derivadas en cada paso. El gradiente numérico de la
# semana pasada evaluaría la red dos millones de veces. La regla de la cadena las entrega **todas** por el precio
# de ir y volver una vez:
#
# $$\frac{\partial \ell}{\partial w_1} = \frac{\partial \ell}{\partial \hat y} \cdot
# \frac{\partial \hat y}{\partial z} \cdot \frac{\partial z}{\partial w_1}$$
#
# Al terminar este notebook podrás:
#
# - derivar una neurona paso a paso, y armar su gradiente con piezas locales;
# - programar softmax y entropía cruzada sin que se desborden;
# - propagar hacia atrás por una red de dos capas;
# - escribir un revisor de gradientes y defenderlo: aquí, el que rinde examen es **tu** examen.
#
# Cada pregunta se califica sola. Ninguna función cambia sus argumentos, y los arreglos que recibe pueden traer enteros.

# %% [markdown] lang="en"
# # Week 5 · The chain rule
#
# A network with a million parameters needs a million derivatives at each step. Last week's numeric gradient would
# evaluate the network two million times. The chain rule delivers **all** of them for the price of going there and
# back once:
#
# $$\frac{\partial \ell}{\partial w_1} = \frac{\partial \ell}{\partial \hat y} \cdot
# \frac{\partial \hat y}{\partial z} \cdot \frac{\partial z}{\partial w_1}$$
#
# At the end of this notebook you will be able to:
#
# - differentiate a neuron step by step, and assemble its gradient from local pieces;
# - program softmax and cross entropy so that they do not overflow;
# - propagate backwards through a network of two layers;
# - write a checker of gradients and defend it: here, it is **your** exam that is examined.
#
# Each question is graded alone. No function changes its arguments, and the arrays that it is given may hold integers.

# %% given="setup"
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


def sigmoid(z):
    """1 / (1 + exp(-z)), elementwise, without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)


# %% [markdown] lang="es"
# ## 1. De ida
#
# La neurona de la clase suma un sesgo y pasa por la sigmoide:
#
# $$z = w_1 x_1 + w_2 x_2 + b, \qquad \hat y = \sigma(z) = (1 + e^{-z})^{-1}, \qquad \ell = \tfrac12 (\hat y - y)^2$$
#
# (esta semana $b$ se **suma**; en la primera se restaba). Trabajaremos con cualquier número $d$ de entradas.
#
# **Ejercicio.** Escribe `neuron_forward(w, b, x)`, que devuelve el par `(y_hat, z)`. `w` y `x` tienen forma `(d,)`
# y los dos resultados son números. La función `sigmoid` ya está escrita.

# %% [markdown] lang="en"
# ## 1. The way forward
#
# The lecture's neuron adds a bias and passes through the sigmoid:
#
# $$z = w_1 x_1 + w_2 x_2 + b, \qquad \hat y = \sigma(z) = (1 + e^{-z})^{-1}, \qquad \ell = \tfrac12 (\hat y - y)^2$$
#
# (this week $b$ is **added**; in the first it was subtracted). We work with any number $d$ of inputs.
#
# **Exercise.** Write `neuron_forward(w, b, x)`, which returns the pair `(y_hat, z)`. `w` and `x` have shape `(d,)`
# and both results are numbers. The function `sigmoid` is already written.


# %% exercise="neuron_forward"
def neuron_forward(w, b, x):
    """(y_hat, z) of the neuron with weights w (d,) and bias b for the input x (d,).

    >>> neuron_forward(np.array([1.0, 2.0]), -2.0, np.array([2.0, 0.0]))
    (0.5, 0.0)
    """
    ### BEGIN SOLUTION
    z = np.dot(w, x) + b
    return sigmoid(z), z
    ### END SOLUTION


# %% test="neuron_forward" points=0.5
_y_hat, _z = neuron_forward(np.array([1.0, 2.0]), 0.5, np.array([3.0, -1.0]))
assert np.isclose(_z, 1.5), "z = 1·3 + 2·(−1) + 0.5 = 1.5"
assert np.isclose(_y_hat, 1 / (1 + np.exp(-1.5))), "ŷ = σ(1.5)"

# %% hidden="neuron_forward" points=1
from gradus.exam import Text, call, examine

with examine("chain_rule.neuron_forward", neuron_forward) as exam:
    exam.agrees(
        Text("d entradas", "d inputs"),
        *(
            call(exam.rng.normal(size=d), float(exam.rng.normal()), exam.rng.normal(size=d))
            for d in (1, 2, 3, 7)
        ),
    )
    exam.agrees(Text("números enteros", "integers"), call(np.array([1, -2]), 1, np.array([0, 1])))

# %% [markdown] lang="es"
# ## 2. Derivadas locales
#
# De vuelta, cada paso del cálculo aporta un factor que solo depende de ese paso:
#
# $$\frac{\partial \ell}{\partial \hat y} = \hat y - y, \qquad
# \frac{\partial \hat y}{\partial z} = \sigma(z)(1 - \sigma(z)), \qquad
# \frac{\partial z}{\partial w} = x$$
#
# **Ejercicio.** Escribe `local_derivatives(w, b, x, y)`, que devuelve los tres factores en ese orden: dos números y
# un arreglo `(d,)`. Como antes, `w` y `x` tienen forma `(d,)`; `y` es un número.

# %% [markdown] lang="en"
# ## 2. Local derivatives
#
# On the way back, each step of the computation gives a factor that depends on that step only:
#
# $$\frac{\partial \ell}{\partial \hat y} = \hat y - y, \qquad
# \frac{\partial \hat y}{\partial z} = \sigma(z)(1 - \sigma(z)), \qquad
# \frac{\partial z}{\partial w} = x$$
#
# **Exercise.** Write `local_derivatives(w, b, x, y)`, which returns the three factors in this order: two numbers and
# an array `(d,)`. As before, `w` and `x` have shape `(d,)`; `y` is a number.


# %% exercise="local_derivatives"
def local_derivatives(w, b, x, y):
    """(dl/dy_hat, dy_hat/dz, dz/dw): two numbers and an array (d,), for w and x (d,).

    >>> local_derivatives(np.array([1.0, 2.0]), -2.0, np.array([2.0, 0.0]), 1.0)
    (-0.5, 0.25, array([2., 0.]))
    """
    ### BEGIN SOLUTION
    y_hat = sigmoid(np.dot(w, x) + b)
    return y_hat - y, y_hat * (1 - y_hat), x
    ### END SOLUTION


# %% test="local_derivatives" points=0.5
_factors = local_derivatives(np.array([1.0, -1.0]), 0.0, np.array([2.0, 2.0]), 1.0)
assert np.isclose(_factors[0], -0.5), "z = 0 ⇒ ŷ = ½, ŷ − y = ½ − 1 = −½"
assert np.isclose(_factors[1], 0.25), "σ(0)(1 − σ(0)) = ¼"
assert np.allclose(_factors[2], [2, 2]), "∂z/∂w = x = (2, 2)"

# %% hidden="local_derivatives" points=1.5
from gradus.exam import Text, call, examine

# A derivative that was measured by central differences is as good as the formula.
_DERIVED = {"rtol": 1e-6, "atol": 1e-9}

with examine("chain_rule.local_derivatives", local_derivatives) as exam:
    exam.agrees(
        Text("d entradas", "d inputs"),
        *(
            call(
                exam.rng.normal(size=d),
                float(exam.rng.normal()),
                exam.rng.normal(size=d),
                float(exam.rng.uniform()),
            )
            for d in (1, 2, 3, 7)
        ),
        **_DERIVED,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(np.array([1, -2]), 1, np.array([2, 1]), 0),
        **_DERIVED,
    )

# %% [markdown] lang="es"
# El **grafo de cómputo** reúne los dos viajes: de izquierda a derecha los valores (azul), de derecha a izquierda la
# derivada de $\ell$ respecto de cada nodo (naranja). Cada número naranja es el de su derecha por el factor local; aquí
# $x = (1, 2)$ e $y = 1$.

# %% [markdown] lang="en"
# The **computation graph** puts both journeys together: from left to right the values (blue), from right to left the
# derivative of $\ell$ with respect to each node (orange). Each orange number is the one to its right times the local
# factor; here $x = (1, 2)$ and $y = 1$.

# %% given="plot_graph"
_w, _b, _x, _y = np.array([0.8, -0.5]), 0.3, np.array([1.0, 2.0]), 1.0
_y_hat, _z = (float(value) for value in neuron_forward(_w, _b, _x))
_first, _second, _third = local_derivatives(_w, _b, _x, _y)
_delta = float(_first * _second)
_nodes = {
    "$w_1$": (0, 2, _w[0], _delta * _third[0]),
    "$w_2$": (0, 1, _w[1], _delta * _third[1]),
    "$b$": (0, 0, _b, _delta),
    "$z$": (1.5, 1, _z, _delta),
    r"$\hat y$": (3, 1, _y_hat, _first),
    r"$\ell$": (4.5, 1, (_y_hat - _y) ** 2 / 2, 1.0),
}
figure, axis = plt.subplots(figsize=(8.4, 3.2), layout="constrained")
for _from, _to in (
    ("$w_1$", "$z$"),
    ("$w_2$", "$z$"),
    ("$b$", "$z$"),
    ("$z$", r"$\hat y$"),
    (r"$\hat y$", r"$\ell$"),
):
    axis.annotate(
        "",
        _nodes[_to][:2],
        _nodes[_from][:2],
        arrowprops={"arrowstyle": "->", "color": "0.5", "shrinkA": 17, "shrinkB": 17},
    )
for _name, (_across, _up, _value, _slope) in _nodes.items():
    axis.text(_across, _up, _name, ha="center", va="center", fontsize=14)
    axis.text(_across, _up + 0.27, f"{_value:.3f}", ha="center", color=BLUE)
    axis.text(_across, _up - 0.37, f"{_slope:.3f}", ha="center", color=RED)
axis.text(2.25, 2.1, say("azul: valor", "blue: value"), color=BLUE, ha="center")
axis.text(
    2.25,
    1.8,
    say(r"naranja: $\partial\ell/\partial$ nodo", r"orange: $\partial\ell/\partial$ node"),
    color=RED,
    ha="center",
)
axis.set(xlim=(-0.5, 5), ylim=(-0.6, 2.5))
axis.axis("off")
plt.show()

# %% [markdown] lang="es"
# ## 3. El gradiente de la neurona
#
# El producto de los tres factores es $\partial\ell/\partial w$. Para $b$ el último factor es otro:
# $\partial z/\partial b = 1$.
#
# **Ejercicio.** Escribe `neuron_gradient(w, b, x, y)`, que devuelve `(dw, db)`: un arreglo `(d,)` y un número. Puedes
# usar tus funciones anteriores.

# %% [markdown] lang="en"
# ## 3. The gradient of the neuron
#
# The product of the three factors is $\partial\ell/\partial w$. For $b$ the last factor is different:
# $\partial z/\partial b = 1$.
#
# **Exercise.** Write `neuron_gradient(w, b, x, y)`, which returns `(dw, db)`: an array `(d,)` and a number. You may use
# your earlier functions.


# %% exercise="neuron_gradient"
def neuron_gradient(w, b, x, y):
    """(dw, db): the derivatives of the loss, an array (d,) and a number; w and x (d,).

    >>> neuron_gradient(np.array([1.0, 2.0]), -2.0, np.array([2.0, 0.0]), 1.0)
    (array([-0.25, -0.  ]), -0.125)
    """
    ### BEGIN SOLUTION
    dl_dyhat, dyhat_dz, dz_dw = local_derivatives(w, b, x, y)
    return dl_dyhat * dyhat_dz * dz_dw, dl_dyhat * dyhat_dz
    ### END SOLUTION


# %% test="neuron_gradient"
_dw, _db = neuron_gradient(np.array([1.0, -1.0]), 0.0, np.array([2.0, 2.0]), 1.0)
assert np.allclose(_dw, [-0.25, -0.25]), "−½ · ¼ · (2, 2) = (−¼, −¼)"
assert np.isclose(_db, -0.125), "−½ · ¼ · 1 = −⅛"

# %% hidden="neuron_gradient" points=1.5
from gradus.exam import Text, call, examine

# A derivative that was measured by central differences is as good as the formula.
_DERIVED = {"rtol": 1e-6, "atol": 1e-9}

with examine("chain_rule.neuron_gradient", neuron_gradient) as exam:
    exam.agrees(
        Text("d entradas", "d inputs"),
        *(
            call(
                exam.rng.normal(size=d),
                float(exam.rng.normal()),
                exam.rng.normal(size=d),
                float(exam.rng.uniform()),
            )
            for d in (1, 2, 3, 7)
        ),
        **_DERIVED,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(np.array([1, -2]), 1, np.array([2, 1]), 0),
        **_DERIVED,
    )

# %% [markdown] lang="es"
# ## 4. Muchos ejemplos a la vez
#
# El costo de un conjunto es la media de las pérdidas, así que su gradiente es la media de los gradientes. Se puede
# calcular sin ciclos: primero $\delta_i = (\hat y_i - y_i)\,\sigma(z_i)(1 - \sigma(z_i))$ para todas las filas, y
# después un producto de matrices.
#
# **Ejercicio.** Escribe `neuron_gradient_batch(w, b, X, Y)`, con `X` de forma `(n, d)` e `Y` de forma `(n,)`. Devuelve
# `(dw, db)`, un arreglo `(d,)` y un número.

# %% [markdown] lang="en"
# ## 4. Many examples at once
#
# The cost of a set is the mean of the losses, so its gradient is the mean of the gradients. It can be computed without
# loops: first $\delta_i = (\hat y_i - y_i)\,\sigma(z_i)(1 - \sigma(z_i))$ for all rows, then one product of matrices.
#
# **Exercise.** Write `neuron_gradient_batch(w, b, X, Y)`, with `X` of shape `(n, d)` and `Y` of shape `(n,)`. It returns
# `(dw, db)`, an array `(d,)` and a number.


# %% exercise="neuron_gradient_batch"
def neuron_gradient_batch(w, b, X, Y):
    """(dw, db) of the mean loss over the examples X (n, d), Y (n,): an array (d,) and a number.

    >>> neuron_gradient_batch(np.zeros(1), 0.0, np.array([[1.0], [3.0]]), np.array([0.0, 0.0]))
    (array([0.25]), 0.125)
    """
    ### BEGIN SOLUTION
    y_hat = sigmoid(X @ w + b)
    delta = (y_hat - Y) * y_hat * (1 - y_hat)
    return X.T @ delta / len(X), np.mean(delta)
    ### END SOLUTION


# %% test="neuron_gradient_batch" points=0.5
_X, _Y = np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([0.0, 1.0])
_dw, _db = neuron_gradient_batch(np.zeros(2), 0.0, _X, _Y)
assert np.allclose(_dw, [-0.125, -0.25]), say(
    "δ = (⅛, −⅛): dw = (⅛·(1, 0) − ⅛·(3, 4)) / 2", "δ = (⅛, −⅛): dw = (⅛·(1, 0) − ⅛·(3, 4)) / 2"
)
assert np.ndim(_db) == 0, say("db es un número", "db is a number")
assert np.isclose(_db, 0), "db = (⅛ − ⅛) / 2 = 0"

# %% hidden="neuron_gradient_batch" points=1.5
from gradus.exam import Text, call, examine

# A derivative that was measured by central differences is as good as the formula.
_DERIVED = {"rtol": 1e-6, "atol": 1e-9}

with examine("chain_rule.neuron_gradient_batch", neuron_gradient_batch) as exam:
    exam.agrees(
        Text("n ejemplos", "n examples"),
        *(
            call(
                exam.rng.normal(size=d),
                float(exam.rng.normal()),
                exam.rng.normal(size=(n, d)),
                exam.rng.uniform(size=n),
            )
            for n, d in ((1, 2), (5, 3), (3, 5), (12, 1))
        ),
        **_DERIVED,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(
            np.array([1, 0]),
            -1,
            exam.rng.integers(-2, 3, size=(6, 2)),
            np.array([0, 1, 1, 0, 1, 0]),
        ),
        **_DERIVED,
    )

# %% [markdown] lang="es"
# ## 5. Varias clases
#
# Con $C$ clases la red entrega una fila de **logits** por ejemplo, $Z$ de forma `(n, C)`, y el softmax los vuelve
# probabilidades:
#
# $$\mathrm{softmax}(z)_c = \frac{e^{z_c}}{\sum_k e^{z_k}}$$
#
# Con $z = 1000$ la exponencial se desborda. Pero restar un mismo número a toda la fila no cambia el cociente: se
# resta el máximo **de cada fila**, y ningún exponente queda positivo.
#
# **Ejercicio.** Escribe `softmax(Z)`, fila por fila, para `Z` de forma `(n, C)`. Debe servir con logits de ±1000, y
# también cuando una fila está mil más arriba que otra.

# %% [markdown] lang="en"
# ## 5. Several classes
#
# With $C$ classes the network gives a row of **logits** per example, $Z$ of shape `(n, C)`, and the softmax turns them
# into probabilities:
#
# $$\mathrm{softmax}(z)_c = \frac{e^{z_c}}{\sum_k e^{z_k}}$$
#
# With $z = 1000$ the exponential overflows. But subtracting one number from a whole row does not change the ratio:
# subtract the maximum **of each row**, and no exponent is positive.
#
# **Exercise.** Write `softmax(Z)`, row by row, for `Z` of shape `(n, C)`. It should work for logits of ±1000, and also
# when one row lies a thousand above another.


# %% exercise="softmax"
def softmax(Z):
    """Softmax of each row of Z (n, C), without overflow; the same shape.

    >>> softmax(np.array([[0.0, np.log(3.0)]]))
    array([[0.25, 0.75]])
    """
    ### BEGIN SOLUTION
    powers = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)
    ### END SOLUTION


# %% test="softmax" points=0.5
assert np.allclose(
    softmax(np.array([[0.0, np.log(3.0)], [5.0, 5.0]])), [[0.25, 0.75], [0.5, 0.5]]
), "e⁰ : e^{ln 3} = 1 : 3"
assert np.allclose(softmax(np.array([[1000.0, 0.0]])), [[1, 0]]), say(
    "softmax(1000, 0) = (1, 0), sin desbordarse", "softmax(1000, 0) = (1, 0), without overflow"
)

# %% hidden="softmax" points=1.5
from gradus.exam import Text, call, examine

with examine("chain_rule.softmax", softmax) as exam:
    exam.agrees(
        Text("logits al azar", "random logits"),
        *(call(3 * exam.rng.normal(size=shape)) for shape in ((1, 4), (5, 3), (3, 3), (4, 1))),
    )
    exam.agrees(
        Text("logits enormes", "huge logits"),
        call(np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1000.5, -999.0]])),
        call(np.array([[800.0, 800.0]])),
        call(np.array([[1000.0, -1000.0, -1000.0, -1000.0]])),
        quiet=True,
    )
    exam.agrees(
        Text("filas a mil de distancia", "rows a thousand apart"),
        call(np.array([[1000.0, 1001.0], [0.0, 0.5], [-1000.0, -998.0]])),
        quiet=True,
    )
    exam.agrees(Text("números enteros", "integers"), call(exam.rng.integers(-3, 4, size=(4, 3))))

# %% [markdown] lang="es"
# El costo es la **entropía cruzada**, el promedio de menos el logaritmo de la probabilidad de la clase correcta. Si
# esa probabilidad es tan chica que el computador la redondea a 0, el logaritmo es $-\infty$. Conviene simplificar
# antes:
#
# $$-\log \mathrm{softmax}(z)_y = \log \sum_c e^{z_c} - z_y, \qquad
# \log \sum_c e^{z_c} = m + \log \sum_c e^{z_c - m} \ \text{ con } m = \max_c z_c$$
#
# **Ejercicio.** Escribe `cross_entropy(Z, labels)`: la media sobre los `n` ejemplos, finita también con logits de
# ±1000. `labels` trae enteros de 0 a `C` − 1.

# %% [markdown] lang="en"
# The cost is the **cross entropy**, the average of minus the logarithm of the right class's probability. If this
# probability is so small that the computer rounds it to 0, the logarithm is $-\infty$. It pays to simplify first:
#
# $$-\log \mathrm{softmax}(z)_y = \log \sum_c e^{z_c} - z_y, \qquad
# \log \sum_c e^{z_c} = m + \log \sum_c e^{z_c - m} \ \text{ with } m = \max_c z_c$$
#
# **Exercise.** Write `cross_entropy(Z, labels)`: the mean over the `n` examples, finite also for logits of ±1000.
# `labels` holds integers from 0 to `C` − 1.


# %% exercise="cross_entropy"
def cross_entropy(Z, labels):
    """Mean cross entropy of the logits Z (n, C) for the labels (n,), integers from 0 to C - 1.

    >>> cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    1000.0
    """
    ### BEGIN SOLUTION
    top = np.max(Z, axis=1)
    log_sum = top + np.log(np.sum(np.exp(Z - top[:, None]), axis=1))
    return np.mean(log_sum - Z[np.arange(len(Z)), labels])
    ### END SOLUTION


# %% test="cross_entropy" points=0.5
assert np.isclose(cross_entropy(np.zeros((3, 4)), np.array([0, 1, 3])), np.log(4)), (
    "softmax = ¼ ⇒ −log ¼ = log 4"
)
assert np.isclose(cross_entropy(np.array([[0.0, np.log(3.0)]]), np.array([0])), np.log(4)), (
    "−log(1/4) = log 4"
)
assert np.isclose(cross_entropy(np.array([[1000.0, 0.0]]), np.array([1])), 1000), say(
    "log(e¹⁰⁰⁰ + 1) − 0 = 1000: finita", "log(e¹⁰⁰⁰ + 1) − 0 = 1000: finite"
)

# %% hidden="cross_entropy" points=1.5
from gradus.exam import Text, call, examine

with examine("chain_rule.cross_entropy", cross_entropy) as exam:
    exam.agrees(
        Text("logits al azar", "random logits"),
        *(
            call(3 * exam.rng.normal(size=(n, c)), exam.rng.integers(0, c, size=n))
            for n, c in ((1, 3), (6, 4), (4, 4), (5, 2))
        ),
        call(exam.rng.normal(size=(3, 3)), np.array([0, 1, 2])),
    )
    exam.agrees(
        Text("logits enormes", "huge logits"),
        call(np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 3.0]]), np.array([1, 0])),
        call(np.array([[-1000.0, -1001.0], [900.0, 0.0]]), np.array([1, 0])),
        quiet=True,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(exam.rng.integers(-3, 4, size=(5, 3)), exam.rng.integers(0, 3, size=5)),
    )

# %% [markdown] lang="es"
# Su gradiente es de una sencillez que sorprende: la probabilidad menos la verdad,
#
# $$\frac{\partial \ell}{\partial z_{ic}} = \frac1n \left( \mathrm{softmax}(z_i)_c - [c = y_i] \right)$$
#
# donde $[c = y_i]$ es 1 en la clase correcta y 0 en las demás.
#
# **Ejercicio.** Escribe `d_cross_entropy(Z, labels)`, un arreglo `(n, C)`.

# %% [markdown] lang="en"
# Its gradient is surprisingly simple: the probability minus the truth,
#
# $$\frac{\partial \ell}{\partial z_{ic}} = \frac1n \left( \mathrm{softmax}(z_i)_c - [c = y_i] \right)$$
#
# where $[c = y_i]$ is 1 at the right class and 0 at the others.
#
# **Exercise.** Write `d_cross_entropy(Z, labels)`, an array `(n, C)`.


# %% exercise="d_cross_entropy"
def d_cross_entropy(Z, labels):
    """Gradient (n, C) of cross_entropy with respect to the logits Z (n, C).

    >>> d_cross_entropy(np.zeros((1, 2)), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    ### BEGIN SOLUTION
    gradient = np.array(softmax(Z))
    gradient[np.arange(len(Z)), labels] -= 1
    return gradient / len(Z)
    ### END SOLUTION


# %% test="d_cross_entropy"
_gradient = np.asarray(d_cross_entropy(np.zeros((2, 4)), np.array([0, 3])))
assert np.allclose(_gradient[0], [-0.375, 0.125, 0.125, 0.125]), "(¼ − 1)/2, ¼/2, ¼/2, ¼/2"
assert np.allclose(_gradient.sum(axis=1), 0), say("cada fila suma 0", "each row adds up to 0")

# %% hidden="d_cross_entropy" points=2
from gradus.exam import Text, call, examine

# Central differences of the cost are as good as the formula.
_DERIVED = {"rtol": 1e-6, "atol": 1e-7}

with examine("chain_rule.d_cross_entropy", d_cross_entropy) as exam:
    exam.agrees(
        Text("logits al azar", "random logits"),
        *(
            call(3 * exam.rng.normal(size=(n, c)), exam.rng.integers(0, c, size=n))
            for n, c in ((1, 3), (6, 4), (4, 4), (5, 2))
        ),
        call(exam.rng.normal(size=(3, 3)), np.array([0, 1, 2])),
        **_DERIVED,
    )
    exam.agrees(
        Text("logits enormes", "huge logits"),
        call(np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 3.0]]), np.array([1, 1])),
        **_DERIVED,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(exam.rng.integers(-3, 4, size=(5, 3)), exam.rng.integers(0, 3, size=5)),
        **_DERIVED,
    )

# %% [markdown] lang="es"
# ## 6. Dos capas, de ida y de vuelta
#
# La red que todos dibujan: una capa oculta de $h$ neuronas con tanh y una salida lineal,
#
# $$H = \tanh(X W_1 + b_1), \qquad Z = H W_2 + b_2$$
#
# con $W_1$ de forma `(d, h)`, $b_1$ `(h,)`, $W_2$ `(h, C)` y $b_2$ `(C,)`. Si $G = \partial\ell/\partial Z$ ya se
# conoce, la cadena se recorre al revés:
#
# $$\frac{\partial \ell}{\partial W_2} = H^\top G, \quad
# \frac{\partial \ell}{\partial b_2} = \sum_i G_i, \quad
# D = (G W_2^\top) \odot (1 - H^2), \quad
# \frac{\partial \ell}{\partial W_1} = X^\top D, \quad
# \frac{\partial \ell}{\partial b_1} = \sum_i D_i$$
#
# donde $\odot$ y el cuadrado van elemento a elemento, y $G_i$ y $D_i$ son filas: una por ejemplo.
#
# **Ejercicio.** Escribe dos funciones que se entienden entre sí. `params` es un diccionario con las claves `"W1"`,
# `"b1"`, `"W2"`, `"b2"`.
#
# - `mlp_forward(params, X)` devuelve `(logits, cache)`; en `cache` guarda lo que necesites para volver: es asunto tuyo.
# - `mlp_backward(params, cache, d_logits)` recibe ese `cache` y $G$, de forma `(n, C)`, y devuelve un diccionario con
#   las mismas claves que `params`. El $1/n$ ya viene en $G$. Entre la ida y su vuelta puede haber otras idas: lo que
#   necesites, búscalo en `cache`.

# %% [markdown] lang="en"
# ## 6. Two layers, there and back
#
# The network that everybody draws: a hidden layer of $h$ neurons with tanh and a linear output,
#
# $$H = \tanh(X W_1 + b_1), \qquad Z = H W_2 + b_2$$
#
# with $W_1$ of shape `(d, h)`, $b_1$ `(h,)`, $W_2$ `(h, C)` and $b_2$ `(C,)`. If $G = \partial\ell/\partial Z$ is known,
# the chain is followed backwards:
#
# $$\frac{\partial \ell}{\partial W_2} = H^\top G, \quad
# \frac{\partial \ell}{\partial b_2} = \sum_i G_i, \quad
# D = (G W_2^\top) \odot (1 - H^2), \quad
# \frac{\partial \ell}{\partial W_1} = X^\top D, \quad
# \frac{\partial \ell}{\partial b_1} = \sum_i D_i$$
#
# where $\odot$ and the square act element by element, and $G_i$ and $D_i$ are rows: one per example.
#
# **Exercise.** Write two functions that understand each other. `params` is a dictionary with the keys `"W1"`, `"b1"`,
# `"W2"`, `"b2"`.
#
# - `mlp_forward(params, X)` returns `(logits, cache)`; keep in `cache` what you need for the way back: that is your own
#   business.
# - `mlp_backward(params, cache, d_logits)` is given this `cache` and $G$, of shape `(n, C)`, and returns a dictionary
#   with the same keys as `params`. The $1/n$ already comes with $G$. Between a forward pass and its backward pass
#   there may be other forward passes: look for what you need in `cache`.


# %% exercise="mlp"
def mlp_forward(params, X):
    """(logits, cache): the logits (n, C) of the network for X (n, d), and what backward needs.

    >>> params = {"W1": np.zeros((2, 3)), "b1": np.zeros(3), "W2": np.ones((3, 1)), "b2": np.ones(1)}
    >>> logits, cache = mlp_forward(params, np.array([[1.0, 2.0]]))
    >>> logits
    array([[1.]])
    """
    ### BEGIN SOLUTION
    hidden = np.tanh(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + params["b2"], (X, hidden)
    ### END SOLUTION


def mlp_backward(params, cache, d_logits):
    """Gradients with the keys of params, for the gradient d_logits (n, C) of the logits.

    >>> mlp_backward(params, cache, np.array([[2.0]]))["b1"]
    array([2., 2., 2.])
    """
    ### BEGIN SOLUTION
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * (1 - hidden**2)
    return {
        "W1": X.T @ d_hidden,
        "b1": np.sum(d_hidden, axis=0),
        "W2": hidden.T @ d_logits,
        "b2": np.sum(d_logits, axis=0),
    }
    ### END SOLUTION


# %% test="mlp" points=0.5
_params = {
    "W1": np.zeros((2, 3)),
    "b1": np.zeros(3),
    "W2": np.arange(6.0).reshape(3, 2),
    "b2": np.array([5.0, -1.0]),
}
_X, _G = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
_logits, _cache = mlp_forward(_params, _X)
assert np.allclose(_logits, [[5, -1], [5, -1]]), "W₁ = 0 ⇒ H = tanh(0) = 0 ⇒ Z = b₂"
_grads = mlp_backward(_params, _cache, _G)
assert set(_grads) == {"W1", "b1", "W2", "b2"}, say("las claves de params", "the keys of params")
assert np.allclose(_grads["b2"], [1, 2]), "∂ℓ/∂b₂ = Σ G = (1, 2)"
assert np.allclose(_grads["b1"], [2, 8, 14]), (
    "1 − H² = 1 ⇒ ∂ℓ/∂b₁ = Σ G W₂ᵀ = (0 + 2, 2 + 6, 4 + 10)"
)
assert np.shape(_grads["W1"]) == (2, 3), "(d, h)"
assert np.shape(_grads["W2"]) == (3, 2), "(h, C)"

# %% hidden="mlp" points=3
from gradus.exam import Text, careful, examine
from gradus.reference import chain_rule as _right


def _network(rng, d, h, c):
    return {
        "W1": rng.normal(size=(d, h)),
        "b1": rng.normal(size=h),
        "W2": rng.normal(size=(h, c)),
        "b2": rng.normal(size=c),
    }


def _back(params, X, G, between=()):
    """A probe of backward, after the forward that it belongs to and others of ``between``.

    The cache is handed on as it came: it is neither copied nor looked at.
    """

    def forward_of(backward):
        return mlp_forward if backward is mlp_backward else _right.mlp_forward

    def with_cache(backward, cache):
        for other in between:
            forward_of(backward)(params, other)
        return careful(lambda params, G: backward(params, cache, G))(params, G)

    return lambda backward: with_cache(backward, forward_of(backward)(params, X)[1])


# A derivative that was measured by central differences is as good as the formula.
_DERIVED = {"rtol": 1e-6, "atol": 1e-8}
_SHAPES = ((5, 2, 3, 4), (1, 3, 2, 2), (7, 4, 4, 4), (3, 1, 5, 2))
with examine("chain_rule.mlp_forward", mlp_forward) as exam:
    for _n, _d, _h, _c in _SHAPES:
        _params, _X = _network(exam.rng, _d, _h, _c), exam.rng.normal(size=(_n, _d))
        exam.agrees(
            Text("una red al azar", "a random network"),
            lambda forward, params=_params, X=_X: careful(forward)(params, X)[0],
        )
    exam.agrees(
        Text("ejemplos enteros", "examples of integers"),
        lambda forward: careful(forward)(_params, np.array([[1], [-2]]))[0],
    )
with examine("chain_rule.mlp_backward", mlp_backward) as exam:
    for _n, _d, _h, _c in _SHAPES:
        _params, _X = _network(exam.rng, _d, _h, _c), exam.rng.normal(size=(_n, _d))
        exam.agrees(
            Text("una red al azar", "a random network"),
            _back(_params, _X, exam.rng.normal(size=(_n, _c))),
            **_DERIVED,
        )
    exam.agrees(
        Text(
            "el cache de una ida, después de otra ida con otros ejemplos",
            "the cache of one forward, after another forward with other examples",
        ),
        _back(_params, _X, exam.rng.normal(size=(_n, _c)), between=[2 * _X]),
        **_DERIVED,
    )

# %% [markdown] lang="es"
# ¿Le crees a tu vuelta? Dos pruebas independientes. `torch.autograd` deriva la misma red por su cuenta. Y la
# **prueba del adjunto** no necesita a nadie: si $J$ es la derivada de los logits respecto de los parámetros, entonces
# $\langle Jv, u \rangle = \langle v, J^\top u \rangle$ para cualquier $u$ y $v$; la ida calcula el lado izquierdo (con
# una diferencia) y la vuelta el derecho.

# %% [markdown] lang="en"
# Do you trust your way back? Two independent tests. `torch.autograd` differentiates the same network on its own. And
# the **adjoint test** needs nobody: if $J$ is the derivative of the logits with respect to the parameters, then
# $\langle Jv, u \rangle = \langle v, J^\top u \rangle$ for any $u$ and $v$; going there computes the left side (by a
# difference) and coming back the right one.

# %% given="show_autograd"
import torch

_rng = np.random.default_rng(5)
_params = {
    "W1": _rng.normal(size=(3, 6)),
    "b1": _rng.normal(size=6),
    "W2": _rng.normal(size=(6, 4)),
    "b2": _rng.normal(size=4),
}
_X, _labels = _rng.normal(size=(10, 3)), _rng.integers(0, 4, size=10)
_logits, _cache = mlp_forward(_params, _X)
_grads = mlp_backward(_params, _cache, d_cross_entropy(np.asarray(_logits), _labels))
_tensors = {name: torch.tensor(value, requires_grad=True) for name, value in _params.items()}
_hidden = torch.tanh(torch.tensor(_X) @ _tensors["W1"] + _tensors["b1"])
_cost = torch.nn.functional.cross_entropy(
    _hidden @ _tensors["W2"] + _tensors["b2"], torch.tensor(_labels)
)
_cost.backward()
for _name, _tensor in _tensors.items():
    _difference = np.abs(np.asarray(_grads[_name]) - _tensor.grad.numpy()).max()
    print(
        f"{_name}: {say('diferencia máxima con', 'largest difference from')} torch.autograd = {_difference:.1e}"
    )

_v = {name: _rng.normal(size=value.shape) for name, value in _params.items()}
_u = _rng.normal(size=(10, 4))
_h = 1e-6
_ahead = mlp_forward({k: _params[k] + _h * _v[k] for k in _params}, _X)[0]
_behind = mlp_forward({k: _params[k] - _h * _v[k] for k in _params}, _X)[0]
_left = np.sum((np.asarray(_ahead) - np.asarray(_behind)) / (2 * _h) * _u)
_back = mlp_backward(_params, _cache, _u)
_right = sum(np.sum(np.asarray(_back[k]) * _v[k]) for k in _params)
print(f"⟨Jv, u⟩ = {_left:.8f}   ⟨v, Jᵀu⟩ = {_right:.8f}")

# %% [markdown] lang="es"
# ## 7. El revisor revisado
#
# Ya no basta con tener un gradiente: hay que tener **cómo saber** si está malo. Un revisor compara coordenada por
# coordenada lo que alguien afirma, $g_k$, con una diferencia central, $n_k$, y acepta si el error relativo es chico
# en **todas**:
#
# $$|n_k - g_k| \leq \mathrm{tol} \cdot \max(|n_k|, |g_k|)$$
#
# **Ejercicio.** Escribe `gradient_check(f, grad, x, tol)`. `f` va de un arreglo de la forma de `x` a un número, y
# `grad` de ese arreglo a otro de la misma forma, que dice ser el gradiente; `x` puede tener cualquier
# forma, y sus enteros se tratan como decimales. Devuelve `True` o `False`. Elige tú el paso; `tol` la elige quien llama.
#
# Tu revisor rendirá examen: le mostraremos gradientes correctos, que debe aprobar, y gradientes con errores plantados,
# que debe descubrir: una sola coordenada un uno por ciento más grande o más chica, o una entre treinta apenas un dos por
# mil; un signo, un factor 2 o ½, errores que se compensan, una función diminuta, una que no es cuadrática. En los casos
# del examen `tol` es casi siempre `1e-4`, y ninguna coordenada del gradiente está cerca de 0.

# %% [markdown] lang="en"
# ## 7. The checker checked
#
# It is no longer enough to have a gradient: one must have a **way to know** whether it is wrong. A checker compares,
# coordinate by coordinate, what somebody claims, $g_k$, with a central difference, $n_k$, and accepts if the relative
# error is small in **all** of them:
#
# $$|n_k - g_k| \leq \mathrm{tol} \cdot \max(|n_k|, |g_k|)$$
#
# **Exercise.** Write `gradient_check(f, grad, x, tol)`. `f` goes from an array of the shape of `x` to a number, and `grad`
# from such an array to another of the same shape, which claims to be the gradient; `x` may have any shape, and
# its integers are treated as floats. It returns `True` or `False`. Choose the step yourself; `tol` is the caller's choice.
#
# Your checker will sit an exam: we will show it right gradients, which it should pass, and gradients with planted
# errors, which it should find: a single coordinate one per cent too large or too small, or one among thirty by two per
# thousand; a sign, a factor of 2 or ½, errors that make up for each other, a tiny function, one that is not quadratic. In
# the cases of the exam `tol` is nearly always `1e-4`, and no coordinate of the gradient is near 0.


# %% exercise="gradient_check"
def gradient_check(f, grad, x, tol):
    """Whether grad(x) is the gradient of f at x (any shape), each coordinate within tol (relative).

    >>> gradient_check(lambda x: np.sum(x**3), lambda x: 3 * x**2, np.array([1.0, 2.0]), 1e-4)
    True
    >>> gradient_check(lambda x: np.sum(x**3), lambda x: 3 * x, np.array([1.0, 2.0]), 1e-4)
    False
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-5
        numeric = (f(x + step) - f(x - step)) / 2e-5
        if abs(numeric - claimed[place]) > tol * max(abs(numeric), abs(claimed[place])):
            return False
    return True
    ### END SOLUTION


# %% test="gradient_check" points=0.5
_cube, _slope = (lambda x: np.sum(x**3)), (lambda x: 3 * x**2)
_x = np.array([[1.0, 2.0], [-1.5, 3.0]])
assert gradient_check(_cube, _slope, _x, 1e-4), say("∇Σx³ = 3x²: apruébalo", "∇Σx³ = 3x²: pass it")
assert not gradient_check(_cube, lambda x: 3 * x, _x, 1e-4), say(
    "3x no es la derivada de x³: descúbrelo", "3x is not the derivative of x³: find it"
)
assert not gradient_check(_cube, lambda x: 3 * x**2 + 0.3 * (x == 3), _x, 1e-4), say(
    "una sola coordenada está mala: descúbrela", "one coordinate only is wrong: find it"
)
assert gradient_check(_cube, lambda x: 2.97 * x**2, _x, 0.1), say(
    "un error de 1 % cabe en tol = 0.1", "an error of 1 % is within tol = 0.1"
)

# %% hidden="gradient_check" points=3
from gradus.exam import Text, careful, examine

_TOL = 1e-4


class _Planted:
    """A sum of cubes far from its stationary points, and claims about its gradient.

    ``spread`` says how much the sizes of its derivatives differ.
    """

    def __init__(self, rng, shape, signs="both", scale=1.0, spread=0.3):
        self.weights = scale * rng.uniform(1, 1 + spread, size=shape)
        if signs == "both":
            self.weights.flat[1::2] *= -1
        self.x = rng.uniform(-spread, spread, size=shape)

    def f(self, x):
        return float(np.sum(self.weights * (np.asarray(x) + 3) ** 3))

    def right(self, x):
        return 3 * self.weights * (np.asarray(x) + 3) ** 2

    def answer(self, checker, claim, tol=_TOL):
        return careful(checker)(self.f, claim, self.x, tol)

    def passes(self, checker, claim, tol=_TOL):
        return bool(self.answer(checker, claim, tol))

    def times(self, factor, *places):
        """The gradient with a factor: in these places, or in all."""
        factors = np.ones(np.shape(self.x))
        factors.flat[list(places) or slice(None)] = factor
        return lambda x: factors * self.right(x)

    def compensated(self, x):
        gradient = self.right(x)
        error = 0.05 * abs(gradient.flat[0])
        gradient.flat[:2] += [error, -error]
        return gradient

    def compensated_in_proportion(self, x):
        gradient = self.right(x)
        gradient.flat[:2] *= [1.05, 0.95]
        return gradient


def _is_verdict(value):
    return np.ndim(value) == 0 and value in (True, False)


with examine("chain_rule.gradient_check", gradient_check) as exam:
    _cases = [_Planted(exam.rng, shape) for shape in ((3,), (1,), (2, 2), (2, 1, 2))]
    _same_sign = _Planted(exam.rng, (4,), signs="one")
    _tiny = _Planted(exam.rng, (3,), scale=1e-9)
    # One error of 0.002 among thirty coordinates is below tol on average, and above it by norm.
    _many = _Planted(exam.rng, (30,), spread=0.05)
    _whole = _Planted(exam.rng, (3,))
    _whole.x = np.array([1, -1, 2])
    exam.holds(
        Text("responde `True` o `False`", "it answers `True` or `False`"),
        lambda f: all(
            _is_verdict(_cases[0].answer(f, _cases[0].times(factor))) for factor in (1, 2)
        ),
    )
    exam.holds(
        Text("aprueba gradientes correctos", "it passes right gradients"),
        lambda f: all(case.passes(f, case.right) for case in (*_cases, _same_sign, _many)),
    )
    exam.holds(
        Text(
            "aprueba el gradiente de una función diminuta",
            "it passes the gradient of a tiny function",
        ),
        lambda f: _tiny.passes(f, _tiny.right),
    )
    exam.holds(
        Text(
            "aprueba un gradiente correcto en un punto de enteros",
            "it passes a right gradient at a point of integers",
        ),
        lambda f: _whole.passes(f, _whole.right),
    )
    exam.holds(
        Text(
            "aprueba un error menor que `tol` y descubre uno mayor",
            "it passes an error smaller than `tol` and finds a larger one",
        ),
        lambda f: (
            _same_sign.passes(f, _same_sign.times(1.01), 0.1)
            and not _same_sign.passes(f, _same_sign.times(1.01), 1e-3)
        ),
    )
    exam.holds(
        Text("descubre una primera coordenada mala", "it finds a first coordinate that is wrong"),
        lambda f: (
            not any(
                case.passes(f, case.times(factor, 0)) for case in _cases for factor in (1.01, 0.99)
            )
        ),
    )
    exam.holds(
        Text("descubre una sola coordenada mala", "it finds a single wrong coordinate"),
        lambda f: (
            not any(
                case.passes(f, case.times(factor, place))
                for case in (*_cases, _same_sign)
                for place in range(1, case.x.size)
                for factor in (1.01, 0.99)
            )
        ),
    )
    exam.holds(
        Text(
            "descubre una coordenada mala entre treinta",
            "it finds one wrong coordinate among thirty",
        ),
        lambda f: not any(_many.passes(f, _many.times(1.002, place)) for place in (0, 14, 29)),
    )
    exam.holds(
        Text("descubre un factor 2 o ½", "it finds a factor of 2 or ½"),
        lambda f: (
            not any(case.passes(f, case.times(factor)) for case in _cases for factor in (2, 0.5))
        ),
    )
    exam.holds(
        Text("descubre un signo", "it finds a sign"),
        lambda f: not any(case.passes(f, case.times(-1)) for case in (*_cases, _same_sign)),
    )
    exam.holds(
        Text("descubre errores que se compensan", "it finds errors that make up for each other"),
        lambda f: (
            not any(
                case.passes(f, claim)
                for case in (_cases[0], _cases[2], _same_sign)
                for claim in (case.compensated, case.compensated_in_proportion)
            )
        ),
    )
    exam.holds(
        Text("descubre el error en una función diminuta", "it finds the error in a tiny function"),
        lambda f: not _tiny.passes(f, _tiny.times(1.01, 1)) and not _tiny.passes(f, np.zeros_like),
    )

# %% [markdown] lang="es"
# Antes del examen, un ensayo: un gradiente correcto al que se le planta un error cada vez más grande, de cuatro maneras.
# ¿Desde qué tamaño lo descubre tu revisor? Predice dónde cambian los puntos, y si las cuatro filas coinciden.

# %% [markdown] lang="en"
# Before the exam, a rehearsal: a right gradient in which a larger and larger error is planted, in four ways. From what
# size on does your checker find it? Predict where the dots change, and whether the four rows agree.

# %% given="plot_trial"
_x = np.array([1.0, 2.0, -1.5, 3.0])
_faults = {
    say("una coordenada de más", "one coordinate too large"): (0, 1, 0, 0),
    say("una coordenada de menos", "one coordinate too small"): (0, 0, -1, 0),
    say("una de más y otra de menos", "one too large, one too small"): (1, -1, 0, 0),
    say("todas de más", "all too large"): (1, 1, 1, 1),
}
figure, axis = plt.subplots(figsize=(8, 2.6), layout="constrained")
for _row, _fault in enumerate(_faults.values()):
    for _size in np.logspace(-7, -1, 24):
        _factors = 1 + _size * np.array(_fault)
        _passes = gradient_check(
            lambda x: np.sum(x**3), lambda x: 3 * _factors * x**2, _x, tol=1e-4
        )
        axis.plot(_size, _row, "o", color=BLUE, mfc="white" if _passes else BLUE, ms=7)
axis.axvline(1e-4, color="0.4", ls=":")
axis.text(1.1e-4, 3.35, "tol", color="0.4")
axis.set(
    xscale="log",
    xlabel=say("tamaño relativo del error plantado", "relative size of the planted error"),
    ylim=(-0.5, 3.8),
    yticks=range(4),
    yticklabels=_faults,
    title=say("vacío: aprobado; lleno: descubierto", "empty: passed; filled: found"),
)
plt.show()

# %% [markdown] lang="es"
# ¿Y el paso? Con $h$ grande manda el error de truncamiento, que cae como $h^2$; con $h$ chico, el redondeo, que crece
# como $1/h$. En medio hay un valle, y tu revisor debe vivir en él.

# %% [markdown] lang="en"
# And the step? With a large $h$ the truncation error rules, which falls as $h^2$; with a small $h$ rounding does, which
# grows as $1/h$. Between them lies a valley, and your checker should live in it.

# %% given="plot_step"
_steps = np.logspace(-12, 0, 49)
_point = 0.7
_exact = sigmoid(_point) * (1 - sigmoid(_point))
_errors = [
    abs((sigmoid(_point + h) - sigmoid(_point - h)) / (2 * h) - _exact) / _exact for h in _steps
]
figure, axis = plt.subplots(figsize=(6, 3.3), layout="constrained")
axis.loglog(
    _steps, np.maximum(_errors, 1e-13), "o", color=BLUE, ms=4, label=say("medido", "measured")
)
axis.loglog(
    _steps[24:],
    0.05 * _steps[24:] ** 2,
    color=GREEN,
    lw=1.5,
    label=say("truncamiento: $h^2$", "truncation: $h^2$"),
)
axis.loglog(
    _steps[:28],
    2e-16 / _steps[:28],
    color=RED,
    lw=1.5,
    ls="--",
    label=say("redondeo: $1/h$", "rounding: $1/h$"),
)
axis.axhline(1e-4, color="0.6", lw=1, ls=":")
axis.text(2e-12, 1.4e-4, "tol", color="0.4")
axis.set(xlabel="$h$", ylabel=say("error relativo", "relative error"), ylim=(1e-13, 2))
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Derivaste una neurona factor por factor y una red capa por capa, viste que un logaritmo bien simplificado no se
# desborda, y escribiste un examen que otros gradientes tendrán que rendir. Así se trabaja de verdad: nadie entrena
# con un gradiente que no ha sido revisado.
#
# Queda una pregunta abierta. El costo es una media sobre todos los ejemplos. Con un millón de ellos, cada paso cuesta
# un millón de idas y vueltas. ¿Hace falta mirarlos todos para saber hacia dónde bajar? La próxima semana: el descenso
# estocástico.

# %% [markdown] lang="en"
# ## What it was good for
#
# You differentiated a neuron factor by factor and a network layer by layer, saw that a logarithm that is simplified well
# does not overflow, and wrote an exam that other gradients will have to sit. This is how the work is really done: nobody
# trains with a gradient that has not been checked.
#
# One question stays open. The cost is a mean over all examples. With a million of them, each step costs a million
# journeys there and back. Must one look at all of them to know which way is down? Next week: stochastic descent.
