# %% [markdown] lang="es"
# # Semana 2 · Funciones de activación
#
# La semana pasada terminó con un problema: el escalón de Heaviside decide, pero no enseña. Si mueves un
# poco los pesos, la salida no cambia, y cuando cambia lo hace de golpe. En lenguaje de cálculo: su
# derivada es 0 en todas partes, salvo en el borde, donde **no es derivable**.
#
# ¿Qué función poner en su lugar? Y, sobre todo, ¿qué pasa cuando se apilan muchas?
#
# Al terminar este notebook podrás:
#
# - programar las cuatro activaciones de la clase (sigmoide, tanh, ReLU y ELU) sin que se rompan con
#   números grandes;
# - derivarlas, y comprobar cualquier derivada con un instrumento que tú mismo construyes;
# - medir por qué una red profunda de sigmoides casi no aprende;
# - reconocer una ReLU muerta y explicar por qué no resucita.
#
# Las reglas de siempre: cada pregunta se califica sola, y una función no cambia sus argumentos. Esta
# semana `z` es un número o un arreglo de cualquier forma, de decimales **o de enteros**; el resultado
# tiene la misma forma que `z`.

# %% [markdown] lang="en"
# # Week 2 · Activation functions
#
# Last week ended with a problem: Heaviside's step decides, but it does not teach. Move the weights a
# little and the output does not change, and when it does change, it jumps. In the language of calculus:
# its derivative is 0 everywhere, except at the edge, where it is **not differentiable**.
#
# Which function should take its place? And, above all, what happens when many of them are stacked?
#
# At the end of this notebook you will be able to:
#
# - program the lecture's four activations (sigmoid, tanh, ReLU and ELU) so that large numbers do not
#   break them;
# - differentiate them, and check any derivative with an instrument that you build yourself;
# - measure why a deep network of sigmoids hardly learns;
# - recognise a dead ReLU and explain why it does not come back to life.
#
# The rules are the same as ever: each question is graded alone, and a function does not change its
# arguments. This week `z` is a number or an array of any shape, of floats **or of integers**; the
# result has the same shape as `z`.

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
# ## 1. La sigmoide: un escalón redondeado
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# Se parece al escalón, pero es continua y derivable en todas partes.
#
# La fórmula es corta y esconde una trampa. En $z = -1000$ pide $e^{1000}$, que no cabe en un `float64`
# (el mayor es cerca de $e^{709}$): NumPy avisa de un *overflow*. Aquí el resultado se salva por suerte;
# en otras fórmulas queda `nan`. Para $z < 0$ hay una forma igual cuya exponencial nunca crece (multiplica
# arriba y abajo por $e^{z}$):
#
# $$\sigma(z) = \frac{e^{z}}{1 + e^{z}}$$
#
# Ojo con `np.where(condición, a, b)`: calcula `a` **y** `b` enteros, y recién después elige. Protege lo
# que entra a la exponencial, no lo que sale.
#
# **Ejercicio.** Escribe `sigmoid(z)`. Tiene que dar el valor correcto también en $z = \pm 1000$, y ahí
# **sin avisos**: los tests llaman a tu función dentro de
# `np.errstate(over="raise", invalid="raise", divide="raise")`, que convierte cada aviso en un error. Que
# un número diminuto se redondee a 0 está bien.

# %% [markdown] lang="en"
# ## 1. The sigmoid: a rounded step
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It resembles the step, but it is continuous and differentiable everywhere.
#
# The formula is short and hides a trap. At $z = -1000$ it asks for $e^{1000}$, which does not fit in a
# `float64` (the largest is about $e^{709}$): NumPy warns of an *overflow*. Here luck saves
# the result; other formulas leave you with `nan`. For $z < 0$ there is an equal form whose exponential never
# grows (multiply above and below by $e^{z}$):
#
# $$\sigma(z) = \frac{e^{z}}{1 + e^{z}}$$
#
# Beware of `np.where(condition, a, b)`: it computes all of `a` **and** all of `b`, and only then chooses.
# Guard what goes into the exponential, not what comes out.
#
# **Exercise.** Write `sigmoid(z)`. It has to give the right value at $z = \pm 1000$ as well, and there
# **without warnings**: the tests call your function inside
# `np.errstate(over="raise", invalid="raise", divide="raise")`, which turns each warning into an error.
# It is fine if a tiny number is rounded to 0.


# %% exercise="sigmoid"
def sigmoid(z):
    """Sigmoid 1 / (1 + exp(-z)), elementwise and without overflow.

    z: number or array of any shape. Returns an array of the same shape, with values in [0, 1].

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)
    ### END SOLUTION


# %% test="sigmoid" points=0.5
assert np.isclose(sigmoid(0.0), 0.5), "σ(0) = 1/(1 + 1) = 1/2"
assert np.isclose(sigmoid(np.log(3.0)), 0.75), "σ(ln 3) = 1/(1 + 1/3) = 3/4"
assert np.isclose(sigmoid(-np.log(3.0)), 0.25), "σ(−ln 3) = 1/(1 + 3) = 1/4"
assert np.shape(sigmoid(np.zeros((2, 3)))) == (2, 3), say(
    "σ trabaja elemento por elemento: la forma no cambia",
    "σ works element by element: the shape stays the same",
)
with np.errstate(over="raise", invalid="raise", divide="raise"):
    assert np.allclose(sigmoid(np.array([-1000.0, 1000.0])), [0, 1]), "σ(−1000) ≈ 0, σ(1000) ≈ 1"

# %% hidden="sigmoid" points=2
from gradus.exam import Text, call, examine

with examine("activations.sigmoid", sigmoid) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-2.3), call(1.7))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=4, size=shape)) for shape in ((7,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(
        Text("números enteros", "integers"), call(2), call(np.array([[-3, 0, 1], [2, -1, 5]]))
    )
    exam.agrees(
        Text("z = 1000", "z = 1000"), call(1000.0), call(np.array([800.0, 1000.0])), quiet=True
    )
    exam.agrees(
        Text("z = −1000", "z = −1000"), call(-1000.0), call(np.array([-800.0, -1000.0])), quiet=True
    )
    exam.agrees(
        Text("z de ambos signos, lejos de 0", "z of both signs, far from 0"),
        call(np.array([[-1000.0, 1000.0], [-0.5, 2.0]])),
        quiet=True,
    )

# %% [markdown] lang="es"
# ¿Qué tan «escalón» es? Si los pesos se multiplican por $k$, la neurona ve $\sigma(kz)$. Predice cómo
# cambian la curva y su pendiente máxima al crecer $k$.

# %% [markdown] lang="en"
# How much of a step is it? If the weights are multiplied by $k$, the neuron sees $\sigma(kz)$. Predict how
# the curve and its largest slope change as $k$ grows.

# %% given="plot_sharpness"
z = np.linspace(-4, 4, 401)
figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
for k, color, style in ((1, BLUE, "-"), (3, ORANGE, "--"), (20, GREEN, "-.")):
    axis.plot(
        z, sigmoid(k * z), color=color, ls=style, lw=2, label=rf"$\sigma({k if k > 1 else ''}z)$"
    )
axis.step([-4, 0, 4], [0, 0, 1], color="black", lw=1, label="Heaviside")
axis.set(
    xlabel="$z$", yticks=[0, 0.5, 1], title=say("De la curva al escalón", "From curve to step")
)
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## 2. La tangente hiperbólica
#
# $$\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}$$
#
# Va de $-1$ a $1$ y pasa por 0, así que sus salidas quedan centradas. La fórmula tal cual se rompe lejos
# de 0: ∞ dividido por ∞ es `nan`. Puedes usar las funciones de NumPy.
#
# **Ejercicio.** Escribe `tanh(z)`, con el valor correcto y sin avisos también en $\pm 1000$.

# %% [markdown] lang="en"
# ## 2. The hyperbolic tangent
#
# $$\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}$$
#
# It goes from $-1$ to $1$ through 0, so its outputs are centred. The formula as it stands breaks far from
# 0: ∞ divided by ∞ is `nan`. You may use NumPy's functions.
#
# **Exercise.** Write `tanh(z)`, with the right value and without warnings at $\pm 1000$ as well.


# %% exercise="tanh"
def tanh(z):
    """Hyperbolic tangent, elementwise and without overflow.

    z: number or array of any shape. Returns an array of the same shape, with values in [-1, 1].

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    ### BEGIN SOLUTION
    return np.tanh(z)
    ### END SOLUTION


