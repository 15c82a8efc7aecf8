# %% [markdown] lang="es"
# # Semana 2 · Funciones de activación
#
# El escalón de la semana pasada decide, pero no enseña: su derivada es 0 en todas partes y, en el
# borde, no existe. Para aprender hace falta una función que responda a la pregunta «¿y si muevo un poco
# los pesos?». Esta semana construyes cuatro, con sus derivadas.
#
# Al terminar este notebook podrás:
#
# - programar sigmoide, tangente hiperbólica, ReLU y ELU de modo que no se rompan con números grandes;
# - derivarlas, y comprobar cualquier derivada con una diferencia numérica;
# - explicar con una figura por qué una red profunda de sigmoides casi no aprende;
# - reconocer una ReLU muerta.
#
# Como siempre: ninguna función cambia sus argumentos, y cada pregunta se califica sola.

# %% [markdown] lang="en"
# # Week 2 · Activation functions
#
# Last week's step decides, but it does not teach: its derivative is 0 everywhere and, at the edge, does
# not exist. To learn we need a function that answers the question "what if I move the weights a little?".
# This week you build four of them, with their derivatives.
#
# At the end of this notebook you will be able to:
#
# - program sigmoid, hyperbolic tangent, ReLU and ELU so that large numbers do not break them;
# - differentiate them, and check any derivative with a numerical difference;
# - explain with a picture why a deep network of sigmoids hardly learns;
# - recognise a dead ReLU.
#
# As always: no function changes its arguments, and each question is graded alone.

# %% given="setup"
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


# %% [markdown] lang="es"
# ## 1. La sigmoide
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# Es un escalón con las esquinas redondeadas: va de 0 a 1, pasa por $1/2$ en $z = 0$ y tiene derivada en
# todas partes.
#
# Hay una trampa. Con $z = -1000$ la fórmula pide $e^{1000}$, y el mayor `float64` es cerca de
# $e^{709}$. El resultado final se salva ($1/\infty = 0$), pero NumPy avisa de un *overflow*, y en otras
# fórmulas el mismo descuido termina en `nan`. Multiplica arriba y abajo por $e^{z}$ y tienes una forma
# igual, segura para $z < 0$:
#
# $$\sigma(z) = \frac{e^{z}}{1 + e^{z}}$$
#
# Cuidado con `np.where(condición, a, b)`: calcula **las dos** opciones enteras y después elige.
#
# **Ejercicio.** Escribe `sigmoid(z)`, elemento por elemento, para `z` de cualquier forma. Debe ser
# correcta también en $z = \pm 1000$, y sin ningún *overflow* en el camino (que algo muy pequeño se
# redondee a 0 está bien).

# %% [markdown] lang="en"
# ## 1. The sigmoid
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It is a step with rounded corners: it goes from 0 to 1, passes through $1/2$ at $z = 0$ and has a
# derivative everywhere.
#
# There is a trap. With $z = -1000$ the formula asks for $e^{1000}$, and the largest `float64` is about
# $e^{709}$. The final result survives ($1/\infty = 0$), but NumPy warns of an *overflow*, and in other
# formulas the same carelessness ends in `nan`. Multiply above and below by $e^{z}$ and you have an equal
# form, safe for $z < 0$:
#
# $$\sigma(z) = \frac{e^{z}}{1 + e^{z}}$$
#
# Mind `np.where(condition, a, b)`: it computes **both** options in full and chooses afterwards.
#
# **Exercise.** Write `sigmoid(z)`, element by element, for `z` of any shape. It should be right at
# $z = \pm 1000$ as well, without any *overflow* on the way (that something tiny is rounded to 0 is fine).


