# %% [markdown] lang="es"
# # Semana 4 · Descenso del gradiente
#
# Estás en un cerro, de noche y con niebla. No ves el valle, pero sientes la pendiente bajo los pies. Dar un
# paso cuesta abajo, sentir de nuevo, dar otro: así se entrena casi todo lo que hoy llamamos inteligencia
# artificial.
#
# $$\theta \leftarrow \theta - \alpha \nabla_\theta \ell(\theta)$$
#
# Al terminar este notebook podrás:
#
# - medir una pendiente sin saber derivar, y usarla para desconfiar de una fórmula impresa;
# - decir qué promete el gradiente (y qué no), con la serie de Taylor;
# - bajar por un paisaje, y dibujarlo aunque tenga muchas dimensiones;
# - reconocer las cuatro maneras en que la tasa $\alpha$ sale mal, y calcular dónde empieza el peligro.
#
# Cada pregunta se califica sola. Ninguna función cambia sus argumentos, y los arreglos que recibe pueden traer
# enteros.

# %% [markdown] lang="en"
# # Week 4 · Gradient descent
#
# You are on a hill, at night and in fog. You do not see the valley, but you feel the slope under your feet.
# Take a step downhill, feel again, take another: that is how almost everything that we call artificial
# intelligence today is trained.
#
# $$\theta \leftarrow \theta - \alpha \nabla_\theta \ell(\theta)$$
#
# At the end of this notebook you will be able to:
#
# - measure a slope without knowing how to differentiate, and use it to distrust a printed formula;
# - say what the gradient promises (and what it does not), by the Taylor series;
# - go down a landscape, and draw it even if it has many dimensions;
# - recognise the four ways in which the rate $\alpha$ goes wrong, and compute where the danger begins.
#
# Each question is graded alone. No function changes its arguments, and the arrays that it is given may hold
# integers.

# %% given="setup"
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"


def say(es, en):
    """The text in the language of the course, which the file language.txt names."""
    file = Path("language.txt")
    return en if file.is_file() and file.read_text().strip() == "en" else es


# %% [markdown] lang="es"
# ## 1. Medir una pendiente
#
# El gradiente junta las derivadas parciales, $\nabla f(x) = \left(\frac{\partial f}{\partial x_k}\right)_k$.
# Cada una se puede medir: se mueve **una** coordenada un paso $h$ hacia cada lado y se mira cuánto cambia $f$,
#
# $$\frac{\partial f}{\partial x_k}(x) \approx \frac{f(x + h e_k) - f(x - h e_k)}{2h}$$
#
# donde $e_k$ es 1 en la coordenada $k$ y 0 en las demás. El error cae como $h^2$.
#
# **Ejercicio.** Escribe `numeric_gradient(f, x, h=1e-5)`. `f` recibe un arreglo de la forma de `x` y devuelve
# un número; `x` puede tener cualquier forma, y sus enteros se tratan como decimales. Devuelve un arreglo de la
# forma de `x`, y deja `x` como estaba.

# %% [markdown] lang="en"
# ## 1. Measuring a slope
#
# The gradient collects the partial derivatives,
# $\nabla f(x) = \left(\frac{\partial f}{\partial x_k}\right)_k$. Each of them can be measured: move **one**
# coordinate by a step $h$ to either side and see how much $f$ changes,
#
# $$\frac{\partial f}{\partial x_k}(x) \approx \frac{f(x + h e_k) - f(x - h e_k)}{2h}$$
#
# where $e_k$ is 1 in coordinate $k$ and 0 in the others. The error falls as $h^2$.
#
# **Exercise.** Write `numeric_gradient(f, x, h=1e-5)`. `f` takes an array of the shape of `x` and returns a
# number; `x` may have any shape, and its integers are treated as floats. It returns an array of the shape of
# `x`, and leaves `x` as it was.