# %% test="tanh" points=0.5
assert np.isclose(tanh(0.0), 0.0), "tanh(0) = (1 − 1)/(1 + 1) = 0"
assert np.isclose(tanh(np.log(2.0)), 0.6), "tanh(ln 2) = (2 − 1/2)/(2 + 1/2) = 3/5"
assert np.isclose(tanh(-np.log(2.0)), -0.6), "tanh(−z) = −tanh(z)"
assert np.shape(tanh(np.zeros((2, 3)))) == (2, 3), say(
    "la forma no cambia", "the shape stays the same"
)
with np.errstate(over="raise", invalid="raise", divide="raise"):
    assert np.allclose(tanh(np.array([-1000.0, 1000.0])), [-1, 1]), (
        "tanh(−1000) ≈ −1, tanh(1000) ≈ 1"
    )

# %% hidden="tanh" points=1
from gradus.exam import Text, call, examine

with examine("activations.tanh", tanh) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((7,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(Text("números enteros", "integers"), call(-1), call(np.array([[-3, 0], [1, 2]])))
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(1000.0),
        call(-1000.0),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0])),
        quiet=True,
    )

# %% [markdown] lang="es"
# ¿Es otra función, o la misma con otra ropa? Estira la sigmoide al doble de alto, bájala en 1 y comprime su
# eje al doble de rápido:
#
# $$\tanh(z) = 2\,\sigma(2z) - 1$$
#
# **Ejercicio.** Escribe `tanh_from_sigmoid(z)` a partir de `sigmoid`. Se revisan los valores, también en
# $\pm 1000$.

# %% [markdown] lang="en"
# Is it another function, or the same one in other clothes? Stretch the sigmoid to twice its height, move it
# down by 1 and run along its axis twice as fast:
#
# $$\tanh(z) = 2\,\sigma(2z) - 1$$
#
# **Exercise.** Write `tanh_from_sigmoid(z)` using `sigmoid`. The values are examined, at $\pm 1000$ as
# well.


# %% exercise="tanh_from_sigmoid"
def tanh_from_sigmoid(z):
    """Hyperbolic tangent as a stretched sigmoid, 2 σ(2z) − 1, elementwise.

    z: number or array of any shape. Returns an array of the same shape.

    >>> tanh_from_sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    ### BEGIN SOLUTION
    return 2.0 * sigmoid(2.0 * np.asarray(z)) - 1.0
    ### END SOLUTION


# %% test="tanh_from_sigmoid"
assert np.isclose(tanh_from_sigmoid(0.0), 0.0), "2σ(0) − 1 = 2 · 1/2 − 1 = 0"
assert np.isclose(tanh_from_sigmoid(np.log(2.0)), 0.6), "2σ(2 ln 2) − 1 = 2 · 4/5 − 1 = 3/5"
assert np.shape(tanh_from_sigmoid(np.zeros((2, 3)))) == (2, 3), say(
    "la forma no cambia", "the shape stays the same"
)

# %% hidden="tanh_from_sigmoid" points=0.5
from gradus.exam import Text, call, examine

with examine("activations.tanh_from_sigmoid", tanh_from_sigmoid) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((7,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(Text("números enteros", "integers"), call(-1), call(np.array([[-3, 0], [1, 2]])))
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(-1000.0),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0])),
    )

# %% [markdown] lang="es"
# ## 3. ReLU y ELU: una rampa, y una rampa suavizada
#
# Sigmoide y tanh se aplanan por los dos lados. Las dos siguientes crecen sin límite por la derecha:
#
# $$\mathrm{ReLU}(z) = \begin{cases} 0 & \text{si } z < 0 \\ z & \text{si } z \geq 0 \end{cases}
# \qquad
# \mathrm{ELU}(z) = \begin{cases} \alpha\,(e^{z} - 1) & \text{si } z < 0 \\ z & \text{si } z \geq 0
# \end{cases}$$
#
# **Ejercicio.** Escribe `relu(z)`, elemento por elemento. Igual que antes, sin avisos en $\pm 1000$, y sin
# cambiar `z`.

# %% [markdown] lang="en"
# ## 3. ReLU and ELU: a ramp, and a ramp made smooth
#
# Sigmoid and tanh flatten on both sides. The next two grow without bound on the right:
#
# $$\mathrm{ReLU}(z) = \begin{cases} 0 & \text{if } z < 0 \\ z & \text{if } z \geq 0 \end{cases}
# \qquad
# \mathrm{ELU}(z) = \begin{cases} \alpha\,(e^{z} - 1) & \text{if } z < 0 \\ z & \text{if } z \geq 0
# \end{cases}$$
#
# **Exercise.** Write `relu(z)`, element by element. As before, without warnings at $\pm 1000$, and without
# changing `z`.


# %% exercise="relu"
def relu(z):
    """Rectified linear unit: 0 where z < 0 and z elsewhere, elementwise.

    z: number or array of any shape. Returns an array of the same shape.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    ### BEGIN SOLUTION
    return np.maximum(z, 0)
    ### END SOLUTION


# %% test="relu" points=0.5
assert np.isclose(relu(2.5), 2.5), "ReLU(2.5) = 2.5"
assert relu(-2.5) == 0, "ReLU(−2.5) = 0"
_z = np.array([[-1.0, 0.0], [0.5, -3.0]])
assert np.allclose(relu(_z), [[0, 0], [0.5, 0]]), say(
    "elemento por elemento: lo negativo pasa a 0, lo demás queda igual",
    "element by element: what is negative becomes 0, the rest stays",
)
assert _z[0, 0] == -1, say("z no cambia: trabaja sobre una copia", "z stays: work on a copy")