# %% exercise="sigmoid"
def sigmoid(z):
    """Sigmoid 1 / (1 + exp(-z)), elementwise and without overflow.

    z: array of any shape. Returns an array of the same shape, in [0, 1].

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)
    ### END SOLUTION


# %% test="sigmoid" points=0.5
assert np.isclose(sigmoid(0.0), 0.5), "σ(0) = 1/2"
assert np.isclose(sigmoid(np.log(3.0)), 0.75), "σ(ln 3) = 1/(1 + 1/3) = 3/4"
assert np.isclose(sigmoid(-np.log(3.0)), 0.25), "σ(−z) = 1 − σ(z)"
assert np.shape(sigmoid(np.zeros((2, 3)))) == (2, 3), say(
    "la forma no cambia", "the shape stays the same"
)
with np.errstate(over="raise", invalid="raise"):
    assert np.allclose(sigmoid(np.array([-1000.0, 1000.0])), [0, 1]), "σ(−1000) = 0, σ(1000) = 1"

# %% hidden="sigmoid" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.sigmoid", sigmoid) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-2.3), call(1.7))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=4, size=shape)) for shape in ((7,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(
        Text("z muy grande", "a very large z"), call(np.array([40.0, 800.0, 1000.0])), quiet=True
    )
    exam.agrees(
        Text("z muy negativo", "a very negative z"),
        call(np.array([-40.0, -800.0, -1000.0])),
        quiet=True,
    )
    exam.agrees(
        Text("z de ambos signos y muy lejos de 0", "z of both signs, very far from 0"),
        call(np.array([[-1000.0, 1000.0], [0.0, -1.0]])),
        quiet=True,
    )

# %% [markdown] lang="es"
# ## 2. Tangente hiperbólica, ReLU y ELU
#
# $$\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} \qquad
# \mathrm{ReLU}(z) = \begin{cases} 0 & z < 0 \\ z & z \geq 0 \end{cases} \qquad
# \mathrm{ELU}(z) = \begin{cases} \alpha\,(e^{z} - 1) & z < 0 \\ z & z \geq 0 \end{cases}$$
#
# La tangente hiperbólica está centrada en 0. ReLU es la más barata y la más usada. ELU la suaviza por la
# izquierda, donde tiende a $-\alpha$.
#
# **Ejercicio.** Escribe `tanh(z)`, elemento por elemento y para cualquier forma. Puedes usar las funciones
# de NumPy. También en $\pm 1000$, sin *overflow*.

# %% [markdown] lang="en"
# ## 2. Hyperbolic tangent, ReLU and ELU
#
# $$\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} \qquad
# \mathrm{ReLU}(z) = \begin{cases} 0 & z < 0 \\ z & z \geq 0 \end{cases} \qquad
# \mathrm{ELU}(z) = \begin{cases} \alpha\,(e^{z} - 1) & z < 0 \\ z & z \geq 0 \end{cases}$$
#
# The hyperbolic tangent is centred at 0. ReLU is the cheapest and the most used. ELU smooths it on the
# left, where it tends to $-\alpha$.
#
# **Exercise.** Write `tanh(z)`, element by element and for any shape. You may use NumPy's functions. At
# $\pm 1000$ as well, without *overflow*.


# %% exercise="tanh"
def tanh(z):
    """Hyperbolic tangent, elementwise and without overflow.

    z: array of any shape. Returns an array of the same shape, in [-1, 1].

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    ### BEGIN SOLUTION
    return np.tanh(z)
    ### END SOLUTION


# %% test="tanh" points=0.5
assert np.isclose(tanh(0.0), 0.0), "tanh(0) = 0"
assert np.isclose(tanh(np.log(2.0)), 0.6), "tanh(ln 2) = (2 − 1/2)/(2 + 1/2) = 3/5"
assert np.isclose(tanh(-np.log(2.0)), -0.6), "tanh(−z) = −tanh(z)"
with np.errstate(over="raise", invalid="raise"):
    assert np.allclose(tanh(np.array([-1000.0, 1000.0])), [-1, 1]), "tanh(±1000) = ±1"

# %% hidden="tanh" points=1
from gradus.exam import Text, call, examine

with examine("activations.tanh", tanh) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((7,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0])),
        quiet=True,
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `relu(z)`, elemento por elemento y para cualquier forma.

# %% [markdown] lang="en"
# **Exercise.** Write `relu(z)`, element by element and for any shape.


# %% exercise="relu"
def relu(z):
    """Rectified linear unit, elementwise: z where z >= 0, else 0.

    z: array of any shape. Returns an array of the same shape.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    ### BEGIN SOLUTION
    return np.maximum(z, 0.0)
    ### END SOLUTION


# %% test="relu" points=0.5
assert relu(3.0) == 3.0, "ReLU(3) = 3"
assert relu(-2.0) == 0.0, "ReLU(−2) = 0"
assert np.array_equal(relu(np.array([[-1.0, 2.0], [0.0, -4.0]])), [[0, 2], [0, 0]]), say(
    "elemento por elemento", "element by element"
)

# %% hidden="relu" points=0.5
from gradus.exam import Text, call, examine

with examine("activations.relu", relu) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 2, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"), call(np.array([-1000.0, 1000.0])), quiet=True
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `elu(z, alpha=1.0)`, elemento por elemento y para cualquier forma, con `alpha`
# positivo. También en $\pm 1000$, sin *overflow*.

# %% [markdown] lang="en"
# **Exercise.** Write `elu(z, alpha=1.0)`, element by element and for any shape, with `alpha` positive. At
# $\pm 1000$ as well, without *overflow*.


# %% exercise="elu"
def elu(z, alpha=1.0):
    """Exponential linear unit, elementwise: z where z >= 0, else alpha (exp(z) - 1).

    z: array of any shape; alpha: positive number. Returns an array of the same shape.

    >>> elu(np.array([-1000.0, 0.0, 3.0]), alpha=2.0)
    array([-2.,  0.,  3.])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) >= 0, z, alpha * np.expm1(np.minimum(z, 0.0)))
    ### END SOLUTION


