# %% [markdown] lang="es"
# # Semana 1 · El perceptrón
#
# En 1958 Frank Rosenblatt mostró una máquina que aprendía a distinguir figuras sin que nadie le
# escribiera las reglas. Su pieza central cabe en una línea:
#
# $$y = f(x_1 w_1 + x_2 w_2 - b)$$
#
# Al terminar este notebook podrás:
#
# - programar esa neurona y decidir con ella sobre muchos ejemplos a la vez;
# - construir compuertas lógicas con pesos elegidos a mano, y explicar por qué XOR no se deja;
# - dejar que los pesos se aprendan solos, con la regla de Rosenblatt;
# - decir, antes de entrenar, cuántos errores puede cometer esa regla como máximo.
#
# **Cómo se trabaja.** Cada ejercicio tiene tres celdas: tu respuesta, un test visible que puedes
# ejecutar cuantas veces quieras, y un test oculto que se ejecuta al calificar. Cada pregunta se
# califica sola: un error aquí no te cuesta puntos más adelante.
#
# Dos reglas valen para todas las semanas. Una función **no cambia sus argumentos**: si necesitas
# modificar un arreglo, copia primero. Y donde se piden números, NumPy decide: enteros, decimales,
# `True`/`False` o listas valen lo mismo que un arreglo.

# %% [markdown] lang="en"
# # Week 1 · The perceptron
#
# In 1958 Frank Rosenblatt showed a machine that learned to tell figures apart although nobody had
# written the rules for it. Its central piece fits on one line:
#
# $$y = f(x_1 w_1 + x_2 w_2 - b)$$
#
# At the end of this notebook you will be able to:
#
# - program that neuron and let it decide about many examples at once;
# - build logic gates from weights chosen by hand, and explain why XOR resists;
# - let the weights be learned, by Rosenblatt's rule;
# - say, before any training, how many mistakes that rule can make at most.
#
# **How to work.** Each exercise has three cells: your answer, a visible test that you can run as
# often as you like, and a hidden test that runs when your work is graded. Each question is graded
# alone: a mistake here costs you nothing further down.
#
# Two rules hold every week. A function **does not change its arguments**: if you need to modify
# an array, copy it first. And where numbers are asked for, NumPy decides: integers, floats,
# `True`/`False` or lists are as good as an array.

# %% given="setup"
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
MARKERS = {0: "o", 1: "s"}


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


# %% [markdown] lang="es"
# ## 1. La función de activación
#
# La neurona suma y luego decide. Quien decide es la **función de Heaviside**: todo o nada.
#
# $$f(z) = \begin{cases} 1 & \text{si } z \geq 0 \\ 0 & \text{si } z < 0 \end{cases}$$
#
# Mira bien el borde: en $z = 0$ la función ya vale 1.
#
# **Ejercicio.** Escribe `heaviside(z)`, elemento por elemento: `z` puede ser un número o un arreglo
# de cualquier forma, y el resultado tiene la misma forma, con ceros y unos.

# %% [markdown] lang="en"
# ## 1. The activation function
#
# The neuron adds up, then decides. What decides is the **Heaviside function**: all or nothing.
#
# $$f(z) = \begin{cases} 1 & \text{if } z \geq 0 \\ 0 & \text{if } z < 0 \end{cases}$$
#
# Look closely at the edge: at $z = 0$ the function is already 1.
#
# **Exercise.** Write `heaviside(z)`, element by element: `z` may be a number or an array of any
# shape, and the result has the same shape, made of zeros and ones.