# %% exercise="numeric_gradient"
def numeric_gradient(f, x, h=1e-5):
    """Gradient of f at x (any shape) by central differences of step h; the shape of x.

    >>> numeric_gradient(lambda x: np.sum(x**2), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% test="numeric_gradient" points=0.5
assert np.allclose(numeric_gradient(lambda x: x[0] * x[1], np.array([3.0, 5.0])), [5, 3]), (
    "∇(x₁x₂) = (x₂, x₁)"
)
assert np.shape(numeric_gradient(np.sum, np.ones((2, 3)))) == (2, 3), say(
    "el gradiente tiene la forma de x", "the gradient has the shape of x"
)
assert np.allclose(numeric_gradient(lambda x: np.sum(x**2), np.array([1, -2])), [2, -4]), say(
    "los enteros también: ∇‖x‖² = 2x", "integers too: ∇‖x‖² = 2x"
)
assert np.isclose(numeric_gradient(lambda x: x[0] ** 3, np.array([1.0]), h=0.1)[0], 3.01), say(
    "con h = 0.1: (1.1³ − 0.9³) / 0.2 = 3.01", "with h = 0.1: (1.1³ − 0.9³) / 0.2 = 3.01"
)

# %% hidden="numeric_gradient" points=2
from gradus.exam import Text, call, examine

_LOOSE = {"rtol": 1e-6, "atol": 1e-7}


def _waves(x):
    # Each coordinate counts in its own way, and together with its neighbour.
    flat = np.ravel(x)
    weights = 1.0 + np.arange(flat.size)
    return float(np.sum(np.sin(weights * flat)) + np.prod(1 + 0.3 * flat))


def _cubes(x):
    return float(np.sum((1.0 + np.arange(np.size(x))) * np.ravel(x) ** 3))


with examine("gradient_descent.numeric_gradient", numeric_gradient) as exam:
    exam.agrees(
        Text("un vector", "a vector"),
        *(call(_waves, exam.rng.normal(size=n)) for n in (1, 2, 4)),
        **_LOOSE,
    )
    exam.agrees(
        Text("un paso h elegido por quien llama", "a step h chosen by the caller"),
        *(call(_cubes, exam.rng.normal(size=3), h) for h in (0.5, 0.1, 1e-3)),
        call(_cubes, exam.rng.normal(size=2), h=0.25),
        **_LOOSE,
    )
    exam.agrees(
        Text("una matriz", "a matrix"),
        call(_waves, exam.rng.normal(size=(2, 3))),
        call(_waves, exam.rng.normal(size=(2, 1, 2))),
        **_LOOSE,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(_cubes, exam.rng.integers(1, 5, size=3)),
        call(_cubes, exam.rng.integers(1, 5, size=(2, 2)), 0.5),
        **_LOOSE,
    )

# %% [markdown] lang="es"
# ## 2. Lo que promete el gradiente
#
# La serie de Taylor de la clase dice que el gradiente es una aproximación **lineal** y **local**:
#
# $$f(x + \delta) = f(x) + \nabla f(x) \cdot \delta + O(\|\delta\|^2)$$
#
# Lo que sobra es el **resto**: $r(\delta) = f(x + \delta) - f(x) - \nabla f(x) \cdot \delta$. Si el gradiente es
# el correcto, al achicar $\delta$ diez veces el resto se achica **cien**.
#
# **Ejercicio.** Escribe `taylor_remainder(f, grad, x, delta)`, que devuelve $r(\delta)$ con su signo. `f` y
# `grad` son funciones de un arreglo `(d,)`: la primera da un número y la segunda un arreglo `(d,)`. `x` y
# `delta` tienen forma `(d,)`.

# %% [markdown] lang="en"
# ## 2. What the gradient promises
#
# The lecture's Taylor series says that the gradient is a **linear** and **local** approximation:
#
# $$f(x + \delta) = f(x) + \nabla f(x) \cdot \delta + O(\|\delta\|^2)$$
#
# What is left over is the **remainder**: $r(\delta) = f(x + \delta) - f(x) - \nabla f(x) \cdot \delta$. If the
# gradient is right, making $\delta$ ten times smaller makes the remainder a **hundred** times smaller.
#
# **Exercise.** Write `taylor_remainder(f, grad, x, delta)`, which returns $r(\delta)$ with its sign. `f` and
# `grad` are functions of an array `(d,)`: the first gives a number and the second an array `(d,)`. `x` and
# `delta` have shape `(d,)`.


# %% exercise="taylor_remainder"
def taylor_remainder(f, grad, x, delta):
    """f(x + delta) - f(x) - grad(x)·delta, a number with its sign; x and delta (d,).

    >>> taylor_remainder(lambda x: x[0] ** 2, lambda x: 2 * x, np.array([1.0]), np.array([0.5]))
    0.25
    """
    ### BEGIN SOLUTION
    return f(x + delta) - f(x) - np.dot(grad(x), delta)
    ### END SOLUTION


# %% test="taylor_remainder" points=0.5
_square, _slope = (lambda x: np.sum(x**2)), (lambda x: 2 * x)
assert np.isclose(
    taylor_remainder(_square, _slope, np.array([1.0, 2.0]), np.array([0.1, 0.2])), 0.05
), "‖x + δ‖² − ‖x‖² − 2x·δ = ‖δ‖² = 0.05"
assert np.isclose(
    taylor_remainder(lambda x: -np.sum(x**2), lambda x: -2 * x, np.ones(1), np.ones(1)), -1
), say("con −x² el resto es −δ²: el signo cuenta", "with −x² the remainder is −δ²: the sign counts")
assert np.isclose(taylor_remainder(np.sum, np.ones_like, np.ones(3), np.ones(3)), 0), say(
    "una función lineal no tiene resto", "a linear function has no remainder"
)

# %% hidden="taylor_remainder" points=1.5
from gradus.exam import Text, call, examine


def _bowl(x):
    return float(np.sum(np.exp(0.4 * np.asarray(x)) + np.square(x) / 3))


def _bowl_slope(x):
    return 0.4 * np.exp(0.4 * np.asarray(x)) + 2 * np.asarray(x) / 3


def _hill(x):
    return -_bowl(x)


def _hill_slope(x):
    return -_bowl_slope(x)


with examine("gradient_descent.taylor_remainder", taylor_remainder) as exam:
    for _d in (1, 2, 5):
        _x, _delta = exam.rng.normal(size=_d), exam.rng.normal(size=_d)
        exam.agrees(
            Text("una función que se curva hacia arriba", "a function that bends upwards"),
            call(_bowl, _bowl_slope, _x, _delta),
            call(_bowl, _bowl_slope, _x, 0.01 * _delta),
            rtol=1e-7,
        )
        exam.agrees(
            Text("una función que se curva hacia abajo", "a function that bends downwards"),
            call(_hill, _hill_slope, _x, _delta),
            rtol=1e-7,
        )

# %% [markdown] lang="es"
# ## 3. Un error en la diapositiva
#
# La clase aplica todo esto al modelo lineal $f_\theta(x) = \theta \cdot x$ con la pérdida
# $\frac12 (y - f_\theta(x))^2$. Promediada sobre $n$ ejemplos,
#
# $$\ell(\theta) = \frac1n \sum_{i=1}^n \tfrac12 (y_i - \theta \cdot x_i)^2$$
#
# **Ejercicio.** Escribe `linear_loss(theta, X, Y)`, ese costo: un número, con `theta` de forma `(d,)`, `X` de
# forma `(n, d)` e `Y` de forma `(n,)`.

# %% [markdown] lang="en"
# ## 3. An error on the slide
#
# The lecture applies all this to the linear model $f_\theta(x) = \theta \cdot x$ with the loss
# $\frac12 (y - f_\theta(x))^2$. Averaged over $n$ examples,
#
# $$\ell(\theta) = \frac1n \sum_{i=1}^n \tfrac12 (y_i - \theta \cdot x_i)^2$$
#
# **Exercise.** Write `linear_loss(theta, X, Y)`, this cost: a number, with `theta` of shape `(d,)`, `X` of shape
# `(n, d)` and `Y` of shape `(n,)`.


# %% exercise="linear_loss"
def linear_loss(theta, X, Y):
    """Mean of half the squared errors of the linear model theta (d,) on X (n, d), Y (n,).

    >>> linear_loss(np.array([1.0]), np.array([[1.0], [2.0]]), np.array([3.0, 2.0]))
    1.0
    """
    ### BEGIN SOLUTION
    return np.mean((Y - X @ theta) ** 2) / 2
    ### END SOLUTION


# %% test="linear_loss" points=0.5
_X, _Y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([3.0, 2.0])
assert np.ndim(linear_loss(np.zeros(2), _X, _Y)) == 0, say(
    "el costo es un número", "the cost is a number"
)
assert np.isclose(linear_loss(np.zeros(2), _X, _Y), 3.25), "(½·3² + ½·2²) / 2 = 3.25"
assert np.isclose(linear_loss(np.array([3.0, 1.0]), _X, _Y), 0), "Xθ = Y ⇒ ℓ = 0"

# %% hidden="linear_loss" points=1
from gradus.exam import Text, call, examine

with examine("gradient_descent.linear_loss", linear_loss) as exam:
    exam.agrees(
        Text("datos al azar", "random data"),
        *(
            call(exam.rng.normal(size=d), exam.rng.normal(size=(n, d)), 2 + exam.rng.normal(size=n))
            for n, d in ((1, 2), (7, 3), (20, 1), (4, 6))
        ),
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(
            np.array([1, -2]), exam.rng.integers(0, 5, size=(6, 2)), exam.rng.integers(0, 9, size=6)
        ),
    )

# %% [markdown] lang="es"
# La diapositiva da su gradiente, para un ejemplo:
#
# $$\nabla_\theta \ell = \begin{pmatrix} x^{(1)} (y - f_\theta(x)) \\ \vdots \\ x^{(d)} (y - f_\theta(x))
# \end{pmatrix} \qquad \text{(así está impreso)}$$
#
# No le creas; ni a ella ni a nadie. En la figura, cada punto compara una coordenada de esa fórmula con la que
# mide tu `numeric_gradient`. Si estuvieran de acuerdo caerían sobre la diagonal punteada.

# %% [markdown] lang="en"
# The slide gives its gradient, for one example:
#
# $$\nabla_\theta \ell = \begin{pmatrix} x^{(1)} (y - f_\theta(x)) \\ \vdots \\ x^{(d)} (y - f_\theta(x))
# \end{pmatrix} \qquad \text{(as printed)}$$
#
# Do not believe it, nor anybody else. In the figure, each dot compares a coordinate of this formula with
# the one that your `numeric_gradient` measures. If they agreed, they would fall on the dotted diagonal.

# %% given="plot_slide"
_rng = np.random.default_rng(4)
X_line = np.column_stack([np.ones(40), _rng.normal(size=40)])
Y_line = X_line @ np.array([1.0, 2.0]) + 0.4 * _rng.normal(size=40)


def slide_gradient(theta, X, Y):
    """The gradient as the slide prints it, averaged over the examples."""
    return X.T @ (Y - X @ theta) / len(X)


_thetas = _rng.normal(size=(25, 2)) * 2
_measured = [numeric_gradient(lambda t: linear_loss(t, X_line, Y_line), t) for t in _thetas]
_printed = [slide_gradient(t, X_line, Y_line) for t in _thetas]
figure, axis = plt.subplots(figsize=(4.4, 4.2), layout="constrained")
axis.plot([-6, 6], [-6, 6], ":", color="0.4", label=say("acuerdo", "agreement"))
axis.plot(np.ravel(_measured), np.ravel(_printed), "o", color=RED, ms=5, alpha=0.7)
axis.set(
    xlabel=say("medido", "measured"),
    ylabel=say("diapositiva", "slide"),
    xlim=(-6, 6),
    ylim=(-6, 6),
    aspect="equal",
)
axis.legend()
plt.show()

# %% [markdown] lang="es"
# Los puntos caen sobre la *otra* diagonal: la fórmula impresa es el gradiente con el signo cambiado. Le pasa a
# cualquiera: al derivar $\frac12 (y - \theta \cdot x)^2$ aparece la derivada de lo de adentro, que es $-x$, y
# ese menos se perdió en el camino. Con el menos de la actualización, quien siga la diapositiva **sube**.
#
# **Ejercicio.** Escribe `linear_gradient(theta, X, Y)`, el gradiente correcto de `linear_loss`: un arreglo
# `(d,)`. Compáralo con tu gradiente numérico antes de entregar.

# %% [markdown] lang="en"
# The dots fall on the *other* diagonal: the printed formula is the gradient with its sign changed. It happens to
# anyone: the derivative of $\frac12 (y - \theta \cdot x)^2$ brings along the derivative of what is inside, which
# is $-x$, and that minus was lost on the way. With the minus of the update, whoever follows the slide **climbs**.
#
# **Exercise.** Write `linear_gradient(theta, X, Y)`, the right gradient of `linear_loss`: an array `(d,)`. Compare
# it with your numeric gradient before you hand it in.


# %% exercise="linear_gradient"
def linear_gradient(theta, X, Y):
    """Gradient (d,) of linear_loss at theta (d,), for X (n, d), Y (n,).

    >>> linear_gradient(np.array([1.0]), np.array([[1.0], [2.0]]), np.array([3.0, 2.0]))
    array([-1.])
    """
    ### BEGIN SOLUTION
    return X.T @ (X @ theta - Y) / len(X)
    ### END SOLUTION


# %% test="linear_gradient" points=0.5
_X, _Y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([3.0, 2.0])
assert np.shape(linear_gradient(np.zeros(2), _X, _Y)) == (2,), say(
    "una derivada por parámetro: (d,)", "one derivative per parameter: (d,)"
)
assert np.allclose(linear_gradient(np.array([3.0, 1.0]), _X, _Y), 0), say(
    "en el mínimo el gradiente es 0", "at the minimum the gradient is 0"
)
assert np.allclose(linear_gradient(np.zeros(2), _X, _Y), [-1.5, -2]), say(
    "∂ℓ/∂θ₁ = −(3·1)/2 = −1.5, ∂ℓ/∂θ₂ = −(2·2)/2 = −2: si θ crece, el costo baja",
    "∂ℓ/∂θ₁ = −(3·1)/2 = −1.5, ∂ℓ/∂θ₂ = −(2·2)/2 = −2: if θ grows, the cost falls",
)

# %% hidden="linear_gradient" points=2
from gradus.exam import Text, call, examine

# Central differences of the cost are as good as the formula.
_DERIVED = {"rtol": 1e-7, "atol": 1e-8}

with examine("gradient_descent.linear_gradient", linear_gradient) as exam:
    exam.agrees(
        Text("datos al azar", "random data"),
        *(
            call(exam.rng.normal(size=d), exam.rng.normal(size=(n, d)), exam.rng.normal(size=n))
            for n, d in ((1, 2), (7, 3), (20, 1), (4, 6))
        ),
        **_DERIVED,
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(
            np.array([1, -2]), exam.rng.integers(0, 5, size=(6, 2)), exam.rng.integers(0, 9, size=6)
        ),
        **_DERIVED,
    )

# %% [markdown] lang="es"
# ## 4. Bajar
#
# Ahora sí: $\theta_{k+1} = \theta_k - \alpha_k \nabla \ell(\theta_k)$. La tasa puede ser un número, siempre el
# mismo, o cambiar con el paso.
#
# **Ejercicio.** Escribe `gradient_descent(grad, theta0, lr, steps)`, que devuelve toda la **trayectoria**: un
# arreglo `(steps + 1, d)` cuya fila 0 es `theta0`. `grad` va de `(d,)` a `(d,)`; `theta0` puede traer enteros y
# no cambia; `lr` es un número, o una función que se llama con el número del paso: 0, 1, …, `steps` − 1, y
# con ningún otro.

# %% [markdown] lang="en"
# ## 4. Going down
#
# Now we can: $\theta_{k+1} = \theta_k - \alpha_k \nabla \ell(\theta_k)$. The rate may be a number, always the
# same, or change with the step.
#
# **Exercise.** Write `gradient_descent(grad, theta0, lr, steps)`, which returns the whole **trajectory**: an array
# `(steps + 1, d)` whose row 0 is `theta0`. `grad` goes from `(d,)` to `(d,)`; `theta0` may hold integers and does
# not change; `lr` is a number, or a function that is called with the number of the step: 0, 1, …, `steps` − 1,
# and with no other.


# %% exercise="gradient_descent"
def gradient_descent(grad, theta0, lr, steps):
    """The trajectory (steps + 1, d) of gradient descent from theta0 (d,).

    lr: the learning rate, or a function of the step 0 … steps - 1 that gives it.

    >>> gradient_descent(lambda theta: theta, np.array([8.0]), 0.5, 2)
    array([[8.],
           [4.],
           [2.]])
    """
    ### BEGIN SOLUTION
    theta = np.array(theta0, dtype=float)
    trajectory = [theta]
    for step in range(steps):
        rate = lr(step) if callable(lr) else lr
        theta = theta - rate * grad(theta)
        trajectory.append(theta)
    return np.array(trajectory)
    ### END SOLUTION


# %% test="gradient_descent" points=0.5
_path = gradient_descent(lambda theta: theta, np.array([8.0, -4.0]), 0.5, 3)
assert np.shape(_path) == (4, 2), say(
    "3 pasos son 4 filas: la fila 0 es θ₀", "3 steps are 4 rows: row 0 is θ₀"
)
assert np.allclose(_path, [[8, -4], [4, -2], [2, -1], [1, -0.5]]), say(
    "∇ = θ, α = ½: cada paso deja la mitad", "∇ = θ, α = ½: each step leaves one half"
)
_path = gradient_descent(lambda theta: np.ones(1), np.zeros(1), lambda step: 10.0**-step, 3)
assert np.allclose(np.ravel(_path), [0, -1, -1.1, -1.11]), say(
    "α₀ = 1, α₁ = 0.1, α₂ = 0.01: los pasos se cuentan desde 0",
    "α₀ = 1, α₁ = 0.1, α₂ = 0.01: steps are counted from 0",
)

# %% hidden="gradient_descent" points=2.5
from gradus.exam import Text, call, examine


def _valley(theta):
    theta = np.asarray(theta)
    return np.arange(1, theta.size + 1) * theta + 0.3 * np.sin(theta[::-1])


def _schedule(step):
    return 0.4 / (1 + step) ** 2


def _steps_asked(descent, steps):
    """The numbers that the rate is asked for."""
    asked = set()

    def rate(step):
        asked.add(int(step))
        return 0.1

    descent(_valley, np.array([1.0, -2.0]), rate, steps)
    return asked


with examine("gradient_descent.gradient_descent", gradient_descent) as exam:
    for _d in (1, 2, 4):
        exam.agrees(
            Text("una tasa fija", "a fixed rate"),
            call(_valley, 3 * exam.rng.normal(size=_d), 0.15, 7),
            call(_valley, 3 * exam.rng.normal(size=_d), 0.05, 1),
        )
        exam.agrees(
            Text("una tasa que cambia con el paso", "a rate that changes with the step"),
            call(_valley, 3 * exam.rng.normal(size=_d), _schedule, 6),
        )
    exam.agrees(Text("cero pasos", "no steps"), call(_valley, exam.rng.normal(size=3), 0.1, 0))
    exam.agrees(
        Text("una tasa entera", "a rate that is an integer"),
        call(_valley, exam.rng.normal(size=2), 1, 3),
    )
    exam.holds(
        Text(
            "`lr` se llama con los pasos 0 … steps − 1 y ninguno más",
            "`lr` is called with the steps 0 … steps − 1 and no other",
        ),
        lambda descent: all(_steps_asked(descent, steps) == set(range(steps)) for steps in (1, 4)),
    )
    exam.agrees(
        Text("un punto de partida con enteros", "a start of integers"),
        call(_valley, np.array([3, -2]), 0.15, 4),
    )

# %% [markdown] lang="es"
# Tres descensos sobre los datos de la recta. El de la diapositiva hace exactamente lo que temíamos.

# %% [markdown] lang="en"
# Three descents on the data of the line. The slide's does exactly what we feared.

# %% given="plot_climb"
_runs = {
    say("gradiente correcto", "right gradient"): (
        lambda t: linear_gradient(t, X_line, Y_line),
        GREEN,
        "-",
    ),
    say("gradiente numérico", "numeric gradient"): (
        lambda t: numeric_gradient(lambda s: linear_loss(s, X_line, Y_line), t),
        BLUE,
        ":",
    ),
    say("diapositiva", "slide"): (lambda t: slide_gradient(t, X_line, Y_line), RED, "--"),
}
figure, axis = plt.subplots(figsize=(6, 3.2), layout="constrained")
for _name, (_grad, _color, _style) in _runs.items():
    _path = gradient_descent(_grad, np.zeros(2), 0.2, 20)
    _costs = [linear_loss(t, X_line, Y_line) for t in _path]
    axis.semilogy(_costs, _style, color=_color, lw=2.5, label=_name)
axis.set(xlabel=say("paso", "step"), ylabel=r"$\ell(\theta_k)$", xticks=range(0, 21, 5))
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## 5. El paisaje
#
# El costo es una altura sobre el espacio de los parámetros: el *loss landscape* de la clase. Con más de dos
# parámetros se dibuja un **corte**: un plano que pasa por $\theta$ y tiene direcciones $u$ y $v$.
#
# **Ejercicio.** Escribe `loss_surface(loss, theta, u, v, radius, points)`: un arreglo `(points, points)` cuyo
# elemento $[i, j]$ es `loss` en $\theta + t_i u + t_j v$, donde los $t$ son `points` valores (dos o más)
# igualmente espaciados de −`radius` a `radius`, ambos incluidos. `loss` va de `(d,)` a un número; `u` y `v`
# se usan tal como vienen.

# %% [markdown] lang="en"
# ## 5. The landscape
#
# The cost is a height above the space of parameters: the lecture's *loss landscape*. With more than two
# parameters one draws a **section**: a plane that passes through $\theta$ and has directions $u$ and $v$.
#
# **Exercise.** Write `loss_surface(loss, theta, u, v, radius, points)`: an array `(points, points)` whose entry
# $[i, j]$ is `loss` at $\theta + t_i u + t_j v$, where the $t$ are `points` values (two or more), equally spaced
# from −`radius` to `radius`, both included. `loss` goes from `(d,)` to a number; `u` and `v` are used as they come.


# %% exercise="loss_surface"
def loss_surface(loss, theta, u, v, radius, points):
    """The cost on a plane: entry [i, j] of (points, points) is loss(theta + t[i] u + t[j] v).

    theta, u, v: arrays (d,). t: points values from -radius to radius.

    >>> loss_surface(lambda x: x[0] + 10 * x[1], np.zeros(2), np.eye(2)[0], np.eye(2)[1], 1, 2)
    array([[-11.,   9.],
           [ -9.,  11.]])
    """
    ### BEGIN SOLUTION
    t = np.linspace(-radius, radius, points)
    return np.array([[loss(theta + a * u + b * v) for b in t] for a in t])
    ### END SOLUTION


# %% test="loss_surface" points=0.5
_u, _v = np.array([1.0, 0.0]), np.array([0.0, 1.0])
_surface = loss_surface(lambda x: x[0] + 10 * x[1], np.array([5.0, 0.0]), _u, _v, 2, 3)
assert np.shape(_surface) == (3, 3), "(points, points)"
assert np.isclose(np.asarray(_surface)[1, 1], 5), say("en el centro está θ", "θ is in the centre")
assert np.isclose(np.asarray(_surface)[0, 1], 3), say(
    "[0, 1]: t₀ = −2 a lo largo de u, t₁ = 0 a lo largo de v",
    "[0, 1]: t₀ = −2 along u, t₁ = 0 along v",
)
assert np.isclose(np.asarray(_surface)[1, 2], 25), "[1, 2]: 5 + 10·2 = 25"

# %% hidden="loss_surface" points=2
from gradus.exam import Text, call, examine


def _rolling(x):
    x = np.asarray(x)
    return float(np.sum(np.arange(1, x.size + 1) * x**2) + np.sin(x[0]) + x[0] * x[-1])


with examine("gradient_descent.loss_surface", loss_surface) as exam:
    for _d, _points in ((2, 4), (3, 5), (5, 2), (2, 3)):
        _theta, _u, _v = exam.rng.normal(size=(3, _d))
        exam.agrees(
            Text("un plano cualquiera", "any plane"),
            call(_rolling, _theta, 2 * _u, 0.5 * _v, 1.5, _points),
        )
    exam.agrees(
        Text("números enteros", "integers"),
        call(_rolling, np.array([1, 2]), np.array([1, 0]), np.array([1, 3]), 2, 3),
    )

# %% [markdown] lang="es"
# ## 6. La tasa
#
# La clase nombra cuatro maneras de elegir mal $\alpha$. Las veremos en el tazón más simple que no es redondo,
#
# $$\ell(\theta) = \tfrac12 (\theta_1^2 + 10\, \theta_2^2),$$
#
# con cuatro tasas y sesenta pasos. Arriba el camino, abajo el costo (fíjate en la escala de cada eje).

# %% [markdown] lang="en"
# ## 6. The rate
#
# The lecture names four ways of choosing a wrong $\alpha$. We look at them in the simplest bowl that is not
# round,
#
# $$\ell(\theta) = \tfrac12 (\theta_1^2 + 10\, \theta_2^2),$$
#
# with four rates and sixty steps. Above the path, below the cost (mind the scale of each axis).

# %% given="plot_rates"
BOWL = np.diag([1.0, 10.0])
ALPHAS = (1e-5, 0.01, 0.2, 0.21)


def bowl(theta):
    """Half of θᵀAθ, for A = BOWL."""
    return 0.5 * np.dot(theta, BOWL @ theta)


_grid = np.linspace(-3.2, 3.2, 81)
_heights = loss_surface(bowl, np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]), 3.2, 81)
figure, axes = plt.subplots(2, 4, figsize=(10, 4.6), layout="constrained")
for _alpha, _top, _bottom in zip(ALPHAS, *axes):
    _path = gradient_descent(lambda t: BOWL @ t, np.array([3.0, 1.0]), _alpha, 60)
    _top.contour(_grid, _grid, np.transpose(_heights), levels=12, colors="0.75", linewidths=0.7)
    _top.plot(*np.transpose(_path), "o-", color=BLUE, ms=2.5, lw=0.8)
    _top.set(
        title=f"$\\alpha$ = {_alpha:g}", xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), xlabel=r"$\theta_1$"
    )
    _bottom.plot([bowl(t) for t in _path], color=ORANGE, lw=2)
    _bottom.set(xlabel=say("paso", "step"))
axes[0, 0].set_ylabel(r"$\theta_2$")
axes[1, 0].set_ylabel(r"$\ell$")
plt.show()

# %% [markdown] lang="es"
# **Ejercicio.** Define el diccionario `LR_VERDICTS`, que a cada una de las cuatro tasas (`1e-5`, `0.01`, `0.2`,
# `0.21`) le asocia una de estas palabras:
#
# - `"stalls"`: es tan chica que no avanza nada que se note;
# - `"slow"`: avanza, pero alarga el entrenamiento;
# - `"oscillates"`: no alcanza el mínimo, da vueltas alrededor del agujero para siempre;
# - `"diverges"`: se aleja cada vez más, no permite nada.

# %% [markdown] lang="en"
# **Exercise.** Define the dictionary `LR_VERDICTS`, which maps each of the four rates (`1e-5`, `0.01`, `0.2`,
# `0.21`) to one of these words:
#
# - `"stalls"`: so small that it makes no progress to speak of;
# - `"slow"`: it makes progress, but makes training long;
# - `"oscillates"`: it does not reach the minimum, it goes round the hole for ever;
# - `"diverges"`: it goes further and further away, and allows nothing.

# %% exercise="LR_VERDICTS"
# LR_VERDICTS = {1e-5: ..., 0.01: ..., 0.2: ..., 0.21: ...}
### BEGIN SOLUTION
LR_VERDICTS = {1e-5: "stalls", 0.01: "slow", 0.2: "oscillates", 0.21: "diverges"}
### END SOLUTION

# %% test="LR_VERDICTS" points=0.5
assert set(LR_VERDICTS) == {1e-5, 0.01, 0.2, 0.21}, say(
    "las claves son las cuatro tasas", "the keys are the four rates"
)
assert set(LR_VERDICTS.values()) == {"stalls", "slow", "oscillates", "diverges"}, say(
    "cada palabra describe a una de las tasas", "each word describes one of the rates"
)

# %% hidden="LR_VERDICTS" points=1.5
from gradus.exam import Text, examine

with examine("gradient_descent.LR_VERDICTS", LR_VERDICTS) as exam:
    for _alpha, _word in (
        (1e-5, "stalls"),
        (0.01, "slow"),
        (0.2, "oscillates"),
        (0.21, "diverges"),
    ):
        exam.holds(
            Text(
                f"la palabra de α = {_alpha:g} es la suya", f"the word of α = {_alpha:g} is its own"
            ),
            lambda verdicts, alpha=_alpha, word=_word: dict(verdicts).get(alpha) == word,
        )

# %% [markdown] lang="es"
# ¿Por qué justo 0.2? En un tazón $\frac12 \theta^\top A \theta$, con $A$ simétrica y definida positiva, el
# gradiente es $A\theta$. A lo largo de un vector propio de valor propio $\lambda$ cada paso multiplica por
# $1 - \alpha\lambda$: la distancia al mínimo se achica si $|1 - \alpha\lambda| < 1$, y crece si es mayor que 1.
#
# **Ejercicio.** Escribe `critical_learning_rate(A)`, la tasa que separa los dos mundos: con cualquier
# $0 < \alpha$ menor que ella el descenso converge desde todo punto de partida; con cualquier $\alpha$ mayor,
# diverge desde casi todos. `A` tiene forma `(d, d)` y no siempre es diagonal.

# %% [markdown] lang="en"
# Why exactly 0.2? In a bowl $\frac12 \theta^\top A \theta$, with $A$ symmetric and positive definite, the gradient
# is $A\theta$. Along an eigenvector of eigenvalue $\lambda$ each step multiplies by $1 - \alpha\lambda$: the
# distance to the minimum shrinks if $|1 - \alpha\lambda| < 1$, and grows if that is larger than 1.
#
# **Exercise.** Write `critical_learning_rate(A)`, the rate that separates the two worlds: with any $0 < \alpha$
# smaller than it the descent converges from every start; with any larger $\alpha$ it diverges from nearly all.
# `A` has shape `(d, d)` and is not always diagonal.


# %% exercise="critical_learning_rate"
def critical_learning_rate(A):
    """The learning rate below which descent on half of θᵀAθ converges; A (d, d) positive definite.

    >>> critical_learning_rate(np.diag([1.0, 10.0]))
    0.2
    """
    ### BEGIN SOLUTION
    return 2 / np.max(np.linalg.eigvalsh(A))
    ### END SOLUTION


# %% test="critical_learning_rate" points=0.5
assert np.isclose(critical_learning_rate(np.diag([1.0, 10.0])), 0.2), say(
    "el tazón de la figura: entre 0.2 y 0.21 cambia todo",
    "the bowl of the figure: between 0.2 and 0.21 everything changes",
)
_A = np.array([[2.0, 1.0], [1.0, 2.0]])
for _factor, _grows in ((0.99, False), (1.01, True)):
    _theta, _rate = np.array([1.0, 0.5]), _factor * critical_learning_rate(_A)
    for _ in range(400):
        _theta = _theta - _rate * (_A @ _theta)
    assert (np.linalg.norm(_theta) > 1) == _grows, say(
        f"con {_factor} veces tu tasa, el descenso {'debe alejarse' if _grows else 'debe llegar'}",
        f"with {_factor} times your rate, descent {'should go away' if _grows else 'should arrive'}",
    )

# %% hidden="critical_learning_rate" points=1.5
from gradus.exam import Text, call, examine


def _bowl_of(rng, values):
    turned, _ = np.linalg.qr(rng.normal(size=(len(values), len(values))))
    A = turned @ np.diag(values) @ turned.T
    return (A + A.T) / 2


with examine("gradient_descent.critical_learning_rate", critical_learning_rate) as exam:
    exam.agrees(
        Text("un tazón girado", "a turned bowl"),
        *(
            call(_bowl_of(exam.rng, 2.0 ** np.arange(d) * exam.rng.uniform(0.5, 0.7, size=d)))
            for d in (2, 3, 5)
        ),
        call(_bowl_of(exam.rng, [0.01, 40.0])),
        rtol=1e-7,
    )
    exam.agrees(
        Text("un tazón diagonal", "a diagonal bowl"),
        *(call(np.diag(values)) for values in ([7.0, 2.0, 3.0], [2.0, 7.0, 3.0])),
        call(np.array([[5]])),
        rtol=1e-7,
    )

# %% [markdown] lang="es"
# Entre lo lento y lo peligroso hay una tasa mejor que todas: $\alpha^* = 2/(\lambda_{\min} + \lambda_{\max})$. La
# figura compara lo medido (puntos: por cuánto se achica el error en cada paso) con lo que dice la teoría (línea:
# $\max_i |1 - \alpha\lambda_i|$). Ni la mejor tasa hace milagros: con $\kappa = \lambda_{\max}/\lambda_{\min}$, cada
# paso deja al menos la fracción $(\kappa - 1)/(\kappa + 1)$ del error.

# %% [markdown] lang="en"
# Between slow and dangerous there is a rate that is better than all others:
# $\alpha^* = 2/(\lambda_{\min} + \lambda_{\max})$. The figure compares what is measured (dots: by how much the error
# shrinks at each step) with what theory says (line: $\max_i |1 - \alpha\lambda_i|$). Not even the best rate works
# miracles: with $\kappa = \lambda_{\max}/\lambda_{\min}$, each step leaves at least the fraction
# $(\kappa - 1)/(\kappa + 1)$ of the error.

# %% given="plot_convergence"
_alphas = np.linspace(0.005, 0.215, 43)
_rates = []
for _alpha in _alphas:
    _path = np.asarray(gradient_descent(lambda t: BOWL @ t, np.array([1.0, 1.0]), _alpha, 120))
    _sizes = np.linalg.norm(_path, axis=1)
    _rates.append((_sizes[-1] / _sizes[60]) ** (1 / 60))
_theory = np.max(np.abs(1 - np.outer(_alphas, np.diag(BOWL))), axis=1)
figure, axis = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
axis.plot(_alphas, _theory, color="0.4", lw=1.5, label=r"$\max_i |1 - \alpha\lambda_i|$")
axis.plot(_alphas, _rates, "o", color=BLUE, ms=4, label=say("medido", "measured"))
axis.axhline(9 / 11, color=GREEN, ls="--", lw=1.5, label=r"$(\kappa - 1)/(\kappa + 1)$")
axis.axvline(
    critical_learning_rate(BOWL),
    color=RED,
    ls=":",
    lw=2,
    label=say("tasa crítica", "critical rate"),
)
axis.set(xlabel=r"$\alpha$", ylabel=say("factor por paso", "factor per step"))
axis.legend(fontsize=8)
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## 7. Una solución: disminuir α con el tiempo
#
# Al principio conviene correr; cerca del mínimo, caminar. Dos recetas:
#
# $$\alpha_s = \alpha_0 \cdot \mathrm{drop}^{\lfloor s / \mathrm{every} \rfloor}
# \qquad\qquad \alpha_s = \frac{\alpha_0}{1 + k\, s}$$
#
# En la primera, `drop` es el factor que **se conserva** cada `every` pasos. Los pasos $s$ se cuentan desde 0.
#
# **Ejercicio.** Escribe `step_decay(lr0, step, drop, every)` e `inverse_decay(lr0, step, k)`: `lr0` es
# $\alpha_0$ y `step` es $s$. Ambas devuelven un número.

# %% [markdown] lang="en"
# ## 7. A solution: decrease α with time
#
# At first it is good to run; near the minimum, to walk. Two recipes:
#
# $$\alpha_s = \alpha_0 \cdot \mathrm{drop}^{\lfloor s / \mathrm{every} \rfloor}
# \qquad\qquad \alpha_s = \frac{\alpha_0}{1 + k\, s}$$
#
# In the first, `drop` is the factor that **is kept** every `every` steps. The steps $s$ are counted from 0.
#
# **Exercise.** Write `step_decay(lr0, step, drop, every)` and `inverse_decay(lr0, step, k)`: `lr0` is
# $\alpha_0$ and `step` is $s$. Both return a number.


# %% exercise="decays"
def step_decay(lr0, step, drop, every):
    """The rate at a step (from 0) if the fraction drop of it is kept every so many steps.

    >>> step_decay(1.0, 25, 0.5, 10)
    0.25
    """
    ### BEGIN SOLUTION
    return lr0 * drop ** (step // every)
    ### END SOLUTION


def inverse_decay(lr0, step, k):
    """The rate lr0 / (1 + k·step).

    >>> inverse_decay(1.0, 3, 1.0)
    0.25
    """
    ### BEGIN SOLUTION
    return lr0 / (1 + k * step)
    ### END SOLUTION


# %% test="decays" points=0.5
assert np.isclose(step_decay(0.8, 0, 0.5, 10), 0.8), say("al comienzo, α₀", "at the beginning, α₀")
assert np.isclose(step_decay(0.8, 9, 0.5, 10), 0.8), say(
    "paso 9: todavía ninguna caída", "step 9: no fall yet"
)
assert np.isclose(step_decay(0.8, 30, 0.5, 10), 0.1), "0.8 · 0.5³ = 0.1"
assert np.isclose(inverse_decay(0.6, 4, 0.5), 0.2), "0.6 / (1 + 0.5·4) = 0.2"

# %% hidden="decays" points=1.5
from gradus.exam import Text, call, examine

with examine("gradient_descent.step_decay", step_decay) as exam:
    for _every in (1, 3, 10):
        _lr0, _drop = exam.rng.uniform(0.1, 2), exam.rng.uniform(0.2, 0.9)
        exam.agrees(
            Text("pasos antes y después de una caída", "steps before and after a fall"),
            *(
                call(_lr0, int(step), _drop, _every)
                for step in (0, _every - 1, _every, 2 * _every + 1, 4 * _every)
            ),
        )
with examine("gradient_descent.inverse_decay", inverse_decay) as exam:
    for _ in range(4):
        _lr0, _k = exam.rng.uniform(0.1, 2), exam.rng.uniform(0.05, 3)
        exam.agrees(
            Text("pasos al azar", "random steps"),
            call(_lr0, 0, _k),
            call(_lr0, 1, _k),
            call(_lr0, int(exam.rng.integers(2, 90)), _k),
        )

# %% [markdown] lang="es"
# Cinco maneras de bajar por el mismo tazón, con cuarenta pasos cada una. ¿Cuál elegirías si no conocieras los
# valores propios?

# %% [markdown] lang="en"
# Five ways of going down the same bowl, forty steps each. Which would you choose if you did not know the
# eigenvalues?

# %% given="plot_schedules"
from matplotlib import cm

_runs = {
    r"$\alpha = 0.02$": (0.02, "0.4", "-"),
    r"$\alpha = 0.2$": (0.2, RED, ":"),
    r"$\alpha^* = 2/11$": (2 / 11, GREEN, "--"),
    say("escalones desde 0.2", "step decay from 0.2"): (
        lambda k: step_decay(0.2, k, 0.7, 5),
        BLUE,
        "-",
    ),
    say("inverso desde 0.2", "inverse from 0.2"): (
        lambda k: inverse_decay(0.2, k, 0.1),
        PURPLE,
        "-.",
    ),
}
figure, axes = plt.subplots(1, 3, figsize=(11, 3.5), layout="constrained")
axes[0].remove()
_relief = figure.add_subplot(1, 3, 1, projection="3d")
_across, _along = np.meshgrid(_grid, _grid)
_relief.plot_surface(_across, _along, np.transpose(_heights), cmap=cm.cividis, alpha=0.85)
_relief.set(xlabel=r"$\theta_1$", ylabel=r"$\theta_2$", title=r"$\ell(\theta)$")
axes[1].contour(_grid, _grid, np.transpose(_heights), levels=12, colors="0.8", linewidths=0.7)
for _name, (_lr, _color, _style) in _runs.items():
    _path = np.asarray(gradient_descent(lambda t: BOWL @ t, np.array([3.0, 1.0]), _lr, 40))
    axes[1].plot(_path[:, 0], _path[:, 1], _style, color=_color, lw=1.2)
    axes[2].semilogy([bowl(t) for t in _path], _style, color=_color, lw=2, label=_name)
axes[1].set(xlabel=r"$\theta_1$", ylabel=r"$\theta_2$", ylim=(-1.6, 1.6))
axes[2].set(xlabel=say("paso", "step"), ylabel=r"$\ell$")
axes[2].legend(fontsize=7)
plt.show()

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Aprendiste a medir una pendiente y, con ella, a encontrar un error impreso. Viste que el gradiente promete solo
# lo que pasa cerca, que la curvatura decide cuán largo puede ser el paso, y que el paisaje más angosto manda
# sobre todos los demás.
#
# Queda una pregunta abierta. En el modelo lineal derivar es fácil, y el gradiente numérico sirve para revisar.
# Pero una red tiene un millón de parámetros y el gradiente numérico la evaluaría dos millones de veces por paso.
# ¿Se pueden obtener todas las derivadas por el precio de una sola pasada? La próxima semana: la regla de la cadena.

# %% [markdown] lang="en"
# ## What it was good for
#
# You learned to measure a slope and, with it, to find a printed error. You saw that the gradient promises only what
# happens nearby, that curvature decides how long a step may be, and that the narrowest direction of the landscape
# rules all others.
#
# One question stays open. For the linear model differentiating is easy, and the numeric gradient serves as a check.
# But a network has a million parameters, and the numeric gradient would evaluate it two million times per step. Can
# one have all derivatives for the price of a single pass? Next week: the chain rule.