# %% test="elu" points=0.5
assert np.isclose(elu(3.0), 3.0), "ELU(3) = 3"
assert np.isclose(elu(-np.log(2.0)), -0.5), "ELU(−ln 2) = 1/2 − 1 = −1/2 (α = 1)"
assert np.isclose(elu(-np.log(2.0), alpha=4.0), -2.0), "α = 4: ELU(−ln 2) = 4·(1/2 − 1) = −2"
with np.errstate(over="raise", invalid="raise"):
    assert np.allclose(elu(np.array([-1000.0, 1000.0])), [-1, 1000]), (
        "ELU(−1000) = −α, ELU(1000) = 1000"
    )

# %% hidden="elu" points=1
from gradus.exam import Text, call, examine

with examine("activations.elu", elu) as exam:
    exam.agrees(Text("un número y α = 1", "a number and α = 1"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar y otros α", "random arrays and other α"),
        call(exam.rng.normal(scale=2, size=9), alpha=0.3),
        call(exam.rng.normal(scale=2, size=(3, 4)), 2.5),
        call(exam.rng.normal(scale=2, size=(2, 2, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0]), 1.5),
        quiet=True,
    )

# %% [markdown] lang="es"
# ## 3. Las derivadas
#
# Derivar las cuatro es un buen repaso, y dos resultados son tan elegantes que conviene recordarlos:
#
# $$\sigma'(z) = \sigma(z)\,(1 - \sigma(z)) \qquad \tanh'(z) = 1 - \tanh^2(z)$$
#
# $$\mathrm{ReLU}'(z) = \begin{cases} 0 & z < 0 \\ 1 & z > 0 \end{cases} \qquad
# \mathrm{ELU}'(z) = \begin{cases} \alpha\,e^{z} & z < 0 \\ 1 & z > 0 \end{cases}$$
#
# En $z = 0$ ReLU tiene una esquina, y ELU también si $\alpha \neq 1$. Allí vale cualquier número entre las
# dos pendientes laterales: se llama **subgradiente**.
#
# **Ejercicio.** Escribe `d_sigmoid(z)`: recibe $z$ (no $\sigma(z)$) y trabaja elemento por elemento, para
# cualquier forma, también en $\pm 1000$. Puedes usar `sigmoid`.

# %% [markdown] lang="en"
# ## 3. The derivatives
#
# Differentiating the four is a good exercise, and two results are so elegant that they are worth
# remembering:
#
# $$\sigma'(z) = \sigma(z)\,(1 - \sigma(z)) \qquad \tanh'(z) = 1 - \tanh^2(z)$$
#
# $$\mathrm{ReLU}'(z) = \begin{cases} 0 & z < 0 \\ 1 & z > 0 \end{cases} \qquad
# \mathrm{ELU}'(z) = \begin{cases} \alpha\,e^{z} & z < 0 \\ 1 & z > 0 \end{cases}$$
#
# At $z = 0$ ReLU has a corner, and so has ELU if $\alpha \neq 1$. There any number between the two one-sided
# slopes will do: it is called a **subgradient**.
#
# **Exercise.** Write `d_sigmoid(z)`: it receives $z$ (not $\sigma(z)$) and works element by element, for any
# shape, at $\pm 1000$ as well. You may use `sigmoid`.


# %% exercise="d_sigmoid"
def d_sigmoid(z):
    """Derivative of the sigmoid at z, elementwise and without overflow.

    z: array of any shape. Returns an array of the same shape, in [0, 1/4].

    >>> d_sigmoid(np.array([0.0, 1000.0]))
    array([0.25, 0.  ])
    """
    ### BEGIN SOLUTION
    s = sigmoid(z)
    return s * (1.0 - s)
    ### END SOLUTION


# %% test="d_sigmoid"
assert np.isclose(d_sigmoid(0.0), 0.25), "σ'(0) = 1/2 · 1/2 = 1/4"
assert np.isclose(d_sigmoid(np.log(3.0)), 3 / 16), "σ'(ln 3) = 3/4 · 1/4 = 3/16"
assert np.isclose(d_sigmoid(-np.log(3.0)), 3 / 16), say(
    "σ' es par: σ'(−z) = σ'(z)", "σ' is even: σ'(−z) = σ'(z)"
)

# %% hidden="d_sigmoid" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.d_sigmoid", d_sigmoid) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=3, size=shape)) for shape in ((9,), (3, 4), (2, 2, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0])),
        quiet=True,
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `d_tanh(z)`, elemento por elemento, para cualquier forma, también en $\pm 1000$.

# %% [markdown] lang="en"
# **Exercise.** Write `d_tanh(z)`, element by element, for any shape, at $\pm 1000$ as well.


# %% exercise="d_tanh"
def d_tanh(z):
    """Derivative of the hyperbolic tangent at z, elementwise and without overflow.

    z: array of any shape. Returns an array of the same shape, in [0, 1].

    >>> d_tanh(np.array([0.0, 1000.0]))
    array([1., 0.])
    """
    ### BEGIN SOLUTION
    return 1.0 - np.tanh(z) ** 2
    ### END SOLUTION


# %% test="d_tanh" points=0.5
assert np.isclose(d_tanh(0.0), 1.0), "tanh'(0) = 1 − 0² = 1"
assert np.isclose(d_tanh(np.log(2.0)), 0.64), "tanh'(ln 2) = 1 − (3/5)² = 16/25"
assert np.isclose(d_tanh(-np.log(2.0)), 0.64), say("tanh' es par", "tanh' is even")

# %% hidden="d_tanh" points=1
from gradus.exam import Text, call, examine

with examine("activations.d_tanh", d_tanh) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 2, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(np.array([-1000.0, -20.0, 20.0, 1000.0])),
        quiet=True,
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `d_relu(z)`, elemento por elemento, para cualquier forma. En $z = 0$ sirve cualquier
# valor entre 0 y 1.

# %% [markdown] lang="en"
# **Exercise.** Write `d_relu(z)`, element by element, for any shape. At $z = 0$ any value from 0 to 1 will do.


# %% exercise="d_relu"
def d_relu(z):
    """A derivative of ReLU at z, elementwise: 0 where z < 0, 1 where z > 0.

    z: array of any shape. Returns an array of the same shape.

    >>> d_relu(np.array([-2.0, 3.0]))
    array([0., 1.])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) >= 0, 1.0, 0.0)
    ### END SOLUTION


# %% test="d_relu" points=0.5
assert d_relu(3.0) == 1, say(
    "a la derecha de 0 la pendiente es 1", "to the right of 0 the slope is 1"
)
assert d_relu(-2.0) == 0, say("a la izquierda de 0 es plana", "to the left of 0 it is flat")
assert 0 <= d_relu(0.0) <= 1, say("en 0, un valor entre 0 y 1", "at 0, a value from 0 to 1")

# %% hidden="d_relu" points=0.5
from gradus.exam import Text, call, examine

with examine("activations.d_relu", d_relu) as exam:
    exam.agrees(Text("un número", "a number"), call(-0.4), call(2.2), call(0.3))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 2, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"), call(np.array([-1000.0, 1000.0])), quiet=True
    )
    exam.within(Text("z = 0", "z = 0"), call(np.zeros((2, 2))), np.zeros((2, 2)), np.ones((2, 2)))

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `d_elu(z, alpha=1.0)`, elemento por elemento, para cualquier forma, también en
# $\pm 1000$ y sin *overflow*. En $z = 0$ sirve cualquier valor entre $\alpha$ y 1.

# %% [markdown] lang="en"
# **Exercise.** Write `d_elu(z, alpha=1.0)`, element by element, for any shape, at $\pm 1000$ as well and
# without *overflow*. At $z = 0$ any value between $\alpha$ and 1 will do.


# %% exercise="d_elu"
def d_elu(z, alpha=1.0):
    """A derivative of ELU at z, elementwise: alpha exp(z) where z < 0, 1 where z > 0.

    z: array of any shape; alpha: positive number. Returns an array of the same shape.

    >>> d_elu(np.array([-1000.0, 3.0]), alpha=2.0)
    array([0., 1.])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) >= 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))
    ### END SOLUTION