# %% hidden="relu" points=0.5
from gradus.exam import Text, call, examine

with examine("activations.relu", relu) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(Text("números enteros", "integers"), call(-1), call(np.array([[-3, 0], [1, 2]])))
    exam.agrees(
        Text("z muy cerca de 0 o muy lejos", "z very near 0 or very far"),
        call(np.array([-1e-6, 1e-6])),
        call(np.array([-1000.0, 1000.0])),
        quiet=True,
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `elu(z, alpha=1.0)`, elemento por elemento, con `alpha` un número positivo. También
# sin avisos en $\pm 1000$: recuerda lo que hace `np.where`.

# %% [markdown] lang="en"
# **Exercise.** Write `elu(z, alpha=1.0)`, element by element, with `alpha` a positive number. Without
# warnings at $\pm 1000$ too: remember what `np.where` does.


# %% exercise="elu"
def elu(z, alpha=1.0):
    """Exponential linear unit: alpha (exp(z) - 1) where z < 0 and z elsewhere, elementwise.

    z: number or array of any shape; alpha: positive number. Returns an array of z's shape.

    >>> elu(np.array([-1000.0, 0.0, 3.0]), alpha=2.0)
    array([-2.,  0.,  3.])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) >= 0, z, alpha * np.expm1(np.minimum(z, 0)))
    ### END SOLUTION


# %% test="elu" points=0.5
assert np.isclose(elu(3.0), 3.0), "ELU(3) = 3"
assert np.isclose(elu(-np.log(2.0)), -0.5), "α = 1: ELU(−ln 2) = 1/2 − 1 = −1/2"
assert np.isclose(elu(-np.log(2.0), alpha=4.0), -2.0), "α = 4: ELU(−ln 2) = 4 · (1/2 − 1) = −2"
assert np.isclose(elu(3.0, alpha=4.0), 3.0), say(
    "a la derecha α no interviene", "on the right α plays no part"
)
with np.errstate(over="raise", invalid="raise", divide="raise"):
    assert np.allclose(elu(np.array([-1000.0, 1000.0])), [-1, 1000]), (
        "ELU(−1000) ≈ −α, ELU(1000) = 1000"
    )

# %% hidden="elu" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.elu", elu) as exam:
    exam.agrees(Text("un número y α = 1", "a number and α = 1"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar y α = 1", "random arrays and α = 1"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(
        Text("otro α", "another α"),
        call(np.array([-0.7, 0.0, 0.9]), 2.5),
        call(exam.rng.normal(scale=2, size=(4, 4)), alpha=0.3),
        call(-1.5, alpha=3),
    )
    exam.agrees(
        Text("números enteros", "integers"), call(-1), call(np.array([[-3, 0], [1, -1]]), 1.5)
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(-1000.0, 0.5),
        call(1000.0),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0]), 2.0),
        quiet=True,
    )

# %% [markdown] lang="es"
# ## 4. Un instrumento: la derivada numérica
#
# Ahora vienen las derivadas. ¿Cómo sabrás que una derivada está bien, si nadie te da la respuesta? Mídela. La
# **diferencia central** compara $f$ a ambos lados de $z$:
#
# $$f'(z) \approx \frac{f(z + h) - f(z - h)}{2h}$$
#
# Por Taylor su error es cerca de $\frac{h^2}{6} f'''(z)$: con un $h$ diez veces menor, cien veces menos error.
#
# **Ejercicio.** Escribe `numeric_derivative(f, z, h=1e-5)`, donde `f` es una función que actúa elemento por
# elemento y `z` un número o un arreglo de cualquier forma. Usa exactamente esa fórmula y el `h` recibido.

# %% [markdown] lang="en"
# ## 4. An instrument: the numerical derivative
#
# Now for the derivatives. How will you know that a derivative is right if nobody gives you the answer? Measure
# it. The **central difference** compares $f$ on both sides of $z$:
#
# $$f'(z) \approx \frac{f(z + h) - f(z - h)}{2h}$$
#
# By Taylor its error is about $\frac{h^2}{6} f'''(z)$: with $h$ ten times smaller, a hundred times less error.
#
# **Exercise.** Write `numeric_derivative(f, z, h=1e-5)`, where `f` is a function that acts element by element
# and `z` a number or an array of any shape. Use exactly that formula and the `h` that you receive.


# %% exercise="numeric_derivative"
def numeric_derivative(f, z, h=1e-5):
    """Central difference (f(z + h) - f(z - h)) / (2h), elementwise.

    f: elementwise function; z: number or array of any shape; h: step > 0.
    Returns an array of the shape of z.

    >>> numeric_derivative(np.square, np.array([1.0, 3.0]), h=0.5)
    array([2., 6.])
    """
    ### BEGIN SOLUTION
    return (f(z + h) - f(z - h)) / (2 * h)
    ### END SOLUTION


# %% test="numeric_derivative" points=0.5
_z = np.array([1.0, 3.0])
assert np.allclose(numeric_derivative(np.square, _z), [2, 6]), "(z²)' = 2z"
assert np.array_equal(_z, [1, 3]), say("z no cambia: usa z + h", "z stays: use z + h")
assert np.isclose(numeric_derivative(lambda z: z**3, 0.0, h=0.5), 0.25), say(
    "z³ en 0 con h = 1/2: (1/8 + 1/8) / 1 = 1/4 = h²",
    "z³ at 0 with h = 1/2: (1/8 + 1/8) / 1 = 1/4 = h²",
)
assert np.shape(numeric_derivative(np.sin, np.zeros((2, 3)))) == (2, 3), say(
    "la forma no cambia", "the shape stays the same"
)

# %% hidden="numeric_derivative" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.numeric_derivative", numeric_derivative) as exam:
    # Rounding differs by about 1e-16 |f| / h between right answers: 1e-11 at the default step.
    exam.agrees(
        Text("el paso por omisión", "the default step"),
        call(np.sin, exam.rng.uniform(0.2, 1.2, size=6)),
        call(np.exp, exam.rng.normal(size=(2, 3))),
        call(np.exp, 0.7),
        rtol=1e-7,
        atol=1e-7,
    )
    exam.agrees(
        Text("una función que oscila muy rápido", "a function that oscillates very fast"),
        call(lambda z: np.sin(3000 * z), np.array([0.0, 1e-4, -2e-4])),
        rtol=1e-6,
    )
    exam.agrees(
        Text("un paso grande", "a large step"),
        call(np.exp, exam.rng.normal(size=5), h=0.1),
        call(lambda z: z**3 + z**2, exam.rng.normal(size=(3, 2)), 0.5),
        call(np.sin, -0.4, 0.25),
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(lambda z: z**3, 2, 0.5),
        call(lambda z: z**3, np.array([[-1, 0], [2, 3]]), 0.5),
    )

    def _error(answer, h):
        z = np.array([0.5, 0.9])
        return np.abs(np.asarray(answer(np.sin, z, h)) - np.cos(z))

    exam.holds(
        Text(
            "el error se divide por cien cuando h se divide por diez",
            "the error is divided by a hundred when h is divided by ten",
        ),
        lambda answer: np.allclose(_error(answer, 0.1) / _error(answer, 0.01), 100, rtol=0.05),
    )

# %% [markdown] lang="es"
# Si un $h$ más chico da menos error, ¿por qué no usar $h = 10^{-15}$? Haz tu apuesta y mira la figura.

# %% [markdown] lang="en"
# If a smaller $h$ means a smaller error, why not take $h = 10^{-15}$? Place your bet and look at the picture.

# %% given="plot_step"
steps = np.logspace(-15, -0.5, 59)
errors = np.array([np.abs(numeric_derivative(np.sin, 1.0, h) - np.cos(1.0)) for h in steps])
figure, axis = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
axis.loglog(
    steps, np.maximum(errors, 1e-17), "o", color=BLUE, ms=4, label=say("medido", "measured")
)
axis.loglog(steps, steps**2 / 6 * np.cos(1.0), "--", color=ORANGE, label=r"$h^2 |f'''| / 6$")
axis.loglog(steps, 1.1e-16 / steps, ":", color=GREEN, lw=2, label=r"$\varepsilon / h$")
axis.set(xlabel="$h$", ylabel="error", ylim=(1e-14, 1))
axis.set_title(say("Derivada numérica de sen en 1", "Numerical derivative of sin at 1"))
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# La curva toca fondo. A la derecha manda la fórmula de Taylor; a la izquierda manda el **redondeo**: se restan dos
# números casi iguales, quedan pocas cifras buenas, y dividir por $2h$ agranda lo que sobra. Cerca de
# $h = 10^{-5}$ los dos errores se equilibran; de ahí el valor por omisión.
#
# Es un buen instrumento para revisar, pero no reemplaza a la fórmula: acierta unas diez cifras y llama dos veces
# a $f$.
#
# ## 5. Las derivadas
#
# La derivada de la sigmoide se escribe con la propia sigmoide:
#
# $$\sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr)$$
#
# **Ejercicio.** Escribe `d_sigmoid(z)`. Recibe $z$, no $\sigma(z)$. Usa la fórmula, no la derivada numérica, y que
# el valor sea correcto también en $\pm 1000$. (En las derivadas ya no se exige que no haya avisos: solo cuentan
# los valores.)

# %% [markdown] lang="en"
# The curve has a bottom. On the right Taylor's formula rules; on the left **rounding** does: two almost equal
# numbers are subtracted, few good digits are left, and dividing by $2h$ magnifies the rest. Near $h = 10^{-5}$ the two
# errors balance; hence the default value.
#
# It is a good instrument for checking, but it does not replace the formula: it gets about ten digits right and
# calls $f$ twice.
#
# ## 5. The derivatives
#
# The derivative of the sigmoid is written with the sigmoid itself:
#
# $$\sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr)$$
#
# **Exercise.** Write `d_sigmoid(z)`. It receives $z$, not $\sigma(z)$. Use the formula, not the numerical
# derivative, and let the value be right at $\pm 1000$ as well. (For the derivatives the absence of warnings is no
# longer required: only the values count.)


# %% exercise="d_sigmoid"
def d_sigmoid(z):
    """Derivative of the sigmoid at z, elementwise.

    z: number or array of any shape. Returns an array of the same shape, with values in [0, 1/4].

    >>> d_sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0.  , 0.25, 0.  ])
    """
    ### BEGIN SOLUTION
    s = sigmoid(z)
    return s * (1 - s)
    ### END SOLUTION


# %% test="d_sigmoid"
assert np.isclose(d_sigmoid(0.0), 0.25), "σ'(0) = 1/2 · (1 − 1/2) = 1/4"
assert np.isclose(d_sigmoid(np.log(3.0)), 3 / 16), "σ'(ln 3) = 3/4 · 1/4 = 3/16"
assert np.isclose(d_sigmoid(-np.log(3.0)), 3 / 16), say(
    "σ' es simétrica: σ'(−z) = σ'(z)", "σ' is symmetric: σ'(−z) = σ'(z)"
)
assert np.allclose(d_sigmoid(np.array([-1000.0, 1000.0])), 0), "σ'(±1000) ≈ 0"

# %% hidden="d_sigmoid" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.d_sigmoid", d_sigmoid) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-2.3), call(1.7))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=3, size=shape)) for shape in ((20,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(Text("números enteros", "integers"), call(2), call(np.array([[-3, 0], [1, 2]])))
    exam.agrees(
        Text("z lejos de 0", "z far from 0"),
        call(np.linspace(-12, 12, 49)),
        call(1000.0),
        call(-1000.0),
        call(np.array([-1000.0, -40.0, 40.0, 1000.0])),
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `d_tanh(z)`, elemento por elemento, correcta también en $\pm 1000$:
#
# $$\tanh'(z) = 1 - \tanh^2(z)$$

# %% [markdown] lang="en"
# **Exercise.** Write `d_tanh(z)`, element by element, right at $\pm 1000$ as well:
#
# $$\tanh'(z) = 1 - \tanh^2(z)$$


# %% exercise="d_tanh"
def d_tanh(z):
    """Derivative of the hyperbolic tangent at z, elementwise.

    z: number or array of any shape. Returns an array of the same shape, with values in [0, 1].

    >>> d_tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([0., 1., 0.])
    """
    ### BEGIN SOLUTION
    return 1 - tanh(z) ** 2
    ### END SOLUTION


# %% test="d_tanh"
assert np.isclose(d_tanh(0.0), 1.0), "tanh'(0) = 1 − 0² = 1"
assert np.isclose(d_tanh(np.log(2.0)), 0.64), "tanh'(ln 2) = 1 − (3/5)² = 16/25"
assert np.isclose(d_tanh(-np.log(2.0)), 0.64), say(
    "tanh' es simétrica: tanh'(−z) = tanh'(z)", "tanh' is symmetric: tanh'(−z) = tanh'(z)"
)
assert np.allclose(d_tanh(np.array([-1000.0, 1000.0])), 0), "tanh'(±1000) ≈ 0"

# %% hidden="d_tanh" points=1
from gradus.exam import Text, call, examine

with examine("activations.d_tanh", d_tanh) as exam:
    exam.agrees(Text("un número", "a number"), call(0.0), call(-0.4), call(1.7))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((20,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(Text("números enteros", "integers"), call(-1), call(np.array([[-3, 0], [1, 2]])))
    exam.agrees(
        Text("z lejos de 0", "z far from 0"),
        call(1000.0),
        call(-1000.0),
        call(np.array([-1000.0, -30.0, 30.0, 1000.0])),
    )

# %% [markdown] lang="es"
# ReLU es plana a la izquierda y una recta de pendiente 1 a la derecha. En $z = 0$ hay una esquina: la pendiente por
# la izquierda es 0 y por la derecha es 1. Cualquier valor **entre las dos** sirve (se llama subgradiente), y
# cualquiera se acepta.
#
# **Ejercicio.** Escribe `d_relu(z)`, elemento por elemento, sin cambiar `z`.

# %% [markdown] lang="en"
# ReLU is flat on the left and a line of slope 1 on the right. At $z = 0$ there is a corner: the slope on the left is
# 0 and on the right it is 1. Any value **between the two** will do (it is called a subgradient), and any is
# accepted.
#
# **Exercise.** Write `d_relu(z)`, element by element, without changing `z`.


# %% exercise="d_relu"
def d_relu(z):
    """A derivative of ReLU at z, elementwise; at z = 0 any value in [0, 1].

    z: number or array of any shape. Returns an array of the same shape.

    >>> d_relu(np.array([-2.0, 3.0]))
    array([0., 1.])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
    ### END SOLUTION