# %% exercise="heaviside"
def heaviside(z):
    """Heaviside step, elementwise.

    z: array of any shape. Returns an array of the same shape, 1 where z >= 0 and 0 elsewhere.

    >>> heaviside(np.array([-2.0, 0.0, 3.0]))
    array([0, 1, 1])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(z) >= 0, 1, 0)
    ### END SOLUTION


# %% test="heaviside" points=0.5
assert heaviside(2.5) == 1, say("f(2.5) = 1: a la derecha de 0", "f(2.5) = 1: to the right of 0")
assert heaviside(-0.1) == 0, say(
    "f(−0.1) = 0: a la izquierda de 0", "f(−0.1) = 0: to the left of 0"
)
assert heaviside(0.0) == 1, say(
    "f(0) = 1: el borde cuenta (z ≥ 0)", "f(0) = 1: the edge counts (z ≥ 0)"
)
assert np.shape(heaviside(np.zeros((2, 3)))) == (2, 3), say(
    "f trabaja elemento por elemento: la forma no cambia",
    "f works element by element: the shape stays the same",
)
assert np.array_equal(heaviside(np.array([-1.0, 0.0, 1.0])), [0, 1, 1]), "f([−1, 0, 1]) = [0, 1, 1]"

# %% hidden="heaviside" points=1.5
from gradus.exam import Text, call, examine

with examine("perceptron.heaviside", heaviside) as exam:
    exam.agrees(Text("un número", "a number"), call(-3.2), call(0.7), call(-1e-12), call(5))
    exam.agrees(Text("z = 0", "z = 0"), call(0.0), call(np.array([0.0, -0.0])), call(0))
    exam.agrees(
        Text("un vector de números al azar", "a vector of random numbers"),
        *(call(exam.rng.normal(size=n)) for n in (1, 7, 50)),
    )
    exam.agrees(
        Text("una matriz de números al azar", "a matrix of random numbers"),
        call(exam.rng.normal(size=(4, 3))),
        call(exam.rng.integers(-2, 3, size=(5, 5))),
        call(exam.rng.normal(size=(2, 3, 4))),
    )

# %% [markdown] lang="es"
# ¿Se parece tu función a la de la clase? El punto lleno muestra a qué lado pertenece el borde.

# %% [markdown] lang="en"
# Does your function look like the one in the lecture? The filled dot shows to which side the edge
# belongs.

# %% given="plot_heaviside"
figure, axis = plt.subplots(figsize=(6, 2.6))
z = np.linspace(-2, 2, 400)
axis.plot(z[z < 0], heaviside(z[z < 0]), color=BLUE, lw=2.5)
axis.plot(z[z > 0], heaviside(z[z > 0]), color=BLUE, lw=2.5)
axis.plot(0, heaviside(0.0), "o", color=BLUE, ms=9)
axis.plot(0, 1 - heaviside(0.0), "o", color=BLUE, ms=9, mfc="white")
axis.set(
    xlabel="$z$",
    ylabel="$f(z)$",
    yticks=[0, 1],
    title=say("Función de Heaviside", "Heaviside function"),
)
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## 2. La neurona
#
# Con $d$ entradas, la neurona compara la suma ponderada con un **umbral** $b$:
#
# $$y = f(x \cdot w - b), \qquad\text{es decir,}\qquad
# y = \begin{cases} 1 & \text{si } x \cdot w \geq b \\ 0 & \text{si } x \cdot w < b \end{cases}$$
#
# El umbral se **resta**. En muchos libros verás $x \cdot w + b$, con un sesgo que se suma: es la
# misma familia de rectas, pero con el signo de $b$ al revés.
#
# **Ejercicio.** Escribe `perceptron(x, w, b)`. Si `x` tiene forma `(d,)` hay un solo ejemplo y la
# salida es un 0 o un 1; si tiene forma `(n, d)` hay `n` ejemplos, uno por fila, y la salida tiene
# forma `(n,)`. Puedes usar `heaviside`.

# %% [markdown] lang="en"
# ## 2. The neuron
#
# With $d$ inputs, the neuron compares the weighted sum with a **threshold** $b$:
#
# $$y = f(x \cdot w - b), \qquad\text{that is,}\qquad
# y = \begin{cases} 1 & \text{if } x \cdot w \geq b \\ 0 & \text{if } x \cdot w < b \end{cases}$$
#
# The threshold is **subtracted**. Many books write $x \cdot w + b$, with a bias that is added: the
# same family of lines, but with the sign of $b$ the other way round.
#
# **Exercise.** Write `perceptron(x, w, b)`. If `x` has shape `(d,)` there is one example and the
# output is a 0 or a 1; if it has shape `(n, d)` there are `n` examples, one per row, and the output
# has shape `(n,)`. You may use `heaviside`.


# %% exercise="perceptron"
def perceptron(x, w, b):
    """Output of a perceptron with weights w (d,) and threshold b, which is subtracted.

    x: array (d,) or (n, d). Returns 0 or 1, or an array (n,) of them.

    >>> perceptron(np.array([[1, 0], [0, 1]]), np.array([2.0, -1.0]), 1.5)
    array([1, 0])
    """
    ### BEGIN SOLUTION
    return heaviside(np.dot(x, w) - b)
    ### END SOLUTION


# %% test="perceptron"
_w, _b = np.array([2.0, -1.0]), 0.5
assert np.shape(perceptron(np.array([1, 0]), _w, _b)) == (), say(
    "x (d,) ⇒ un número", "x (d,) ⇒ one number"
)
assert perceptron(np.array([1, 0]), _w, _b) == 1, "1·2 + 0·(−1) = 2 ≥ 0.5 ⇒ y = 1"
assert perceptron(np.array([0, 1]), _w, _b) == 0, "0·2 + 1·(−1) = −1 < 0.5 ⇒ y = 0"
assert perceptron(np.array([0, 0]), _w, _b) == 0, say(
    "x = 0: 0 < 0.5 ⇒ y = 0; el umbral se resta",
    "x = 0: 0 < 0.5 ⇒ y = 0; the threshold is subtracted",
)
_rows = np.array([[1, 0], [0, 1], [0, 0], [1, 1]])
assert np.shape(perceptron(_rows, _w, _b)) == (4,), say(
    "x (n, d) ⇒ salida (n,): una por fila", "x (n, d) ⇒ output (n,): one per row"
)
assert np.array_equal(perceptron(_rows, _w, _b), [1, 0, 0, 1]), "x·w = [2, −1, 0, 1], b = 0.5"

# %% hidden="perceptron" points=3
from gradus.exam import Text, call, examine

with examine("perceptron.perceptron", perceptron) as exam:
    exam.agrees(
        Text("un ejemplo de d entradas", "one example of d inputs"),
        *(
            call(exam.rng.normal(size=d), exam.rng.normal(size=d), b)
            for d in (1, 2, 3, 10)
            for b in (-1.3, 0.4)
        ),
    )
    exam.agrees(
        Text("n ejemplos, uno por fila", "n examples, one per row"),
        *(
            call(exam.rng.normal(size=(n, d)), exam.rng.normal(size=d), b)
            for n, d, b in ((1, 3, 0.2), (3, 3, -0.5), (40, 2, 0.8), (25, 6, -2.0))
        ),
    )
    exam.agrees(
        Text("x·w exactamente igual a b", "x·w exactly equal to b"),
        call(np.array([1.0, 1.0]), np.array([0.5, 0.25]), 0.75),
        call(np.array([[2, 0], [0, 2], [1, 1]]), np.array([1, 1]), 2),
    )

# %% [markdown] lang="es"
# ## 3. Compuertas lógicas
#
# Si las entradas son binarias, cada neurona calcula una función lógica. Antes de dejar que los pesos
# se aprendan, elige algunos a mano.
#
# | $x_1$ | $x_2$ | AND | OR | NAND | NOR |
# |---|---|---|---|---|---|
# | 0 | 0 | 0 | 0 | 1 | 1 |
# | 0 | 1 | 0 | 1 | 1 | 0 |
# | 1 | 0 | 0 | 1 | 1 | 0 |
# | 1 | 1 | 1 | 1 | 0 | 0 |
#
# **Ejercicio.** Define el diccionario `GATES`, que a cada uno de los nombres `"AND"`, `"OR"`,
# `"NAND"` y `"NOR"` le asocia un par `(w, b)`: dos pesos y un umbral. Hay infinitas respuestas
# correctas; cualquiera sirve.

# %% [markdown] lang="en"
# ## 3. Logic gates
#
# With binary inputs, each neuron computes a logical function. Before letting weights be learned,
# choose some by hand.
#
# | $x_1$ | $x_2$ | AND | OR | NAND | NOR |
# |---|---|---|---|---|---|
# | 0 | 0 | 0 | 0 | 1 | 1 |
# | 0 | 1 | 0 | 1 | 1 | 0 |
# | 1 | 0 | 0 | 1 | 1 | 0 |
# | 1 | 1 | 1 | 1 | 0 | 0 |
#
# **Exercise.** Define the dictionary `GATES`, which maps each of the names `"AND"`, `"OR"`, `"NAND"`
# and `"NOR"` to a pair `(w, b)`: two weights and a threshold. There are infinitely many right
# answers; any will do.

# %% exercise="GATES"
# GATES = {"AND": (np.array([w1, w2]), b), "OR": ..., "NAND": ..., "NOR": ...}
### BEGIN SOLUTION
GATES = {
    "AND": (np.array([1.0, 1.0]), 1.5),
    "OR": (np.array([1.0, 1.0]), 0.5),
    "NAND": (np.array([-1.0, -1.0]), -1.5),
    "NOR": (np.array([-1.0, -1.0]), -0.5),
}
### END SOLUTION

# %% test="GATES" points=0.5
assert set(GATES) == {"AND", "OR", "NAND", "NOR"}, say(
    "las claves son AND, OR, NAND, NOR", "the keys are AND, OR, NAND, NOR"
)
for _gate, (_w, _b) in GATES.items():
    assert np.shape(_w) == (2,), say(f"{_gate}: dos pesos", f"{_gate}: two weights")
    assert np.shape(_b) == (), say(f"{_gate}: un umbral", f"{_gate}: one threshold")
_w, _b = GATES["AND"]
assert np.dot([1, 1], _w) >= _b, "AND(1, 1) = 1: w₁ + w₂ ≥ b"
assert np.dot([0, 0], _w) < _b, "AND(0, 0) = 0: 0 < b"

# %% hidden="GATES" points=1.5
from gradus.exam import Text, examine
from gradus.reference.perceptron import perceptron as _right_perceptron

_ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
with examine("perceptron.GATES", GATES) as exam:
    for _gate in ("AND", "OR", "NAND", "NOR"):
        exam.agrees(
            Text(f"la compuerta {_gate} sobre sus cuatro filas", f"gate {_gate} on its four rows"),
            lambda gates, gate=_gate: _right_perceptron(_ROWS, *gates[gate]),
        )

# %% [markdown] lang="es"
# Cada compuerta es una recta: de un lado la neurona se activa (zona naranja), del otro no. ¿Quedan
# los cuadrados, que deben dar 1, todos en la zona naranja?

# %% [markdown] lang="en"
# Each gate is a line: on one side the neuron fires (orange area), on the other it does not. Are the
# squares, which should give 1, all inside the orange area?

# %% given="plot_gates"
ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TRUTH = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "NOR": [1, 0, 0, 0]}


def draw_region(axis, neuron, low=-0.5, high=1.5):
    """Shade where neuron, a function of (n, 2), gives 1."""
    grid = np.linspace(low, high, 201)
    plane = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    image = np.asarray(neuron(plane), dtype=float).reshape(201, 201)
    axis.contourf(grid, grid, image, levels=[-0.5, 0.5, 1.5], colors=["white", ORANGE], alpha=0.35)


def draw_rows(axis, labels):
    """The four binary inputs: squares where the label is 1, circles where it is 0."""
    for row, label in zip(ROWS, labels):
        axis.plot(*row, MARKERS[label], color=[BLUE, RED][label], ms=11, mec="black")
    axis.set(xlabel="$x_1$", ylabel="$x_2$", xticks=[0, 1], yticks=[0, 1], aspect="equal")


figure, axes = plt.subplots(1, 4, figsize=(11, 3), layout="constrained")
for axis, (gate, labels) in zip(axes, TRUTH.items()):
    draw_region(axis, lambda plane: perceptron(plane, *GATES[gate]))
    draw_rows(axis, labels)
    axis.set_title(gate)
plt.show()

# %% [markdown] lang="es"
# ## 4. XOR: lo que una neurona no puede
#
# El «o exclusivo» vale 1 cuando **exactamente una** de las entradas es 1. Parece un detalle más en la
# tabla, pero en 1969 detuvo la investigación en redes neuronales por años: ninguna recta deja los dos
# unos de un lado y los dos ceros del otro.
#
# La salida es usar dos capas. XOR pide «alguna de las dos» **y** «no ambas»:
#
# $$\mathrm{XOR}(x) = \mathrm{AND}\bigl(\mathrm{OR}(x),\ \mathrm{NAND}(x)\bigr)$$
#
# **Ejercicio.** Escribe `xor(x)` para `x` de forma `(n, 2)`, con ceros y unos; devuelve `(n,)`. La
# idea es componer tus compuertas, pero cualquier función que calcule XOR es correcta.

# %% [markdown] lang="en"
# ## 4. XOR: what one neuron cannot do
#
# The "exclusive or" is 1 when **exactly one** of the inputs is 1. It looks like just one more table, yet in
# 1969 it halted research on neural networks for years: no line leaves both ones on one side and both
# zeros on the other.
#
# The way out is to use two layers. XOR asks for "at least one" **and** "not both":
#
# $$\mathrm{XOR}(x) = \mathrm{AND}\bigl(\mathrm{OR}(x),\ \mathrm{NAND}(x)\bigr)$$
#
# **Exercise.** Write `xor(x)` for `x` of shape `(n, 2)`, made of zeros and ones; it returns `(n,)`.
# The idea is to compose your gates, but any function that computes XOR is right.


# %% exercise="xor"
def xor(x):
    """Exclusive or of the two columns of x.

    x: array (n, 2) of zeros and ones. Returns an array (n,).

    >>> xor(np.array([[0, 1], [1, 1]]))
    array([1, 0])
    """
    ### BEGIN SOLUTION
    either = perceptron(x, *GATES["OR"])
    not_both = perceptron(x, *GATES["NAND"])
    return perceptron(np.column_stack([either, not_both]), *GATES["AND"])
    ### END SOLUTION


# %% test="xor"
_rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
assert np.shape(xor(_rows)) == (4,), say("x (n, 2) ⇒ salida (n,)", "x (n, 2) ⇒ output (n,)")
assert np.allclose(xor(_rows[:3]), [0, 1, 1]), "XOR(0,0) = 0, XOR(0,1) = 1, XOR(1,0) = 1"
assert np.allclose(xor(_rows[3:]), [0]), say("XOR(1,1) = 0: no ambas", "XOR(1,1) = 0: not both")

# %% hidden="xor" points=2
from gradus.exam import Text, call, examine

with examine("perceptron.xor", xor) as exam:
    exam.agrees(
        Text("las cuatro filas", "the four rows"), call(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    )
    exam.agrees(
        Text("una sola fila", "a single row"),
        *(call(np.array([[a, b]])) for a in (0, 1) for b in (0, 1)),
    )
    exam.agrees(
        Text("muchas filas al azar", "many random rows"),
        call(exam.rng.integers(0, 2, size=(60, 2))),
        call(exam.rng.integers(0, 2, size=(31, 2))),
    )

# %% [markdown] lang="es"
# Que una sola neurona no basta es más fácil de ver que de explicar. A la izquierda, cada punto es **una**
# neurona: su orientación y su umbral; el color cuenta cuántas de las cuatro filas de XOR acierta. A la
# derecha, tu red de dos capas.
#
# Antes de ejecutar: ¿cuál crees que será el color más alto?

# %% [markdown] lang="en"
# That one neuron is not enough is easier to see than to explain. On the left, each point is **one**
# neuron: its orientation and its threshold; the colour counts how many of XOR's four rows it gets
# right. On the right, your network of two layers.
#
# Before you run it: which do you think will be the highest colour?

# %% given="plot_xor"
angles, thresholds = np.linspace(0, 2 * np.pi, 181), np.linspace(-2, 2, 161)
weights = np.stack([np.cos(angles), np.sin(angles)])
fires = (ROWS @ weights)[:, None, :] >= thresholds[None, :, None]
right = (fires == np.array([0, 1, 1, 0])[:, None, None].astype(bool)).sum(axis=0)

figure, (left_axis, right_axis) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
image = left_axis.pcolormesh(
    np.degrees(angles), thresholds, right, cmap=plt.get_cmap("cividis", 5), vmin=-0.5, vmax=4.5
)
figure.colorbar(image, ax=left_axis, ticks=range(5), label=say("filas correctas", "rows right"))
left_axis.set(
    xlabel=say("orientación de $w$ (grados)", "orientation of $w$ (degrees)"), ylabel="$b$"
)
left_axis.set_title(say("Todas las neuronas, una por punto", "All the neurons, one per point"))
draw_region(right_axis, lambda plane: xor(heaviside(plane - 0.5)))
draw_rows(right_axis, [0, 1, 1, 0])
right_axis.set_title(say("Tu red de dos capas", "Your network of two layers"))
plt.show()

# %% [markdown] lang="es"
# **Ejercicio.** Define `XOR_BEST`: de las cuatro filas de XOR, ¿cuántas puede acertar, como máximo, un
# solo perceptrón? Apóyate en la figura, y convéncete con un argumento.

# %% [markdown] lang="en"
# **Exercise.** Define `XOR_BEST`: of XOR's four rows, how many can a single perceptron get right at
# most? Let the figure help you, and convince yourself with an argument.

# %% exercise="XOR_BEST"
# XOR_BEST = ...
### BEGIN SOLUTION
XOR_BEST = 3
### END SOLUTION

# %% test="XOR_BEST"
assert np.shape(XOR_BEST) == (), say("XOR_BEST es un número", "XOR_BEST is one number")
assert 0 <= XOR_BEST <= 4, say("hay cuatro filas", "there are four rows")

# %% hidden="XOR_BEST" points=1
from gradus.exam import Text, examine

with examine("perceptron.XOR_BEST", XOR_BEST) as exam:
    exam.agrees(Text("la cuenta de filas", "the count of rows"), lambda count: count)

# %% [markdown] lang="es"
# ## 5. Aprender los pesos
#
# Elegir pesos a mano funciona con dos entradas. Con 64, como en una imagen de 8 × 8 píxeles, no.
# La **regla de Rosenblatt** los aprende de los errores. Parte de $w = 0$, $b = 0$; recorre los ejemplos
# en orden; para cada uno predice $\hat y_i = f(x_i \cdot w - b)$ y corrige enseguida:
#
# $$w \leftarrow w + \alpha\,(y_i - \hat y_i)\,x_i, \qquad b \leftarrow b - \alpha\,(y_i - \hat y_i)$$
#
# Si la predicción es correcta, nada cambia. Si la neurona debía activarse y no lo hizo, $w$ se acerca a
# $x_i$ y el umbral baja; si se activó y no debía, al revés. Una pasada por todos los ejemplos es una
# **época**.
#
# **Ejercicio.** Escribe `perceptron_fit(X, y, lr=1.0, epochs=100)`, con `X` de forma `(n, d)`, que
# puede traer enteros, e `y` de forma `(n,)` con ceros y unos. Devuelve la tupla `(w, b, mistakes)`:
# los pesos `(d,)`, el umbral, y la lista con el número de errores de cada época. El entrenamiento se
# detiene después de la primera época sin errores, cuyo 0 también va en la lista, o al completar
# `epochs` épocas.

# %% [markdown] lang="en"
# ## 5. Learning the weights
#
# Choosing weights by hand works with two inputs. With 64, as in an image of 8 × 8 pixels, it does not.
# **Rosenblatt's rule** learns them from mistakes. Start from $w = 0$, $b = 0$; take the examples in
# order; for each one predict $\hat y_i = f(x_i \cdot w - b)$ and correct at once:
#
# $$w \leftarrow w + \alpha\,(y_i - \hat y_i)\,x_i, \qquad b \leftarrow b - \alpha\,(y_i - \hat y_i)$$
#
# If the prediction is right, nothing changes. If the neuron should have fired and did not, $w$ moves
# towards $x_i$ and the threshold goes down; if it fired and should not have, the other way round. One
# pass over all the examples is an **epoch**.
#
# **Exercise.** Write `perceptron_fit(X, y, lr=1.0, epochs=100)`, with `X` of shape `(n, d)`, which
# may hold integers, and `y` of shape `(n,)` made of zeros and ones. It returns the tuple
# `(w, b, mistakes)`: the weights `(d,)`, the threshold, and the list with the number of mistakes in
# each epoch. Training stops after the first epoch without a mistake, whose 0 is in the list too, or
# when `epochs` epochs are complete.


# %% exercise="perceptron_fit"
def perceptron_fit(X, y, lr=1.0, epochs=100):
    """Train a perceptron with Rosenblatt's rule, from zeros, with the examples in order.

    X: array (n, d); y: array (n,) of zeros and ones; lr: learning rate α.
    Returns (w, b, mistakes): weights (d,), threshold, and mistakes per epoch, closing 0 included.

    >>> perceptron_fit(np.array([[1.0], [-1.0]]), np.array([1, 0]))
    (array([1.]), 1.0, [1, 0])
    """
    ### BEGIN SOLUTION
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y):
            y_hat = 1 if x_i @ w >= b else 0
            if y_hat != y_i:
                w = w + lr * (y_i - y_hat) * x_i
                b = b - lr * (y_i - y_hat)
                wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes
    ### END SOLUTION


# %% test="perceptron_fit" points=1
_X, _y = np.array([[1.0], [-1.0]]), np.array([1, 0])
_w, _b, _mistakes = perceptron_fit(_X, _y)
assert np.shape(_w) == (1,), say("w tiene forma (d,)", "w has shape (d,)")
assert np.allclose(_w, [1.0]), say(
    "solo falla x = −1, con y − ŷ = −1: w = 0 + (−1)·(−1) = 1",
    "only x = −1 is a mistake, with y − ŷ = −1: w = 0 + (−1)·(−1) = 1",
)
assert np.allclose(_b, 1.0), say(
    "ese mismo error sube b: b = 0 − (−1) = 1", "that same mistake raises b: b = 0 − (−1) = 1"
)
assert list(_mistakes) == [1, 0], say(
    "un error en la primera época, y una época limpia al final: [1, 0]",
    "one mistake in the first epoch, and a clean epoch at the end: [1, 0]",
)
assert len(perceptron_fit(_X, 1 - _y, epochs=1)[2]) == 1, say(
    "no más de `epochs` épocas", "no more than `epochs` epochs"
)

# %% hidden="perceptron_fit" points=3
from gradus.exam import Text, call, examine
from gradus.exam.inputs import separable

with examine("perceptron.perceptron_fit", perceptron_fit) as exam:
    exam.agrees(
        Text("datos separables al azar", "random separable data"),
        *(call(*separable(exam.rng, n, d, 0.4)) for n, d in ((12, 2), (30, 2), (25, 5))),
    )
    exam.agrees(
        Text("una tasa de aprendizaje distinta de 1", "a learning rate other than 1"),
        call(*separable(exam.rng, 20, 3, 0.4), lr=0.25),
        call(*separable(exam.rng, 20, 2, 0.4), 3.0),
    )
    exam.agrees(
        Text("datos que no son separables", "data that are not separable"),
        call(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]), epochs=7),
        call(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])),
        call(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]), epochs=130),
    )
    exam.agrees(
        Text("un límite de épocas muy corto", "a very short limit of epochs"),
        call(*separable(exam.rng, 30, 2, 0.05), epochs=1),
        call(*separable(exam.rng, 30, 4, 0.05), epochs=2),
    )
    exam.agrees(
        Text("un solo ejemplo por clase", "one example per class"),
        call(np.array([[0.1], [-0.1]]), np.array([1, 0])),
        call(np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([0, 1])),
    )
    exam.agrees(
        Text("datos enteros y una tasa que no lo es", "integer data and a rate that is not whole"),
        call(np.array([[2, 1], [-1, 3], [0, -2], [3, 0]]), np.array([1, 0, 0, 1]), lr=0.5),
    )

# %% [markdown] lang="es"
# Mira la recta moverse. Cada panel entrena desde cero con una época más; los puntos marcados son los que
# quedan mal clasificados.

# %% [markdown] lang="en"
# Watch the line move. Each panel trains from zero for one more epoch; the ringed points are those still
# misclassified.


# %% given="plot_learning"
def draw_line(axis, w, b, **style):
    """The line x·w = b across the axis."""
    w = np.asarray(w, dtype=float)
    if np.any(w != 0):
        foot, along = b * w / (w @ w), np.array([-w[1], w[0]]) / np.linalg.norm(w)
        ends = np.stack([foot - 20 * along, foot + 20 * along])
        axis.plot(ends[:, 0], ends[:, 1], **style)


def draw_points(axis, X, y):
    """A cloud of labelled points in the plane."""
    for label, color in ((0, BLUE), (1, RED)):
        axis.plot(*X[y == label].T, MARKERS[label], color=color, ms=5, label=f"$y = {label}$")


rng = np.random.default_rng(6204)
cloud = rng.normal(size=(300, 2)) * 1.5 + [1.5, 1.0]
signed = cloud @ np.array([1.0, 1.2]) - 2.4
X_cloud = cloud[np.abs(signed) > 0.5][:80]
y_cloud = (X_cloud @ np.array([1.0, 1.2]) >= 2.4).astype(int)

epochs_needed = len(perceptron_fit(X_cloud, y_cloud)[2])
shown = sorted({1, 2, max(1, epochs_needed // 2), epochs_needed})
figure, axes = plt.subplots(
    1, len(shown), figsize=(3 * len(shown), 3.2), layout="constrained", squeeze=False
)
for axis, epochs in zip(axes[0], shown):
    w, b, mistakes = perceptron_fit(X_cloud, y_cloud, epochs=epochs)
    draw_points(axis, X_cloud, y_cloud)
    missed = X_cloud[(X_cloud @ w >= b) != y_cloud.astype(bool)]
    axis.plot(*missed.T, "o", mfc="none", mec="black", ms=12)
    draw_line(axis, w, b, color=GREEN, lw=2.5)
    axis.set(xlim=(-3, 6), ylim=(-4, 6), xlabel="$x_1$", ylabel="$x_2$")
    axis.set_title(
        say(f"Época {epochs}: {mistakes[-1]} errores", f"Epoch {epochs}: {mistakes[-1]} mistakes")
    )
axes[0][0].legend(loc="lower left")
plt.show()

# %% [markdown] lang="es"
# ## 6. ¿Y si nunca termina? El margen
#
# La recta dejó de moverse. ¿Tuvimos suerte? Novikoff demostró en 1962 que no: si **alguna** recta separa
# los datos, la regla se detiene, y se sabe a más tardar cuándo. La cota depende de cuánto espacio hay
# entre las clases, el **margen**:
#
# $$\gamma = \min_i \frac{s_i\,(w \cdot x_i - b)}{\lVert (w, b) \rVert}, \qquad s_i = 2 y_i - 1 = \pm 1$$
#
# El signo $s_i$ hace que un ejemplo bien clasificado cuente positivo y uno mal clasificado, negativo. La
# norma es la del vector **extendido** $(w_1, \dots, w_d, b)$: el umbral se aprende igual que los pesos, como
# si cada ejemplo tuviera una entrada más, siempre $-1$.
#
# **Ejercicio.** Escribe `margin(X, y, w, b)`, un número. Supón que `w` y `b` no son ambos cero.

# %% [markdown] lang="en"
# ## 6. What if it never ends? The margin
#
# The line stopped moving. Were we lucky? Novikoff proved in 1962 that we were not: if **some** line
# separates the data, the rule stops, and we know by when. The bound depends on how much room there is
# between the classes, the **margin**:
#
# $$\gamma = \min_i \frac{s_i\,(w \cdot x_i - b)}{\lVert (w, b) \rVert}, \qquad s_i = 2 y_i - 1 = \pm 1$$
#
# The sign $s_i$ makes a well classified example count as positive and a misclassified one as negative.
# The norm is that of the **extended** vector $(w_1, \dots, w_d, b)$: the threshold is learned just like the
# weights, as if each example had one more input, always $-1$.
#
# **Exercise.** Write `margin(X, y, w, b)`, one number. Assume that `w` and `b` are not both zero.


# %% exercise="margin"
def margin(X, y, w, b):
    """Geometric margin of the line (w, b) on the data.

    X: array (n, d); y: array (n,) of zeros and ones; w: array (d,); b: threshold. Returns a number.

    >>> margin(np.array([[3.0], [-1.0]]), np.array([1, 0]), np.array([1.0]), 0.0)
    1.0
    """
    ### BEGIN SOLUTION
    signs = 2 * y - 1
    return np.min(signs * (X @ w - b)) / np.linalg.norm(np.append(w, b))
    ### END SOLUTION


# %% test="margin" points=0.5
_X, _y = np.array([[3.0], [-1.0]]), np.array([1, 0])
_one = np.array([1.0])
assert np.shape(margin(_X, _y, _one, 0.0)) == (), say(
    "el margen es un número", "the margin is one number"
)
assert np.isclose(margin(_X, _y, _one, 0.0), 1.0), "min(+1·3, −1·(−1)) / ‖(1, 0)‖ = 1"
assert np.isclose(margin(_X, 1 - _y, _one, 0.0), -3.0), say(
    "con las clases al revés el peor ejemplo está a −3",
    "with the classes exchanged the worst example is at −3",
)
assert np.isclose(margin(_X, _y, 10 * _one, 0.0), 1.0), say(
    "γ no cambia si (w, b) se multiplica por 10", "γ stays the same if (w, b) is multiplied by 10"
)

# %% hidden="margin" points=2.5
from gradus.exam import Text, call, examine

with examine("perceptron.margin", margin) as exam:
    for _n, _d in ((5, 2), (20, 3)):
        _X, _w = exam.rng.normal(size=(_n, _d)), exam.rng.normal(size=_d)
        _y = (_X @ _w >= 0.2).astype(int)
        exam.agrees(
            Text("una recta que separa los datos", "a line that separates the data"),
            call(_X, _y, _w, 0.2),
        )
    exam.agrees(
        Text("una recta que separa los datos", "a line that separates the data"),
        call(
            np.array([[2.0, 1.0], [-1.0, 0.5], [3.0, 3.0]]),
            np.array([1, 0, 1]),
            np.array([1.0, 0.5]),
            0.75,
        ),
    )
    exam.agrees(
        Text("una recta que no separa los datos", "a line that does not separate the data"),
        call(np.array([[2.0], [-1.0], [0.5]]), np.array([0, 1, 1]), np.array([1.5]), -0.5),
        call(
            exam.rng.normal(size=(30, 4)),
            exam.rng.integers(0, 2, size=30),
            exam.rng.normal(size=4),
            -1.0,
        ),
    )
    exam.agrees(
        Text("un ejemplo justo sobre la recta", "an example right on the line"),
        call(np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([1, 1]), np.array([1.0, 1.0]), 2.0),
    )
    exam.agrees(
        Text("una sola clase", "one class only"),
        call(exam.rng.normal(size=(6, 3)), np.zeros(6, dtype=int), exam.rng.normal(size=3), 5.0),
        call(exam.rng.normal(size=(6, 3)), np.ones(6, dtype=int), exam.rng.normal(size=3), -5.0),
    )

# %% [markdown] lang="es"
# ## 7. La cota de Novikoff
#
# Si $R$ es la norma del ejemplo extendido más lejano, la regla de Rosenblatt comete, en total, a lo más
#
# $$\left(\frac{R}{\gamma}\right)^2 \text{ errores}, \qquad R = \max_i \lVert (x_i, -1) \rVert$$
#
# y eso vale para el margen $\gamma > 0$ de **cualquier** recta que separe los datos. Es un resultado
# notable: no depende de cuántos ejemplos hay ni de en qué orden vienen, ni de la tasa $\alpha$.
#
# **Ejercicio.** Escribe `novikoff_bound(X, y, w, b)`, la cota que certifica la recta `(w, b)`. Si no
# separa estrictamente ($\gamma \leq 0$), el teorema no dice nada: devuelve `np.inf`. Puedes usar
# `margin`.

# %% [markdown] lang="en"
# ## 7. Novikoff's bound
#
# If $R$ is the norm of the farthest extended example, Rosenblatt's rule makes, in total, at most
#
# $$\left(\frac{R}{\gamma}\right)^2 \text{ mistakes}, \qquad R = \max_i \lVert (x_i, -1) \rVert$$
#
# and this holds for the margin $\gamma > 0$ of **any** line that separates the data. It is a remarkable
# result: it depends neither on how many examples there are, nor on their order, nor on the rate $\alpha$.
#
# **Exercise.** Write `novikoff_bound(X, y, w, b)`, the bound that the line `(w, b)` certifies. If it does
# not separate strictly ($\gamma \leq 0$), the theorem says nothing: return `np.inf`. You may use
# `margin`.


# %% exercise="novikoff_bound"
def novikoff_bound(X, y, w, b):
    """Novikoff's bound (R / γ)² on the total number of mistakes of Rosenblatt's rule.

    X: array (n, d); y: array (n,) of zeros and ones; w: array (d,); b: threshold.
    Returns a number, np.inf when the line does not separate strictly.

    >>> X, y = np.array([[3.0], [-1.0]]), np.array([1, 0])
    >>> round(novikoff_bound(X, y, np.array([1.0]), 0.0), 6)
    10.0
    """
    ### BEGIN SOLUTION
    gamma = margin(X, y, w, b)
    if gamma <= 0:
        return np.inf
    extended = np.column_stack([X, -np.ones(len(X))])
    radius = np.max(np.linalg.norm(extended, axis=1))
    return (radius / gamma) ** 2
    ### END SOLUTION


# %% test="novikoff_bound"
_X, _y = np.array([[3.0], [-1.0]]), np.array([1, 0])
_one = np.array([1.0])
assert np.isclose(novikoff_bound(_X, _y, _one, 0.0), 10.0), (
    "R² = 3² + (−1)² = 10, γ = 1 ⇒ (R/γ)² = 10"
)
assert novikoff_bound(_X, 1 - _y, _one, 0.0) == np.inf, say(
    "γ ≤ 0: la recta no separa, la cota es ∞", "γ ≤ 0: the line does not separate, the bound is ∞"
)

# %% hidden="novikoff_bound" points=3
from gradus.exam import Text, call, examine

with examine("perceptron.novikoff_bound", novikoff_bound) as exam:
    for _n, _d in ((6, 1), (20, 2), (15, 4)):
        _w, _b = exam.rng.normal(size=_d), 0.4
        _X = exam.rng.normal(size=(_n, _d)) * np.linspace(0.5, 3, _n)[:, None]
        _X = _X[np.abs(_X @ _w - _b) > 0.05]
        _y, _z = (_X @ _w >= _b).astype(int), np.abs(_X @ _w - _b)
        exam.agrees(Text("una recta que separa", "a line that separates"), call(_X, _y, _w, _b))
        exam.agrees(
            Text("una recta que no separa", "a line that does not separate"),
            call(_X, 1 - _y, _w, _b),
            # One example, barely on the wrong side: γ is negative, but hardly so.
            call(_X, np.where(_z == _z.min(), 1 - _y, _y), _w, _b),
        )
    exam.agrees(
        Text("un ejemplo justo sobre la recta (γ = 0)", "an example right on the line (γ = 0)"),
        call(np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([1, 1]), np.array([1.0, 1.0]), 2.0),
    )
    exam.agrees(
        Text("una recta que separa por muy poco", "a line that separates by very little"),
        call(np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([1, 1]), np.ones(2), 2.0 - 2.0**-14),
    )

# %% [markdown] lang="es"
# ¿Se cumple la promesa? Para certificar hace falta una recta con margen positivo. La que aprendió el
# perceptrón puede pasar justo por un ejemplo: $z = 0$ ya cuenta como 1, así que la regla no se molesta en
# alejarse. Por eso la figura compara la recta aprendida con la que generó los datos.

# %% [markdown] lang="en"
# Is the promise kept? To certify we need a line with a positive margin. The one that the perceptron
# learned may pass right through an example: $z = 0$ already counts as 1, so the rule does not care to move
# away. That is why the figure compares the learned line with the one that generated the data.

# %% given="plot_margin"
w_learned, b_learned, mistakes = perceptron_fit(X_cloud, y_cloud)
w_true, b_true = np.array([1.0, 1.2]), 2.4
figure, axis = plt.subplots(figsize=(6.5, 4.2), layout="constrained")
draw_points(axis, X_cloud, y_cloud)
for w, b, color, style, name in (
    (w_learned, b_learned, GREEN, "-", say("aprendida", "learned")),
    (w_true, b_true, "black", "--", say("la que generó los datos", "the one that made the data")),
):
    bound = novikoff_bound(X_cloud, y_cloud, w, b)
    gamma = margin(X_cloud, y_cloud, w, b)
    draw_line(
        axis,
        w,
        b,
        color=color,
        ls=style,
        lw=2,
        label=f"{name}: γ = {gamma:.3f}, (R/γ)² = {bound:.0f}",
    )
axis.set(xlim=(-3, 6), ylim=(-4, 8.5), xlabel="$x_1$", ylabel="$x_2$")  # room for the legend
axis.set_title(say(f"Errores cometidos: {sum(mistakes)}", f"Mistakes made: {sum(mistakes)}"))
axis.legend(loc="upper right", fontsize=8)
plt.show()

# %% [markdown] lang="es"
# ## 8. Datos reales
#
# Rosenblatt quería que su máquina leyera. Hazlo con los dígitos 0 y 1 de scikit-learn: imágenes de 8 × 8
# píxeles, es decir, $d = 64$. Se entrena con la mitad y se prueba con la otra mitad, que la neurona nunca
# vio. A la derecha están los pesos aprendidos, dibujados como imagen: ¿reconoces qué píxeles hablan a favor
# del 1 y cuáles en contra?

# %% [markdown] lang="en"
# ## 8. Real data
#
# Rosenblatt wanted his machine to read. Do it with the digits 0 and 1 of scikit-learn: images of 8 × 8
# pixels, that is, $d = 64$. Training uses one half, testing the other half, which the neuron has never
# seen. On the right are the learned weights, drawn as an image: can you tell which pixels speak for a 1 and
# which against it?

# %% given="digits"
from sklearn.datasets import load_digits

images, labels = load_digits(n_class=2, return_X_y=True)
order = np.random.default_rng(0).permutation(len(labels))
train, test = order[: len(order) // 2], order[len(order) // 2 :]
w, b, mistakes = perceptron_fit(images[train] / 16.0, labels[train])
accuracy = np.mean((images[test] / 16.0 @ w >= b) == labels[test])

figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
for axis, image, title in zip(axes, (images[test[0]], images[test[1]]), map(str, labels[test[:2]])):
    axis.imshow(image.reshape(8, 8), cmap="gray_r")
    axis.set(title=f"$y = {title}$", xticks=[], yticks=[])
limit = np.abs(w).max() or 1.0
picture = axes[2].imshow(np.reshape(w, (8, 8)), cmap="PuOr", vmin=-limit, vmax=limit)
figure.colorbar(picture, ax=axes[2], label="$w$")
axes[2].set(title=say("Pesos aprendidos", "Learned weights"), xticks=[], yticks=[])
plt.show()
print(say("Errores por época:", "Mistakes per epoch:"), mistakes)
print(
    say("Aciertos en la mitad que no vio:", "Right on the half it did not see:"), f"{accuracy:.1%}"
)

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Con una suma y un escalón construiste compuertas, viste el límite de una neurona y cómo dos capas lo
# superan, y entrenaste un lector de dígitos con una garantía matemática en la mano.
#
# Queda una pregunta abierta. La regla de Rosenblatt sabe corregir **una** neurona porque el error dice
# directamente hacia dónde mover sus pesos. En la red de dos capas de XOR, ¿cómo sabría una neurona de la
# primera capa si el error fue culpa suya? Con el escalón no hay respuesta: es plano en todas partes y su
# derivada no ayuda. La próxima semana lo cambiaremos por funciones que sí se pueden derivar.

# %% [markdown] lang="en"
# ## What it was good for
#
# With a sum and a step you built gates, saw the limit of one neuron and how two layers overcome it, and
# trained a reader of digits with a mathematical guarantee in hand.
#
# One question stays open. Rosenblatt's rule can correct **one** neuron because the error says directly
# where to move its weights. In the two-layer network of XOR, how would a neuron of the first layer know
# whether the mistake was its own fault? With the step there is no answer: it is flat everywhere and its
# derivative does not help. Next week we will replace it with functions whose derivative does.