# %% test="d_elu" points=0.5
assert np.isclose(d_elu(3.0), 1.0), say(
    "a la derecha de 0 la pendiente es 1", "to the right of 0 the slope is 1"
)
assert np.isclose(d_elu(-np.log(2.0)), 0.5), "ELU'(−ln 2) = e^(−ln 2) = 1/2 (α = 1)"
assert np.isclose(d_elu(-np.log(2.0), alpha=4.0), 2.0), "α = 4: ELU'(−ln 2) = 4 · 1/2 = 2"

# %% hidden="d_elu" points=1
from gradus.exam import Text, call, examine

with examine("activations.d_elu", d_elu) as exam:
    exam.agrees(Text("un número y α = 1", "a number and α = 1"), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar y otros α", "random arrays and other α"),
        call(exam.rng.normal(scale=2, size=9), alpha=0.3),
        call(exam.rng.normal(scale=2, size=(3, 4)), 2.5),
        call(exam.rng.normal(scale=2, size=(2, 2, 3))),
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0]), 1.5),
        quiet=True,
    )
    exam.within(Text("z = 0", "z = 0"), call(np.zeros(3), 0.4), np.full(3, 0.4), np.ones(3))
    exam.within(Text("z = 0", "z = 0"), call(np.zeros(3), 2.0), np.ones(3), np.full(3, 2.0))

# %% [markdown] lang="es"
# Arriba las funciones, abajo sus derivadas. Antes de ejecutar: ¿cuál de las cuatro derivadas tiene el máximo
# más bajo? Recuérdalo; en la sección 6 decide el destino de una red profunda.

# %% [markdown] lang="en"
# The functions above, their derivatives below. Before you run it: which of the four derivatives has the
# lowest peak? Remember it; in section 6 it decides the fate of a deep network.