# %% test="d_relu"
assert np.isclose(d_relu(2.5), 1), say(
    "a la derecha la pendiente es 1", "on the right the slope is 1"
)
assert d_relu(-2.5) == 0, say("a la izquierda la pendiente es 0", "on the left the slope is 0")
assert 0 <= d_relu(0.0) <= 1, say("en la esquina, entre 0 y 1", "at the corner, between 0 and 1")
assert np.allclose(d_relu(np.array([[-1.0, 4.0], [0.5, -3.0]])), [[0, 1], [1, 0]]), say(
    "elemento por elemento", "element by element"
)

# %% hidden="d_relu" points=1
from gradus.exam import Text, call, examine

with examine("activations.d_relu", d_relu) as exam:
    exam.agrees(Text("un número", "a number"), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar", "random arrays"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(Text("números enteros", "integers"), call(-1), call(np.array([[-3, 5], [1, 2]])))
    exam.agrees(
        Text("z muy cerca de 0 o muy lejos", "z very near 0 or very far"),
        call(np.array([-1e-9, 1e-9])),
        call(np.array([-1000.0, 1000.0])),
    )
    exam.within(Text("z = 0", "z = 0"), call(0.0), 0.0, 1.0)
    exam.within(
        Text("z = 0 entre otros valores", "z = 0 among other values"),
        call(np.array([[-1.0, 0.0], [3.0, -0.0]])),
        np.array([[0.0, 0.0], [1.0, 0.0]]),
        np.array([[0.0, 1.0], [1.0, 1.0]]),
    )

# %% [markdown] lang="es"
# **Ejercicio.** Escribe `d_elu(z, alpha=1.0)`, elemento por elemento, correcta también en $\pm 1000$. Deriva tú las
# dos ramas de ELU. En $z = 0$ las pendientes laterales son $\alpha$ y 1: se acepta cualquier valor entre ellas (si
# $\alpha = 1$ coinciden, y la derivada es 1).

# %% [markdown] lang="en"
# **Exercise.** Write `d_elu(z, alpha=1.0)`, element by element, right at $\pm 1000$ as well. Differentiate the two
# branches of ELU yourself. At $z = 0$ the one-sided slopes are $\alpha$ and 1: any value between them is accepted
# (if $\alpha = 1$ they agree, and the derivative is 1).


# %% exercise="d_elu"
def d_elu(z, alpha=1.0):
    """A derivative of ELU at z, elementwise; at z = 0 any value between alpha and 1.

    z: number or array of any shape; alpha: positive number. Returns an array of z's shape.

    >>> d_elu(np.array([-1000.0, 3.0]), alpha=2.0)
    array([0., 1.])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) >= 0, 1.0, alpha * np.exp(np.minimum(z, 0)))
    ### END SOLUTION


# %% test="d_elu"
assert np.isclose(d_elu(3.0), 1.0), say(
    "a la derecha la pendiente es 1", "on the right the slope is 1"
)
assert np.isclose(d_elu(0.0), 1.0), say("con α = 1 no hay esquina: 1", "with α = 1 no corner: 1")
assert np.isclose(d_elu(-np.log(2.0)), 0.5), say(
    "en −ln 2 la pendiente de e^z − 1 es 1/2", "at −ln 2 the slope of e^z − 1 is 1/2"
)
assert np.isclose(d_elu(-np.log(2.0), alpha=4.0), 2.0), say(
    "con α = 4, cuatro veces más", "with α = 4, four times as much"
)
assert np.shape(d_elu(np.zeros((2, 3)))) == (2, 3), say(
    "la forma no cambia", "the shape stays the same"
)

# %% hidden="d_elu" points=1.5
from gradus.exam import Text, call, examine

with examine("activations.d_elu", d_elu) as exam:
    exam.agrees(Text("un número y α = 1", "a number and α = 1"), call(0.0), call(-0.4), call(2.2))
    exam.agrees(
        Text("arreglos al azar y α = 1", "random arrays and α = 1"),
        *(call(exam.rng.normal(scale=2, size=shape)) for shape in ((9,), (3, 4), (2, 1, 3))),
    )
    exam.agrees(
        Text("otro α", "another α"),
        call(np.array([-0.7, 0.9]), 2.5),
        call(exam.rng.normal(scale=2, size=(4, 4)), alpha=0.3),
        call(-1.5, alpha=3),
    )
    exam.agrees(
        Text("números enteros", "integers"), call(-1), call(np.array([[-3, 4], [1, -1]]), 1.5)
    )
    exam.agrees(
        Text("z muy lejos de 0", "z very far from 0"),
        call(-1000.0, 0.5),
        call(1000.0),
        call(np.array([-1000.0, -40.0, 40.0, 1000.0]), 2.0),
    )
    for _alpha in (0.4, 2.5):
        exam.within(
            Text("z = 0 y otro α", "z = 0 and another α"),
            call(np.zeros((2, 2)), _alpha),
            np.full((2, 2), min(_alpha, 1.0)),
            np.full((2, 2), max(_alpha, 1.0)),
        )

# %% [markdown] lang="es"
# Las cuatro funciones arriba, sus derivadas abajo. Las líneas son tus fórmulas; los puntos, tu instrumento. Donde un
# punto no cae sobre la línea, uno de los dos está mal. ¿Cuál de las cuatro derivadas tiene el máximo más bajo? Las
# cuatro comparten el eje.

# %% [markdown] lang="en"
# The four functions above, their derivatives below. The lines are your formulas; the dots, your instrument. Where a
# dot is off the line, one of the two is wrong. Which of the four derivatives has the lowest maximum? All four
# share the axis.

# %% given="plot_derivatives"
ACTIVATIONS = {
    "sigmoid": (sigmoid, d_sigmoid, BLUE),
    "tanh": (tanh, d_tanh, ORANGE),
    "relu": (relu, d_relu, GREEN),
    "elu": (elu, d_elu, RED),
}
TITLES = {
    "sigmoid": say("Sigmoide", "Sigmoid"),
    "tanh": "tanh",
    "relu": "ReLU",
    "elu": "ELU (α = 1)",
}
z = np.linspace(-4, 4, 401)
dots = np.linspace(-3.8, 3.8, 20)
figure, axes = plt.subplots(2, 4, figsize=(11, 5), sharex=True, sharey="row", layout="constrained")
for (name, (f, d_f, color)), (above, below) in zip(ACTIVATIONS.items(), axes.T):
    above.plot(z, f(z), color=color, lw=2.5)
    below.plot(z, d_f(z), color=color, lw=2.5, label=say("fórmula", "formula"))
    below.plot(
        dots,
        numeric_derivative(f, dots),
        "o",
        color="black",
        ms=3.5,
        label=say("medida", "measured"),
    )
    above.set_title(TITLES[name])
    below.set_xlabel("$z$")
    below.legend(loc="upper left", fontsize=8)
    above.grid(alpha=0.3)
    below.grid(alpha=0.3)
axes[0, 0].set(ylabel="$f(z)$", ylim=(-1.3, 4))
axes[1, 0].set(ylabel="$f'(z)$", ylim=(-0.1, 1.5))
plt.show()

# %% [markdown] lang="es"
# ## 6. La tabla de la clase
#
# Lo que decide el destino de una red profunda es lo que pasa lejos de 0. La clase lo resume en una tabla: el valor de
# cada función en $\pm\infty$ y el de su derivada.
#
# **Ejercicio.** Define el diccionario `LIMITS`, con las claves `"sigmoid"`, `"tanh"`, `"relu"` y `"elu"` (esta con
# $\alpha = 1$). A cada una le corresponden cuatro números, en este orden:
#
# $$\Bigl(\lim_{z \to -\infty} f(z),\ \lim_{z \to +\infty} f(z),\ \lim_{z \to -\infty} f'(z),\
# \lim_{z \to +\infty} f'(z)\Bigr)$$
#
# Si un límite es infinito, escribe `np.inf`. (La tabla de la clase anota «z» ahí: la función crece como $z$.)

# %% [markdown] lang="en"
# ## 6. The lecture's table
#
# What decides the fate of a deep network is what happens far from 0. The lecture sums it up in a table: the value of
# each function at $\pm\infty$ and that of its derivative.
#
# **Exercise.** Define the dictionary `LIMITS`, with the keys `"sigmoid"`, `"tanh"`, `"relu"` and `"elu"` (the last
# with $\alpha = 1$). To each belong four numbers, in this order:
#
# $$\Bigl(\lim_{z \to -\infty} f(z),\ \lim_{z \to +\infty} f(z),\ \lim_{z \to -\infty} f'(z),\
# \lim_{z \to +\infty} f'(z)\Bigr)$$
#
# Where a limit is infinite, write `np.inf`. (The lecture's table notes "z" there: the function grows like $z$.)

# %% exercise="LIMITS"
# LIMITS = {"sigmoid": (..., ..., ..., ...), "tanh": ..., "relu": ..., "elu": ...}
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
for _name, _limits in LIMITS.items():
    assert np.shape(_limits) == (4,), say(
        f"{_name}: cuatro números, f(−∞), f(+∞), f'(−∞), f'(+∞)",
        f"{_name}: four numbers, f(−∞), f(+∞), f'(−∞), f'(+∞)",
    )

# %% hidden="LIMITS" points=1.5
from gradus.exam import Text, examine

with examine("activations.LIMITS", LIMITS) as exam:
    for _name in ("sigmoid", "tanh", "relu", "elu"):
        exam.agrees(
            Text(f"los límites de {_name}", f"the limits of {_name}"),
            lambda limits, name=_name: limits[name],
        )

# %% [markdown] lang="es"
# ## 7. Apilar: el gradiente que se desvanece
#
# Pon la misma activación una y otra vez: $z_1 = f(z_0)$, $z_2 = f(z_1)$, … ¿Cuánto cambia la última si la primera se
# mueve un poco? La regla de la cadena multiplica una pendiente por capa, cada una tomada **en lo que entra** a esa
# capa:
#
# $$\frac{d z_L}{d z_0} = f'(z_0)\, f'(z_1) \cdots f'(z_{L-1}) = \prod_{k=0}^{L-1} f'(z_k)$$
#
# Con $L = 0$ capas no hay factores y la derivada es 1.
#
# **Ejercicio.** Escribe `gradient_through_layers(f, d_f, z0, depth)`, esa derivada con $L$ = `depth`: `f` y `d_f` son
# una función que actúa elemento por elemento y su derivada, `z0` un número o un arreglo de cualquier forma, `depth`
# un entero $\geq 0$. Sirve para cualquier `f`, no solo las de hoy.

# %% [markdown] lang="en"
# ## 7. Stacking: the vanishing gradient
#
# Apply the same activation over and over: $z_1 = f(z_0)$, $z_2 = f(z_1)$, … How much does the last one change if the
# first one moves a little? The chain rule multiplies one slope per layer, each taken at **what enters** that layer:
#
# $$\frac{d z_L}{d z_0} = f'(z_0)\, f'(z_1) \cdots f'(z_{L-1}) = \prod_{k=0}^{L-1} f'(z_k)$$
#
# With $L = 0$ layers there are no factors and the derivative is 1.
#
# **Exercise.** Write `gradient_through_layers(f, d_f, z0, depth)`, that derivative with $L$ = `depth`: `f` and `d_f`
# are a function that acts element by element and its derivative, `z0` a number or an array of any shape, `depth` an
# integer $\geq 0$. It serves for any `f`, not only today's.


# %% exercise="gradient_through_layers"
def gradient_through_layers(f, d_f, z0, depth):
    """Derivative of f∘…∘f (depth times) at z0, elementwise.

    f, d_f: elementwise function and its derivative; z0: number or array of any shape; depth: >= 0.
    Returns an array of the shape of z0.

    >>> gradient_through_layers(np.square, lambda z: 2 * z, np.array([1.0, 3.0]), 2)
    array([  4., 108.])
    """
    ### BEGIN SOLUTION
    z, gradient = z0, np.ones(np.shape(z0))
    for _ in range(depth):
        gradient = gradient * d_f(z)
        z = f(z)
    return gradient
    ### END SOLUTION


# %% test="gradient_through_layers" points=0.5
def _double(z):
    return 2 * z


_z = np.array([1.0, 3.0])
assert np.allclose(gradient_through_layers(np.square, _double, _z, 0), 1), say(
    "sin capas no hay factores: la derivada es 1", "without layers no factors: the derivative is 1"
)
assert np.allclose(gradient_through_layers(np.square, _double, _z, 1), [2, 6]), "(z²)' = 2z"
assert np.allclose(gradient_through_layers(np.square, _double, _z, 2), [4, 108]), say(
    "((z²)²)' = 4z³: en z = 3, (2 · 3) · (2 · 9) = 108",
    "((z²)²)' = 4z³: at z = 3, (2 · 3) · (2 · 9) = 108",
)

# %% hidden="gradient_through_layers" points=2
from gradus.exam import Text, call, careful, examine


def _wave(z):
    return np.sin(z) + 0.5 * z


def _wave_slope(z):
    return np.cos(z) + 0.5


def _logistic(z):
    return 1 / (1 + np.exp(-z))


def _logistic_slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


with examine("activations.gradient_through_layers", gradient_through_layers) as exam:
    exam.agrees(Text("una capa", "one layer"), call(_wave, _wave_slope, exam.rng.normal(size=4), 1))
    exam.agrees(
        Text("varias capas", "several layers"),
        call(_wave, _wave_slope, exam.rng.normal(size=5), 2),
        call(_wave, _wave_slope, exam.rng.normal(size=(2, 3)), 5),
        call(lambda z: z**2 - 0.5, lambda z: 2 * z, exam.rng.uniform(-1, 1, size=4), 3),
    )
    exam.agrees(
        Text("un número", "a number"),
        call(_wave, _wave_slope, 0.8, 3),
        call(_wave, _wave_slope, 2, 4),
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(_wave, _wave_slope, np.array([[-1, 0], [2, 3]]), 3),
    )
    # The number 1 is as good as an array of ones.
    exam.agrees(
        Text("ninguna capa", "no layers"),
        call(_wave, _wave_slope, 0.8, 0),
        lambda answer: careful(answer)(_wave, _wave_slope, np.full(3, 0.8), 0) * np.ones(3),
    )
    # The gradient is about 1e-19 here: only the relative error says something.
    exam.agrees(
        Text("treinta sigmoides", "thirty sigmoids"),
        call(_logistic, _logistic_slope, exam.rng.normal(size=3), 30),
        atol=0.0,
    )

# %% [markdown] lang="es"
# Treinta capas. Antes de ejecutar, apuesta: ¿qué fracción del gradiente sobrevive a treinta sigmoides? ¿Y a treinta
# ReLU? El eje vertical es logarítmico; a la izquierda se parte de $z_0 = 1$, a la derecha de $z_0 = -1$.

# %% [markdown] lang="en"
# Thirty layers. Before you run it, place your bet: what share of the gradient survives thirty sigmoids? And thirty
# ReLUs? The vertical axis is logarithmic; on the left we start from $z_0 = 1$, on the right from $z_0 = -1$.

# %% given="plot_depth"
depths = np.arange(31)
LINES = {"sigmoid": ("-", "o"), "tanh": ("-", "s"), "relu": ("-", "^"), "elu": ("--", "v")}
figure, axes = plt.subplots(1, 2, figsize=(10.5, 4), sharey=True, layout="constrained")
for axis, start in zip(axes, (1.0, -1.0)):
    for name, (f, d_f, color) in ACTIVATIONS.items():
        gradient = np.array(
            [gradient_through_layers(f, d_f, start, int(depth)) for depth in depths]
        )
        alive = gradient > 0
        style, marker = LINES[name]
        axis.semilogy(
            depths[alive],
            gradient[alive],
            color=color,
            ls=style,
            marker=marker,
            ms=6 if name == "relu" else 4,
            label=TITLES[name],
        )
        if not alive[-1]:
            axis.annotate(
                say(f"{TITLES[name]}: 0 desde aquí", f"{TITLES[name]}: 0 from here on"),
                (depths[~alive][0], 1e-21),
                xytext=(8, 14),
                textcoords="offset points",
                color=color,
                arrowprops={"arrowstyle": "->", "color": color},
            )
    axis.semilogy(depths, 0.25**depths, ":", color="black", label=r"$(1/4)^L$")
    axis.set(xlabel=say("capas $L$", "layers $L$"), title=f"$z_0 = {start:g}$", ylim=(1e-21, 20))
    axis.grid(alpha=0.3)
axes[0].set_ylabel("$dz_L / dz_0$")
axes[0].legend(loc="lower left")
plt.show()

print(say("Factor de la última capa, desde z₀ = 1:", "Factor of the last layer, from z₀ = 1:"))
for name, (f, d_f, _) in ACTIVATIONS.items():
    before, after = (gradient_through_layers(f, d_f, 1.0, depth) for depth in (29, 30))
    print(f"  {TITLES[name]:12s} {float(after / before):.4f}")

# %% [markdown] lang="es"
# La sigmoide cae en línea recta sobre un eje logarítmico: cada capa multiplica por el mismo número, cerca de 0.22, y
# nunca más que $1/4$, la altura de $\sigma'$. De treinta capas sale algo como $10^{-20}$: a la primera capa no le llega
# nada de qué aprender. Es el **gradiente que se desvanece**. tanh cae mucho más despacio: sus $z_k$ se acercan a 0, y ahí
# su derivada llega a 1. Lo mismo le pasa a ELU cuando parte de $-1$.
#
# En una red de verdad hay también pesos entre capa y capa, que entran como factores y pueden compensar una parte (o
# hacer explotar el producto). Pero la idea es esta: en profundidad, los factores se multiplican.
#
# Y ReLU, la gran ganadora de la izquierda, a la derecha es la peor: con $z_0 < 0$ el gradiente es 0 **exacto** desde la
# primera capa. ¿Qué tan seguido ocurre eso?
#
# ## 8. ReLU muertas
#
# Una unidad ReLU está **activa** con un ejemplo si su entrada cumple $z > 0$. Si **ningún** ejemplo la activa, su salida
# es 0 siempre y su gradiente también: ningún paso mueve sus pesos, así que seguirá igual. Está muerta.
#
# **Ejercicio.** Escribe `dead_fraction(z)`, donde `z` tiene forma `(n, units)`: una fila por ejemplo, una columna por
# unidad, con la entrada de cada ReLU. Devuelve un número entre 0 y 1: la fracción de unidades que ningún ejemplo activa.

# %% [markdown] lang="en"
# The sigmoid falls in a straight line on a logarithmic axis: each layer multiplies by the same number, about 0.22, and
# never by more than $1/4$, the height of $\sigma'$. Out of thirty layers comes something like $10^{-20}$: nothing
# arrives at the first layer to learn from. This is the **vanishing gradient**. tanh falls far more slowly: its $z_k$
# approach 0, and there its derivative reaches 1. The same happens to ELU when it starts from $-1$.
#
# In a real network there are also weights between one layer and the next; they enter as factors and may make up for a
# part (or make the product explode). But this is the idea: in depth, the factors multiply.
#
# And ReLU, the great winner on the left, is the worst on the right: with $z_0 < 0$ the gradient is **exactly** 0 from
# the first layer on. How often does that happen?
#
# ## 8. Dead ReLUs
#
# A ReLU unit is **active** for an example if its input satisfies $z > 0$. If **no** example activates it, its output is
# always 0 and so is its gradient: no step moves its weights, so it will stay that way. It is dead.
#
# **Exercise.** Write `dead_fraction(z)`, where `z` has shape `(n, units)`: one row per example, one column per unit,
# with the input of each ReLU. It returns a number between 0 and 1: the share of units that no example activates.


# %% exercise="dead_fraction"
def dead_fraction(z):
    """Share of ReLU units that no example activates; active means z > 0.

    z: array (n, units), the inputs of the ReLU. Returns a number in [0, 1].

    >>> dead_fraction(np.array([[1.0, -1.0], [-2.0, -3.0]]))
    0.5
    """
    ### BEGIN SOLUTION
    return np.mean(np.all(np.asarray(z) <= 0, axis=0))
    ### END SOLUTION


# %% test="dead_fraction"
_z = np.array([[1.0, -1.0, 0.0, -3.0], [-2.0, -3.0, 0.0, 0.5]])
assert np.shape(dead_fraction(_z)) == (), say("es un número", "it is one number")
assert np.isclose(dead_fraction(_z), 0.5), say(
    "las unidades 2 y 3 nunca pasan de 0 (z = 0 no activa); las otras viven: 2/4",
    "units 2 and 3 never exceed 0 (z = 0 does not activate); the others live: 2/4",
)
assert np.isclose(dead_fraction(np.ones((3, 2))), 0.0), say("todas vivas: 0", "all alive: 0")

# %% hidden="dead_fraction" points=1.5
from gradus.exam import Text, call, examine


def _inputs(rng, n, dead, alive):
    """Units whose fate does not depend on luck: dead ones first, then live ones."""
    z = rng.normal(size=(n, dead + alive)) - 0.5
    z[:, :dead] = -np.abs(z[:, :dead]) - 0.01
    for unit in range(dead, dead + alive):
        z[rng.integers(n), unit] = 0.01 + rng.random()
    return z[:, rng.permutation(dead + alive)]


with examine("activations.dead_fraction", dead_fraction) as exam:
    exam.agrees(
        Text("entradas al azar", "random inputs"),
        call(_inputs(exam.rng, 12, 3, 7)),
        call(_inputs(exam.rng, 5, 6, 3)),
        call(_inputs(exam.rng, 40, 1, 24)),
    )
    exam.agrees(
        Text("todas vivas o todas muertas", "all alive or all dead"),
        call(_inputs(exam.rng, 6, 0, 4)),
        call(_inputs(exam.rng, 6, 5, 0)),
    )
    exam.agrees(
        Text("un solo ejemplo o una sola unidad", "a single example or a single unit"),
        call(_inputs(exam.rng, 1, 2, 3)),
        call(_inputs(exam.rng, 5, 1, 0)),
        call(_inputs(exam.rng, 5, 0, 1)),
    )
    exam.agrees(
        Text("números enteros, con ceros", "integers, with zeros"),
        call(np.array([[0, -1, 2, 0, 0], [0, 0, -3, 1, -2], [0, -2, 0, 0, -1]])),
        call(np.zeros((3, 4))),
    )
    exam.agrees(
        Text("tantos ejemplos como unidades", "as many examples as units"),
        call(np.array([[1.0, -1.0, -2.0], [2.0, -1.0, -1.0], [-1.0, -2.0, -1.0]])),
    )
    exam.agrees(
        Text("una unidad que apenas se activa", "a unit that is hardly active"),
        call(np.array([[-1.0, -1.0], [1e-6, -1.0]])),
    )

# %% [markdown] lang="es"
# A la izquierda, una capa de 60 unidades con pesos al azar y 40 ejemplos: el color marca quién activa a quién, y las
# columnas vacías son las muertas. A la derecha, el sesgo de todas las unidades baja de a poco, como pasaría con un paso
# demasiado grande. Con más ejemplos, ¿la curva se mueve hacia más muertas o hacia menos?

# %% [markdown] lang="en"
# On the left, a layer of 60 units with random weights and 40 examples: the colour marks who activates whom, and the
# empty columns are the dead ones. On the right, the bias of all the units goes down little by little, as it would with a
# step that is too large. With more examples, does the curve move towards more dead units or towards fewer?

# %% given="plot_dead"
rng = np.random.default_rng(6204)
units, d = 300, 20
weights = rng.normal(size=(d, units)) / np.sqrt(d)
examples = rng.normal(size=(1000, d))
biases = np.linspace(0, -5, 41)

figure, (left_axis, right_axis) = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
z = examples[:40] @ weights[:, :60] - 2.0
left_axis.pcolormesh(z > 0, cmap=plt.get_cmap("Blues", 2), edgecolors="0.85", lw=0.2)
left_axis.set(xlabel=say("unidad", "unit"), ylabel=say("ejemplo", "example"))
left_axis.set_title(
    say(f"Sesgo −2: muertas {dead_fraction(z):.0%}", f"Bias −2: {dead_fraction(z):.0%} dead")
)
for n, color, style in ((10, BLUE, "-"), (100, ORANGE, "--"), (1000, GREEN, "-.")):
    share = [dead_fraction(examples[:n] @ weights + bias) for bias in biases]
    right_axis.plot(biases, share, color=color, ls=style, lw=2, label=f"$n = {n}$")
right_axis.set(
    xlabel=say("sesgo", "bias"), ylabel=say("fracción de muertas", "share of dead units")
)
right_axis.set_title(say("El sesgo mata, los datos reviven", "The bias kills, data revive"))
right_axis.legend()
right_axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# «Muerta» se dice siempre de una unidad **y de unos datos**: basta un ejemplo que la active para que vuelva a recibir
# gradiente. Por eso la fracción baja cuando hay más ejemplos. ELU paga el precio de una exponencial y no muere: a la
# izquierda su derivada es pequeña, pero no 0.
#
# ## Para qué sirvió
#
# Tienes las cuatro activaciones de la clase y sus derivadas, escritas de modo que no se rompen; un instrumento para
# revisar cualquier derivada, que volverás a usar cada vez que programes un gradiente; y dos formas medidas de perderlo:
# de a poco, multiplicando factores menores que 1, o de golpe, en una ReLU muerta.
#
# Queda una pregunta abierta. Una derivada dice hacia dónde moverse para que **algo** baje. ¿Qué es ese algo? ¿Cómo se
# mide cuánto se equivoca una función, y qué promete ese número sobre los datos que aún no has visto? La próxima semana
# le ponemos nombre: pérdida y riesgo.

# %% [markdown] lang="en"
# "Dead" is always said of a unit **and of some data**: one example that activates it is enough for it to receive
# gradient again. That is why the share falls when there are more examples. ELU pays the price of an exponential and does
# not die: on the left its derivative is small, but not 0.
#
# ## What it was good for
#
# You have the lecture's four activations and their derivatives, written so that they do not break; an instrument to
# check any derivative, which you will use again each time you program a gradient; and two ways of losing it, both
# measured: little by little, multiplying factors below 1, or all at once, in a dead ReLU.
#
# One question stays open. A derivative says where to move so that **something** goes down. What is that something? How
# does one measure how wrong a function is, and what does that number promise about data not seen yet? Next week we give
# it a name: loss and risk.