# %% given="plot_activations"
z = np.linspace(-4, 4, 401)
PAIRS = {
    "σ": (sigmoid, d_sigmoid),
    "tanh": (tanh, d_tanh),
    "ReLU": (relu, d_relu),
    "ELU": (elu, d_elu),
}
figure, axes = plt.subplots(2, 4, figsize=(11, 4.6), sharex=True, layout="constrained")
for column, (name, (f, d_f)) in zip(axes.T, PAIRS.items()):
    column[0].plot(z, f(z), color=BLUE, lw=2)
    column[1].plot(z, d_f(z), color=RED, lw=2)
    column[0].set(title=name, ylim=(-1.3, 2.2))
    column[1].set(xlabel="$z$", ylim=(-0.1, 1.2))
    for axis in column:
        axis.axhline(0, color="grey", lw=0.6)
        axis.axvline(0, color="grey", lw=0.6)
        axis.grid(alpha=0.3)
axes[0, 0].set_ylabel(say("función", "function"))
axes[1, 0].set_ylabel(say("derivada", "derivative"))
plt.show()

# %% [markdown] lang="es"
# ## 4. La tabla de los extremos
#
# La clase resume las cuatro funciones con sus valores en $\pm\infty$ y los de sus derivadas. Complétala.
#
# **Ejercicio.** Define el diccionario `LIMITS` con las claves `"sigmoid"`, `"tanh"`, `"relu"` y `"elu"` (con
# $\alpha = 1$). A cada una le corresponde una tupla de cuatro números
# $\bigl(f(-\infty),\ f(+\infty),\ f'(-\infty),\ f'(+\infty)\bigr)$. Infinito se escribe `np.inf`.

# %% [markdown] lang="en"
# ## 4. The table of the ends
#
# The lecture sums up the four functions by their values at $\pm\infty$ and those of their derivatives.
# Complete it.
#
# **Exercise.** Define the dictionary `LIMITS` with the keys `"sigmoid"`, `"tanh"`, `"relu"` and `"elu"` (with
# $\alpha = 1$). Each maps to a tuple of four numbers
# $\bigl(f(-\infty),\ f(+\infty),\ f'(-\infty),\ f'(+\infty)\bigr)$. Infinity is written `np.inf`.

# %% exercise="LIMITS"
# LIMITS = {"sigmoid": (f(−∞), f(+∞), f'(−∞), f'(+∞)), "tanh": ..., "relu": ..., "elu": ...}
### BEGIN SOLUTION
LIMITS = {
    "sigmoid": (0, 1, 0, 0),
    "tanh": (-1, 1, 0, 0),
    "relu": (0, np.inf, 0, 1),
    "elu": (-1, np.inf, 0, 1),
}
### END SOLUTION

# %% test="LIMITS"
assert set(LIMITS) == {"sigmoid", "tanh", "relu", "elu"}, say(
    "las claves son sigmoid, tanh, relu, elu", "the keys are sigmoid, tanh, relu, elu"
)
for _name, _row in LIMITS.items():
    assert np.shape(_row) == (4,), say(f"{_name}: cuatro números", f"{_name}: four numbers")

# %% hidden="LIMITS" points=2
from gradus.exam import Text, examine

with examine("activations.LIMITS", LIMITS) as exam:
    for _name in ("sigmoid", "tanh", "relu", "elu"):
        exam.agrees(
            Text(f"los valores de {_name} en ±∞", f"the values of {_name} at ±∞"),
            lambda table, name=_name: tuple(table[name])[:2],
        )
        exam.agrees(
            Text(f"la derivada de {_name} en ±∞", f"the derivative of {_name} at ±∞"),
            lambda table, name=_name: tuple(table[name])[2:],
        )

# %% [markdown] lang="es"
# ## 5. Dos comprobaciones
#
# Sigmoide y tangente hiperbólica son la misma curva, estirada y desplazada:
#
# $$\tanh(z) = 2\,\sigma(2z) - 1$$
#
# **Ejercicio.** Escribe `tanh_from_sigmoid(z)` con esa identidad, elemento por elemento y para cualquier
# forma.

# %% [markdown] lang="en"
# ## 5. Two checks
#
# Sigmoid and hyperbolic tangent are the same curve, stretched and shifted:
#
# $$\tanh(z) = 2\,\sigma(2z) - 1$$
#
# **Exercise.** Write `tanh_from_sigmoid(z)` with that identity, element by element and for any shape.


# %% exercise="tanh_from_sigmoid"
def tanh_from_sigmoid(z):
    """Hyperbolic tangent, computed with the sigmoid, elementwise.

    z: array of any shape. Returns an array of the same shape.

    >>> tanh_from_sigmoid(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    ### BEGIN SOLUTION
    return 2.0 * sigmoid(2.0 * np.asarray(z)) - 1.0
    ### END SOLUTION


# %% test="tanh_from_sigmoid"
assert np.isclose(tanh_from_sigmoid(0.0), 0.0), "2σ(0) − 1 = 0"
assert np.isclose(tanh_from_sigmoid(np.log(2.0)), 0.6), "2σ(2 ln 2) − 1 = 2 · 4/5 − 1 = 3/5"
assert np.allclose(tanh_from_sigmoid(np.array([-3.0, 3.0])), np.tanh([-3.0, 3.0])), "tanh(±3)"

# %% hidden="tanh_from_sigmoid" points=1
from gradus.exam import Text, call, examine

with examine("activations.tanh_from_sigmoid", tanh_from_sigmoid) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 2, 3))),
    )
    exam.agrees(Text("z muy lejos de 0", "z very far from 0"), call(np.array([-1000.0, 1000.0])))

# %% [markdown] lang="es"
# ¿Y cómo sabes que tus derivadas están bien? Con una **diferencia central**, que no necesita ninguna fórmula:
#
# $$f'(z) \approx \frac{f(z + h) - f(z - h)}{2h}$$
#
# Su error baja como $h^2$: con un paso diez veces menor, cien veces menos error. Hasta que $h$ es tan chico
# que el redondeo gana. Vas a usar esta herramienta todo el semestre.
#
# **Ejercicio.** Escribe `numeric_derivative(f, z, h=1e-5)`: `f` es una función elemento por elemento, `z` un
# arreglo de cualquier forma (que no debe cambiar) y `h` el paso.

# %% [markdown] lang="en"
# And how do you know that your derivatives are right? By a **central difference**, which needs no formula at
# all:
#
# $$f'(z) \approx \frac{f(z + h) - f(z - h)}{2h}$$
#
# Its error falls as $h^2$: with a step ten times smaller, a hundred times less error. Until $h$ is so small
# that rounding wins. You will use this tool all semester.
#
# **Exercise.** Write `numeric_derivative(f, z, h=1e-5)`: `f` is an elementwise function, `z` an array of any
# shape (which must not change) and `h` the step.


# %% exercise="numeric_derivative"
def numeric_derivative(f, z, h=1e-5):
    """Central difference of f at z with step h, elementwise.

    f: elementwise function; z: array of any shape; h: positive number. Returns an array of z's shape.

    >>> numeric_derivative(np.square, np.array([0.0, 3.0]), h=0.5)
    array([0., 6.])
    """
    ### BEGIN SOLUTION
    return (f(z + h) - f(z - h)) / (2 * h)
    ### END SOLUTION


# %% test="numeric_derivative" points=0.5
_z = np.array([-1.0, 0.0, 3.0])
assert np.allclose(numeric_derivative(np.square, _z), 2 * _z), "(z²)' = 2z"
assert np.isclose(numeric_derivative(lambda t: t**3, 0.0, h=0.1), 0.01), say(
    "z³ en 0: (h³ − (−h)³)/(2h) = h² = 0.01 con h = 0.1",
    "z³ at 0: (h³ − (−h)³)/(2h) = h² = 0.01 with h = 0.1",
)
assert np.array_equal(_z, [-1.0, 0.0, 3.0]), say("z no cambia", "z stays as it was")

# %% hidden="numeric_derivative" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.numeric_derivative", numeric_derivative) as exam:
    exam.agrees(
        Text("un paso grande", "a large step"),
        call(np.exp, exam.rng.normal(size=5), h=0.1),
        call(np.sin, exam.rng.normal(size=(3, 2)), 0.25),
        call(lambda t: t**3, 0.7, 0.3),
    )
    # Rounding leaves an error of the order of 1e-16 / h in any right answer.
    exam.agrees(
        Text("el paso por omisión", "the default step"),
        call(np.sin, exam.rng.normal(size=6)),
        call(np.tanh, exam.rng.normal(size=(2, 3))),
        rtol=1e-7,
        atol=1e-8,
    )

# %% [markdown] lang="es"
# El error de la diferencia central contra el paso, en escala logarítmica. A la derecha manda la truncación
# ($h^2$), a la izquierda el redondeo. ¿Dónde está el mejor $h$?

# %% [markdown] lang="en"
# The error of the central difference against the step, on logarithmic scales. On the right truncation rules
# ($h^2$), on the left rounding. Where is the best $h$?

# %% given="plot_error"
steps = np.logspace(-12, 0, 49)
errors = [abs(numeric_derivative(np.sin, np.array([1.0]), h)[0] - np.cos(1.0)) for h in steps]
figure, axis = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
axis.loglog(
    steps,
    np.maximum(errors, 1e-17),
    "o-",
    color=BLUE,
    ms=3,
    label=say("error medido", "measured error"),
)
axis.loglog(steps, steps**2 * np.cos(1.0) / 6, "--", color=ORANGE, label="$h^2 |f'''| / 6$")
axis.loglog(steps, 1e-16 / steps, ":", color=RED, label=r"$\varepsilon / h$")
axis.set(xlabel="$h$", ylabel="error", ylim=(1e-14, 1), title=r"$\sin'(1)$")
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## 6. El gradiente que se desvanece
#
# Apila la misma activación `depth` veces: $z_1 = f(z_0)$, $z_2 = f(z_1)$, … Por la regla de la cadena,
#
# $$\frac{\partial z_{depth}}{\partial z_0} = f'(z_0)\, f'(z_1) \cdots f'(z_{depth-1}).$$
#
# Con la sigmoide cada factor es a lo más $1/4$.
#
# **Ejercicio.** Escribe `gradient_through_layers(f, d_f, z0, depth)`: esa derivada, elemento por elemento, para
# `z0` de cualquier forma y `depth` entero mayor o igual que 0 (sin capas, la derivada es 1). `f` y `d_f` son
# la función y su derivada.

# %% [markdown] lang="en"
# ## 6. The vanishing gradient
#
# Stack the same activation `depth` times: $z_1 = f(z_0)$, $z_2 = f(z_1)$, … By the chain rule,
#
# $$\frac{\partial z_{depth}}{\partial z_0} = f'(z_0)\, f'(z_1) \cdots f'(z_{depth-1}).$$
#
# With the sigmoid each factor is at most $1/4$.
#
# **Exercise.** Write `gradient_through_layers(f, d_f, z0, depth)`: that derivative, element by element, for `z0`
# of any shape and `depth` a whole number, 0 or more (with no layers, the derivative is 1). `f` and `d_f` are
# the function and its derivative.


# %% exercise="gradient_through_layers"
def gradient_through_layers(f, d_f, z0, depth):
    """Derivative of f∘…∘f (depth times) at z0, elementwise.

    f, d_f: elementwise function and its derivative; z0: array of any shape; depth: integer >= 0.
    Returns an array of the shape of z0.

    >>> gradient_through_layers(np.square, lambda z: 2 * z, np.array([1.0, 3.0]), 2)
    array([  4., 108.])
    """
    ### BEGIN SOLUTION
    z = np.asarray(z0, dtype=float)
    gradient = np.ones_like(z)
    for _ in range(depth):
        gradient = gradient * d_f(z)
        z = f(z)
    return gradient
    ### END SOLUTION


# %% test="gradient_through_layers" points=0.5
def _double(t):
    return 2 * t


_z = np.array([1.0, 3.0])
assert np.allclose(gradient_through_layers(np.square, _double, _z, 0), [1, 1]), say(
    "sin capas, la derivada de z₀ respecto de sí mismo es 1",
    "with no layers, the derivative of z₀ by itself is 1",
)
assert np.allclose(gradient_through_layers(np.square, _double, _z, 1), [2, 6]), "(z²)' = 2z"
assert np.allclose(gradient_through_layers(np.square, _double, _z, 2), [4, 108]), "((z²)²)' = 4z³"

# %% hidden="gradient_through_layers" points=2
from gradus.exam import Text, call, examine

with examine("activations.gradient_through_layers", gradient_through_layers) as exam:
    for _depth in (1, 2, 5):
        exam.agrees(
            Text("varias capas", "several layers"),
            call(np.sin, np.cos, exam.rng.normal(size=4), _depth),
            call(np.tanh, lambda t: 1 - np.tanh(t) ** 2, exam.rng.normal(size=(2, 3)), _depth),
        )
    exam.agrees(
        Text("ninguna capa", "no layers"), call(np.sin, np.cos, exam.rng.normal(size=(2, 2)), 0)
    )
    exam.agrees(Text("un solo número", "a single number"), call(np.sin, np.cos, 0.8, 3))

# %% [markdown] lang="es"
# ¿Qué queda del gradiente después de 30 capas? Cada curva es el promedio sobre cien puntos de partida.

# %% [markdown] lang="en"
# What is left of the gradient after 30 layers? Each curve is the mean over a hundred starting points.

# %% given="plot_vanishing"
starts = np.random.default_rng(0).normal(size=100)
depths = np.arange(31)
figure, axis = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
styles = {"σ": (BLUE, "o"), "tanh": (ORANGE, "s"), "ReLU": (GREEN, "^"), "ELU": (RED, "v")}
for name, (f, d_f) in PAIRS.items():
    sizes = [
        np.mean(np.abs(gradient_through_layers(f, d_f, starts, int(depth)))) for depth in depths
    ]
    color, marker = styles[name]
    axis.semilogy(depths, np.maximum(sizes, 1e-20), marker=marker, ms=3, color=color, label=name)
axis.set(
    xlabel=say("capas", "layers"), ylabel=say("gradiente medio", "mean gradient"), ylim=(1e-20, 3)
)
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# La sigmoide pierde cerca de un factor 4 en cada capa: después de 30 queda menos de $10^{-19}$. El gradiente que debería
# enseñar a la primera capa llega convertido en nada. ReLU no lo achica: donde está activa, su pendiente es
# exactamente 1. Esa es gran parte de la razón de su éxito.
#
# ## 7. Pero ReLU puede morir
#
# Si para **todos** los ejemplos la entrada de una unidad queda en $z \leq 0$, la unidad da siempre 0, su derivada
# también, y ningún gradiente la hará volver. Está muerta.
#
# **Ejercicio.** Escribe `dead_fraction(z)`, con `z` de forma `(n, units)`: las entradas de la ReLU para $n$
# ejemplos. Devuelve la fracción de unidades (columnas) que ningún ejemplo activa; una unidad está activa donde
# $z > 0$.

# %% [markdown] lang="en"
# The sigmoid loses about a factor of 4 in each layer: after 30, less than $10^{-19}$ is left. The gradient that should
# teach the first layer arrives as nothing. ReLU does not shrink it: where it is active, its slope is exactly 1.
# That is a good part of the reason for its success.
#
# ## 7. But ReLU can die
#
# If for **all** examples the input of a unit stays at $z \leq 0$, the unit always gives 0, its derivative does too,
# and no gradient will bring it back. It is dead.
#
# **Exercise.** Write `dead_fraction(z)`, with `z` of shape `(n, units)`: the inputs of the ReLU for $n$ examples.
# It returns the share of units (columns) that no example activates; a unit is active where $z > 0$.


# %% exercise="dead_fraction"
def dead_fraction(z):
    """Share of ReLU units that no example activates (active: z > 0).

    z: array (n, units). Returns a number in [0, 1].

    >>> dead_fraction(np.array([[1.0, -1.0], [-2.0, -3.0]]))
    0.5
    """
    ### BEGIN SOLUTION
    return np.mean(np.all(np.asarray(z) <= 0, axis=0))
    ### END SOLUTION


# %% test="dead_fraction" points=0.5
_z = np.array([[1.0, -1.0, 0.0, -2.0], [-2.0, -3.0, 0.0, 0.5]])
assert np.isclose(dead_fraction(_z), 0.5), say(
    "las unidades 2 y 3 no se activan nunca (z = 0 no activa): 2/4",
    "units 2 and 3 never fire (z = 0 does not activate): 2/4",
)
assert np.isclose(dead_fraction(np.ones((3, 2))), 0.0), say("todas vivas: 0", "all alive: 0")

# %% hidden="dead_fraction" points=0.5
from gradus.exam import Text, call, examine

with examine("activations.dead_fraction", dead_fraction) as exam:
    exam.agrees(
        Text("entradas al azar", "random inputs"),
        *(call(exam.rng.normal(size=(n, 40)) - 1.0) for n in (2, 3, 5)),
        call(exam.rng.normal(size=(6, 3))),
    )
    exam.agrees(
        Text("entradas que son exactamente 0", "inputs that are exactly 0"),
        call(np.minimum(exam.rng.integers(-3, 2, size=(4, 30)), 1).astype(float)),
        call(np.zeros((3, 4))),
    )
    exam.agrees(
        Text("todas muertas o todas vivas", "all dead or all alive"),
        call(-np.ones((5, 2))),
        call(np.ones((2, 7))),
    )

# %% [markdown] lang="es"
# Una capa de 200 unidades con pesos al azar. El sesgo empuja todas las entradas hacia abajo: ¿cuánto aguantan?

# %% [markdown] lang="en"
# A layer of 200 units with random weights. The bias pushes all inputs down: how long do they last?

# %% given="plot_dead"
rng = np.random.default_rng(1)
inputs, weights = rng.normal(size=(64, 20)), rng.normal(size=(20, 200)) / np.sqrt(20)
biases = np.linspace(0, -5, 41)
figure, axis = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
axis.plot(
    biases, [dead_fraction(inputs @ weights + bias) for bias in biases], "o-", color=RED, ms=3
)
axis.set(
    xlabel=say("sesgo", "bias"),
    ylabel=say("fracción de unidades muertas", "share of dead units"),
    ylim=(-0.03, 1.03),
)
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Cambiaste el escalón por funciones que se pueden derivar, aprendiste a escribirlas sin que se desborden y a
# comprobar cualquier derivada sin fórmula. Viste dos maneras de perder el gradiente: de a poco, multiplicando
# números chicos, o de golpe, en una ReLU muerta.
#
# Queda una pregunta abierta: tenemos derivadas, pero ¿derivadas de qué? Falta decir qué significa que una
# neurona se equivoque **poco**. La próxima semana: pérdida, riesgo y qué quiere decir aprender de los datos.

# %% [markdown] lang="en"
# ## What it was good for
#
# You replaced the step by functions that have a derivative, learned to write them so that they do not overflow,
# and to check any derivative without a formula. You saw two ways of losing the gradient: little by little, by
# multiplying small numbers, or all at once, in a dead ReLU.
#
# One question stays open: we have derivatives, but derivatives of what? It remains to say what it means for a
# neuron to be wrong by **little**. Next week: loss, risk, and what it means to learn from data.
