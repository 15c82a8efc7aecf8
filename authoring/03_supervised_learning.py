# %% [markdown] lang="es"
# # Semana 3 · Aprendizaje supervisado
#
# Llega una persona al banco y pide un préstamo. De ella se sabe la edad, el sexo y el salario; de los
# clientes anteriores se sabe, además, cuánto se les prestó. ¿Qué significa *aprender* de ellos? Y, sobre
# todo, ¿cómo saber si lo aprendido servirá para quien todavía no llega?
#
# La clase contesta en seis pasos: juntar datos etiquetados, elegir descriptores, elegir un modelo
# $f_\theta$, elegir un costo, minimizarlo ($\theta^* = \arg\min \sum \ell$) y probar con datos nuevos. Al
# terminar este notebook podrás:
#
# - convertir fichas con huecos en números, sin inventar información;
# - escribir una pérdida, un riesgo y un modelo, y decir qué los distingue;
# - ajustar un modelo lineal aunque los descriptores se repitan;
# - separar entrenamiento y prueba sin que uno se filtre en la otra;
# - decir cuánto se puede confiar en un riesgo medido con $n$ ejemplos.
#
# Cada pregunta se califica sola. Ninguna función cambia sus argumentos, y los arreglos que recibe pueden
# traer enteros.

# %% [markdown] lang="en"
# # Week 3 · Supervised learning
#
# Somebody comes to the bank and asks for a loan. Of them we know age, sex and salary; of earlier
# customers we also know how much they were lent. What does it mean to *learn* from them? And, above all,
# how can we know whether what was learned will be of use for those who have not come yet?
#
# The lecture answers in six steps: gather labelled data, choose descriptors, choose a model $f_\theta$,
# choose a cost, minimise it ($\theta^* = \arg\min \sum \ell$), and test on new data. At the end of this
# notebook you will be able to:
#
# - turn records with gaps into numbers, without inventing information;
# - write a loss, a risk and a model, and say what tells them apart;
# - fit a linear model even if descriptors are repeated;
# - separate training from testing so that neither leaks into the other;
# - say how far a risk that was measured with $n$ examples can be trusted.
#
# Each question is graded alone. No function changes its arguments, and the arrays that it is given may
# hold integers.

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
# ## 1. De fichas a números
#
# Un modelo solo ve números. De cada ficha sacaremos tres **descriptores**, en este orden:
#
# | descriptor | valor |
# |---|---|
# | edad | el número `age`, que siempre está |
# | sexo | `"F"` → 0, `"M"` → 1; cualquier otra cosa, o si falta → 0.5 |
# | salario | el número `salary`; si falta, la media de los salarios conocidos |
#
# Un salario falta de tres maneras: la ficha no tiene la clave, tiene `None`, o tiene NaN
# (`float("nan")`, lo que escriben las planillas). Un salario 0 es un salario conocido. Al menos uno se
# conoce.
#
# **Ejercicio.** Escribe `extract_features(records)`: de una lista de `n` diccionarios a un arreglo `(n, 3)`
# de decimales.

# %% [markdown] lang="en"
# ## 1. From records to numbers
#
# A model sees numbers only. From each record we take three **descriptors**, in this order:
#
# | descriptor | value |
# |---|---|
# | age | the number `age`, which is always there |
# | sex | `"F"` → 0, `"M"` → 1; anything else, or if it is missing → 0.5 |
# | salary | the number `salary`; if it is missing, the mean of the known salaries |
#
# A salary is missing in three ways: the record has no such key, it has `None`, or it has NaN
# (`float("nan")`, which is what spreadsheets write). A salary of 0 is a known salary. At least one is
# known.
#
# **Exercise.** Write `extract_features(records)`: from a list of `n` dictionaries to an array `(n, 3)` of
# floats.


# %% exercise="extract_features"
def extract_features(records):
    """Descriptors (n, 3) of n records: age, sex (F 0, M 1, else 0.5), salary (missing: mean).

    >>> extract_features([{"age": 30, "sex": "F", "salary": 10.0}, {"age": 50}])
    array([[30. ,  0. , 10. ],
           [50. ,  0.5, 10. ]])
    """
    ### BEGIN SOLUTION
    salaries = np.array(
        [np.nan if r.get("salary") is None else r["salary"] for r in records], dtype=float
    )
    mean = np.nanmean(salaries)
    return np.array(
        [
            [r["age"], {"F": 0.0, "M": 1.0}.get(r.get("sex"), 0.5), mean if np.isnan(s) else s]
            for r, s in zip(records, salaries)
        ]
    )
    ### END SOLUTION


# %% test="extract_features" points=0.5
_records = [
    {"age": 30, "sex": "F", "salary": 600.0},
    {"age": 45, "sex": "M", "salary": None},
    {"age": 62, "salary": 1000.0},
]
assert np.shape(extract_features(_records)) == (3, 3), say(
    "tres fichas, tres descriptores: (3, 3)", "three records, three descriptors: (3, 3)"
)
assert np.allclose(np.asarray(extract_features(_records))[:, 0], [30, 45, 62]), say(
    "la primera columna es la edad", "the first column is the age"
)
assert np.allclose(np.asarray(extract_features(_records))[:, 1], [0, 1, 0.5]), (
    "F → 0, M → 1, ? → 0.5"
)
assert np.allclose(np.asarray(extract_features(_records))[:, 2], [600, 800, 1000]), say(
    "el salario que falta es la media de los conocidos: (600 + 1000) / 2 = 800",
    "the missing salary is the mean of the known ones: (600 + 1000) / 2 = 800",
)

# %% hidden="extract_features" points=2
from gradus.exam import Text, call, examine


def _people(rng, missing):
    people = []
    for number in range(9):
        person = {"age": int(rng.integers(18, 80)), "sex": ("F", "M")[number % 2]}
        person["salary"] = float(rng.uniform(300, 3000))
        if number % 3 == 1 and missing == "none":
            person["salary"] = None
        if number % 3 == 1 and missing == "nan":
            person["salary"] = float("nan")
        if number % 3 == 1 and missing == "key":
            del person["salary"]
        people.append(person)
    return people


with examine("supervised_learning.extract_features", extract_features) as exam:
    exam.agrees(Text("fichas completas", "complete records"), call(_people(exam.rng, "")))
    _strange = [
        {**person, "sex": sex}
        for person, sex in zip(
            _people(exam.rng, ""), ["X", None, "", "f", "F", "M", "male", 1, "-"]
        )
    ]
    _without = [{k: v for k, v in person.items() if k != "sex"} for person in _people(exam.rng, "")]
    exam.agrees(
        Text("un sexo desconocido o que falta", "an unknown or missing sex"),
        call(_strange),
        call([*_without[:2], *_people(exam.rng, "")]),
    )
    exam.agrees(
        Text("salarios con None", "salaries that are None"), call(_people(exam.rng, "none"))
    )
    exam.agrees(Text("salarios sin clave", "salaries without key"), call(_people(exam.rng, "key")))
    exam.agrees(Text("salarios con NaN", "salaries that are NaN"), call(_people(exam.rng, "nan")))
    exam.agrees(
        Text("un solo salario conocido", "one known salary only"),
        call([{"age": 20, "salary": None}, {"age": 31.5, "salary": 700}, {"age": 44}]),
    )
    exam.agrees(
        Text("un salario conocido que es 0", "a known salary of 0"),
        call([{"age": 20, "salary": 0.0}, {"age": 31, "salary": 700.0}, {"age": 44}]),
    )
    _salaries = (600, 600, None, 701)
    exam.agrees(
        Text("salarios enteros, uno de ellos repetido", "whole salaries, one of them repeated"),
        call([{"age": 20 + 5 * k, "salary": salary} for k, salary in enumerate(_salaries)]),
    )

# %% [markdown] lang="es"
# ## 2. La misma escala para todos
#
# Un salario de 900 y una edad de 40 no se comparan: antes de medir distancias hay que llevar cada columna
# a media 0 y desviación 1,
#
# $$x' = \frac{x - \mu}{\sigma}, \qquad \mu = \frac1n \sum_i x_i, \qquad
# \sigma = \sqrt{\tfrac1n \sum_i (x_i - \mu)^2}$$
#
# (la desviación *poblacional*, que divide por $n$). La pregunta delicada es **de quién** son $\mu$ y
# $\sigma$. Los datos de prueba hacen de futuro, y del futuro no se conoce la media: se usan siempre las del
# entrenamiento, también para transformar la prueba.
#
# **Ejercicio.** Escribe `standardize(train, test)`, que devuelve los dos arreglos `(n, d)` y `(m, d)`
# transformados. Si una columna es constante en `train` (todos sus valores son iguales), divide por 1:
# así queda en 0 en `train` y finita en `test`.

# %% [markdown] lang="en"
# ## 2. The same scale for all
#
# A salary of 900 and an age of 40 cannot be compared: before distances are measured, each column is
# brought to mean 0 and deviation 1,
#
# $$x' = \frac{x - \mu}{\sigma}, \qquad \mu = \frac1n \sum_i x_i, \qquad
# \sigma = \sqrt{\tfrac1n \sum_i (x_i - \mu)^2}$$
#
# (the *population* deviation, which divides by $n$). The delicate question is **whose** $\mu$ and $\sigma$
# these are. The test data stand for the future, and of the future nobody knows the mean: those of the
# training set are used always, to transform the test set too.
#
# **Exercise.** Write `standardize(train, test)`, which returns both arrays `(n, d)` and `(m, d)`
# transformed. If a column is constant in `train` (all its values are equal), divide by 1: it then is 0 in
# `train` and finite in `test`.


# %% exercise="standardize"
def standardize(train, test):
    """Both arrays with the columns of train at mean 0 and population deviation 1.

    train (n, d), test (m, d). Returns (train', test'), both with the statistics of train.

    >>> standardize(np.array([[1.0], [3.0]]), np.array([[5.0]]))
    (array([[-1.],
           [ 1.]]), array([[3.]]))
    """
    ### BEGIN SOLUTION
    mean = np.mean(train, axis=0)
    scale = np.std(train, axis=0)
    scale[np.ptp(train, axis=0) == 0] = 1
    return (train - mean) / scale, (test - mean) / scale
    ### END SOLUTION


# %% test="standardize" points=0.5
_train, _test = np.array([[1.0, 7.0], [3.0, 7.0]]), np.array([[5.0, 8.0]])
_new_train, _new_test = standardize(_train, _test)
assert np.allclose(np.asarray(_new_train)[:, 0], [-1, 1]), "μ = 2, σ = 1 ⇒ [1, 3] → [−1, 1]"
assert np.allclose(np.asarray(_new_test)[:, 0], [3]), say(
    "la prueba usa μ = 2 y σ = 1 del entrenamiento: 5 → 3",
    "the test set uses μ = 2 and σ = 1 of the training set: 5 → 3",
)
assert np.allclose(np.asarray(_new_train)[:, 1], 0), say(
    "una columna constante queda en 0", "a constant column becomes 0"
)
assert np.all(np.isfinite(_new_test)), say("nada se divide por 0", "nothing is divided by 0")

# %% hidden="standardize" points=2
from gradus.exam import Text, call, careful, examine

with examine("supervised_learning.standardize", standardize) as exam:
    for _n, _m, _d in ((12, 5, 3), (30, 30, 1), (7, 1, 4)):
        _scale = np.exp(exam.rng.uniform(-4, 4, size=_d))
        _shift = exam.rng.uniform(1, 3, size=_d) * _scale
        exam.agrees(
            Text("columnas de escalas distintas", "columns of different scales"),
            call(
                exam.rng.normal(size=(_n, _d)) * _scale + _shift,
                exam.rng.normal(size=(_m, _d)) * 3 * _scale - _shift,
            ),
        )
    exam.agrees(
        Text("datos enteros", "integer data"),
        call(exam.rng.integers(0, 90, size=(9, 2)), exam.rng.integers(0, 90, size=(4, 2))),
    )
    exam.agrees(
        Text(
            "una columna que vuelve a su primer valor", "a column that returns to its first value"
        ),
        call(np.array([[3.0, 1.0], [8.0, 2.0], [5.0, 4.0], [3.0, 9.0]]), np.array([[4.0, 4.0]])),
    )
    _constant = np.column_stack([np.full(8, 3.0), exam.rng.normal(size=8)])
    exam.agrees(
        Text("una columna constante en el entrenamiento", "a column that is constant in training"),
        lambda f: careful(f)(_constant, _constant + 1)[0],
        lambda f: np.asarray(careful(f)(_constant, _constant + 1)[1])[:, 1],
    )
    exam.holds(
        Text(
            "la prueba queda finita donde el entrenamiento es constante",
            "the test set stays finite where the training set is constant",
        ),
        # The largest float, which nan_to_num writes for ∞, is not what is meant by finite.
        lambda f: np.all(np.abs(f(_constant, _constant + 1)[1]) < 1e100),
    )

# %% [markdown] lang="es"
# ¿Importa tanto de quién es la media? En la figura, las personas de prueba ganan casi todas más que las
# de entrenamiento. Estandarizadas con la media del entrenamiento (azul) se nota; estandarizadas consigo mismas
# (naranja) se vuelven idénticas a las demás: la diferencia que el modelo necesitaba ver desapareció.

# %% [markdown] lang="en"
# Does it matter so much whose mean it is? In the figure, nearly all the people in the test set
# earn more than those in the training set. Standardized with the training mean (blue) it
# shows; standardized by themselves (orange) they become identical to everybody else: the
# difference that the model needed to see is gone.

# %% given="plot_standardize"
_rng = np.random.default_rng(3)
_poor, _rich = _rng.normal(800, 150, size=(200, 1)), _rng.normal(1500, 150, size=(200, 1))
_known, _new = standardize(_poor, _rich)
_itself = (_rich - _rich.mean()) / _rich.std()
figure, axis = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
_bins = np.linspace(-3, 9, 60)
axis.hist(np.ravel(_known), _bins, color="0.75", label=say("entrenamiento", "training"))
axis.hist(
    np.ravel(_new),
    _bins,
    color=BLUE,
    label=say("prueba, con μ y σ de entrenamiento", "test, with μ and σ of training"),
)
axis.hist(
    np.ravel(_itself),
    _bins,
    histtype="step",
    lw=2,
    color=ORANGE,
    label=say("prueba, consigo misma", "test, by itself"),
)
axis.set(
    xlabel=say("salario estandarizado", "standardized salary"),
    ylabel=say("personas", "people"),
    ylim=(0, 34),  # room for the legend
)
axis.legend(fontsize=8)
plt.show()

# %% [markdown] lang="es"
# ## 3. Pérdidas
#
# Una **pérdida** $\ell(y, \hat y) \geq 0$ dice cuánto cuesta responder $\hat y$ cuando la verdad es $y$;
# cerca de 0 si la respuesta es buena. Tres que usaremos:
#
# $$\ell_2 = \tfrac12 (\hat y - y)^2, \qquad
# \ell_{01} = \begin{cases} 0 & \text{si } \hat y = y \\ 1 & \text{si } \hat y \neq y \end{cases}, \qquad
# \ell_1 = |\hat y - y|$$
#
# **Ejercicio.** Escribe `squared_loss`, `zero_one_loss` y `absolute_loss`, las tres de la forma
# `loss(y, y_hat)`, elemento por elemento: de dos números sale un número y de dos arreglos de la misma forma
# sale un arreglo de esa forma. Todavía no promedies nada.

# %% [markdown] lang="en"
# ## 3. Losses
#
# A **loss** $\ell(y, \hat y) \geq 0$ says what it costs to answer $\hat y$ when the truth is $y$; it is near
# 0 if the answer is good. Three that we will use:
#
# $$\ell_2 = \tfrac12 (\hat y - y)^2, \qquad
# \ell_{01} = \begin{cases} 0 & \text{if } \hat y = y \\ 1 & \text{if } \hat y \neq y \end{cases}, \qquad
# \ell_1 = |\hat y - y|$$
#
# **Exercise.** Write `squared_loss`, `zero_one_loss` and `absolute_loss`, all three of the form
# `loss(y, y_hat)`, element by element: two numbers give a number, and two arrays of one shape give an array
# of that shape. Do not average anything yet.


# %% exercise="losses"
def squared_loss(y, y_hat):
    """Half the squared difference, elementwise.

    >>> squared_loss(np.array([1.0, 2.0]), np.array([3.0, 2.0]))
    array([2., 0.])
    """
    ### BEGIN SOLUTION
    return (np.asarray(y_hat) - y) ** 2 / 2
    ### END SOLUTION


def zero_one_loss(y, y_hat):
    """1 where the two differ and 0 where they are equal, elementwise.

    >>> zero_one_loss(np.array([1, 2]), np.array([3, 2]))
    array([1, 0])
    """
    ### BEGIN SOLUTION
    return np.where(np.asarray(y_hat) == y, 0, 1)
    ### END SOLUTION


def absolute_loss(y, y_hat):
    """Absolute value of the difference, elementwise.

    >>> absolute_loss(np.array([1.0, 2.0]), np.array([3.0, 2.0]))
    array([2., 0.])
    """
    ### BEGIN SOLUTION
    return np.abs(np.asarray(y_hat) - y)
    ### END SOLUTION


# %% test="losses" points=0.5
_y, _y_hat = np.array([1.0, 2.0, 5.0]), np.array([4.0, 2.0, 4.0])
assert np.allclose(squared_loss(_y, _y_hat), [4.5, 0, 0.5]), "½·3² = 4.5, ½·0² = 0, ½·1² = 0.5"
assert np.allclose(zero_one_loss(_y, _y_hat), [1, 0, 1]), "ŷ ≠ y → 1, ŷ = y → 0"
assert np.allclose(absolute_loss(_y, _y_hat), [3, 0, 1]), "|4 − 1| = 3, |2 − 2| = 0, |4 − 5| = 1"
assert np.ndim(squared_loss(1.0, 2.0)) == 0, say(
    "de dos números, un número", "two numbers, one number"
)

# %% hidden="losses" points=1.5
from gradus.exam import Text, call, examine

for _name, _answer in (
    ("squared_loss", squared_loss),
    ("zero_one_loss", zero_one_loss),
    ("absolute_loss", absolute_loss),
):
    with examine(f"supervised_learning.{_name}", _answer) as exam:
        exam.agrees(
            Text("números", "numbers"), call(1.5, -2.5), call(3, 3), call(0.25, 1), call(2, 5)
        )
        exam.agrees(
            Text("arreglos al azar", "random arrays"),
            *(
                call(exam.rng.normal(size=shape) * 4, exam.rng.normal(size=shape) * 4)
                for shape in ((6,), (3, 4))
            ),
        )
        exam.agrees(
            Text("clases 1 a 4", "classes 1 to 4"),
            call(exam.rng.integers(1, 5, size=30), exam.rng.integers(1, 5, size=30)),
        )
        exam.agrees(
            Text("valores cercanos pero distintos", "values that are near but differ"),
            call(np.array([1.0, 2.0, 3.0, 0.0]), np.array([1.01, 2.25, 3.4, 0.0])),
        )

# %% [markdown] lang="es"
# Cada pérdida teme algo distinto. ¿Cuál castiga más un error grande? ¿Cuál no distingue un error chico de
# uno enorme?

# %% [markdown] lang="en"
# Each loss fears something different. Which punishes a large error most? Which does not tell a small error
# from a huge one?

# %% given="plot_losses"
figure, axis = plt.subplots(figsize=(6, 2.8), layout="constrained")
_errors = np.linspace(-3, 3, 301)
for _loss, _color, _style, _label in (
    (squared_loss, BLUE, "-", r"$\ell_2$"),
    (absolute_loss, GREEN, "--", r"$\ell_1$"),
    (zero_one_loss, ORANGE, ":", r"$\ell_{01}$"),
):
    axis.plot(_errors, _loss(np.zeros(301), _errors), _style, color=_color, lw=2.5, label=_label)
axis.set(xlabel=r"$\hat y - y$", ylabel=say("pérdida", "loss"))
axis.legend()
axis.grid(alpha=0.3)
plt.show()

# %% [markdown] lang="es"
# ## 4. El riesgo
#
# Lo que de verdad importa es el **riesgo** $R(f) = \mathbb{E}[\ell(Y, f(X))]$, la pérdida esperada en alguien
# que aún no llega. No se puede calcular, pero sí estimar con una muestra:
#
# $$R_n(f) = \frac1n \sum_{i=1}^{n} \ell(y_i, f(x_i))$$
#
# **Ejercicio.** Escribe `empirical_risk(loss, f, X, Y)`. Recibe la pérdida y el modelo como funciones: `f`
# lleva `X`, de forma `(n, d)`, a `n` predicciones (un arreglo o una lista), y `loss(y, y_hat)` trabaja
# elemento por elemento, con la verdad primero. Devuelve un número.

# %% [markdown] lang="en"
# ## 4. The risk
#
# What really matters is the **risk** $R(f) = \mathbb{E}[\ell(Y, f(X))]$, the expected loss on somebody who
# has not come yet. It cannot be computed, but it can be estimated from a sample:
#
# $$R_n(f) = \frac1n \sum_{i=1}^{n} \ell(y_i, f(x_i))$$
#
# **Exercise.** Write `empirical_risk(loss, f, X, Y)`. It is given the loss and the model as functions: `f`
# takes `X`, of shape `(n, d)`, to `n` predictions (an array or a list), and `loss(y, y_hat)` works element
# by element, the truth first. It returns a number.


# %% exercise="empirical_risk"
def empirical_risk(loss, f, X, Y):
    """Mean of loss(y, f(x)) over the n examples X (n, d), Y (n,).

    >>> empirical_risk(lambda y, y_hat: abs(y - y_hat), lambda X: X[:, 0], np.eye(2), np.zeros(2))
    0.5
    """
    ### BEGIN SOLUTION
    return np.mean(loss(Y, f(X)))
    ### END SOLUTION


# %% test="empirical_risk" points=0.5
_X, _Y = np.array([[1.0, 0.0], [2.0, 0.0], [4.0, 1.0]]), np.array([0.0, 2.0, 1.0])
_risk = empirical_risk(lambda y, y_hat: np.abs(y - y_hat), lambda X: X[..., 0], _X, _Y)
assert np.ndim(_risk) == 0, say("el riesgo es un número", "the risk is a number")
assert np.isclose(_risk, 4 / 3), "(|0 − 1| + |2 − 2| + |1 − 4|) / 3 = 4/3"

# %% hidden="empirical_risk" points=1.5
from gradus.exam import Text, call, examine


# Whoever calls the model once for each row is right as well: it takes a single row too.
def _one_by_one(X):
    if np.ndim(X) == 1:
        return float(X[0] - 2 * X[-1])
    return np.array([_one_by_one(row) for row in X])


def _pinball(y, y_hat):
    difference = np.asarray(y) - np.asarray(y_hat)
    return np.maximum(0.9 * difference, -0.1 * difference)


def _square(y, y_hat):
    return (np.asarray(y) - np.asarray(y_hat)) ** 2


def _relative(y, y_hat):
    return np.abs(np.asarray(y) - np.asarray(y_hat)) / (1 + np.abs(np.asarray(y)))


with examine("supervised_learning.empirical_risk", empirical_risk) as exam:
    for _n in (1, 8, 25):
        _X, _Y = exam.rng.normal(size=(_n, 3)), exam.rng.normal(size=_n)
        _theta = exam.rng.normal(size=3)
        exam.agrees(
            Text("un modelo que trabaja de una vez", "a model that works at once"),
            call(_square, lambda X, theta=_theta: X @ theta, _X, _Y),
        )
        exam.agrees(
            Text("un modelo que trabaja fila por fila", "a model that works row by row"),
            call(_square, _one_by_one, _X, _Y),
        )
        exam.agrees(
            Text("una pérdida que no es simétrica", "a loss that is not symmetric"),
            call(_pinball, _one_by_one, _X, _Y + 1),
        )
        exam.agrees(
            Text("una pérdida relativa a la verdad", "a loss relative to the truth"),
            call(_relative, _one_by_one, _X, _Y),
        )

# %% [markdown] lang="es"
# ## 5. Un modelo, y la mejor de sus versiones
#
# El modelo más útil de la historia es el **lineal**, $f_\theta(x) = \theta \cdot x$: una familia con un
# miembro por cada $\theta$. Aprender es elegir uno.
#
# **Ejercicio.** Escribe `linear_model(theta, X)`: con `theta` de forma `(d,)` y `X` de forma `(n, d)`,
# devuelve las `n` predicciones, de forma `(n,)`.

# %% [markdown] lang="en"
# ## 5. A model, and the best of its versions
#
# The most useful model in history is the **linear** one, $f_\theta(x) = \theta \cdot x$: a family with one
# member for each $\theta$. To learn is to choose one.
#
# **Exercise.** Write `linear_model(theta, X)`: with `theta` of shape `(d,)` and `X` of shape `(n, d)`, it
# returns the `n` predictions, of shape `(n,)`.


# %% exercise="linear_model"
def linear_model(theta, X):
    """Predictions (n,) of the linear model with parameters theta (d,) for the rows of X (n, d).

    >>> linear_model(np.array([2.0, -1.0]), np.array([[1.0, 1.0], [0.0, 3.0]]))
    array([ 1., -3.])
    """
    ### BEGIN SOLUTION
    return np.asarray(X) @ theta
    ### END SOLUTION


# %% test="linear_model" points=0.5
_X, _theta = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]]), np.array([2.0, -1.0])
assert np.shape(linear_model(_theta, _X)) == (3,), say(
    "una predicción por fila: (3,)", "one prediction per row: (3,)"
)
assert np.allclose(linear_model(_theta, _X), [0, -1, 6]), (
    "2·1 − 1·2 = 0, 2·0 − 1·1 = −1, 2·3 − 1·0 = 6"
)

# %% hidden="linear_model" points=1
from gradus.exam import Text, call, examine

with examine("supervised_learning.linear_model", linear_model) as exam:
    exam.agrees(
        Text("n ejemplos de d descriptores", "n examples of d descriptors"),
        *(
            call(exam.rng.normal(size=d), exam.rng.normal(size=(n, d)))
            for n, d in ((1, 3), (6, 1), (5, 5), (20, 4))
        ),
    )
    exam.agrees(
        Text("números enteros", "integers"),
        call(exam.rng.integers(-5, 6, size=3), exam.rng.integers(-5, 6, size=(4, 3))),
    )

# %% [markdown] lang="es"
# Para elegir, se minimiza el costo en los datos:
#
# $$\theta^* = \arg\min_\theta \sum_{i=1}^{n} \tfrac12 (\theta \cdot x_i - y_i)^2$$
#
# Si las columnas de $X$ son independientes la solución es una sola. Pero los descriptores se repiten más de
# lo que uno cree (el salario mensual y el anual dicen lo mismo) y entonces hay infinitas: todas igual de
# buenas, y $X^\top X$ no tiene inversa.
#
# **Ejercicio.** Escribe `fit_least_squares(X, Y)`, que devuelve un $\theta$ de forma `(d,)` con el menor costo
# posible, también cuando hay columnas repetidas o más columnas que ejemplos. Cualquier minimizador vale.
# Puedes usar las rutinas de `np.linalg`.

# %% [markdown] lang="en"
# To choose, the cost on the data is minimised:
#
# $$\theta^* = \arg\min_\theta \sum_{i=1}^{n} \tfrac12 (\theta \cdot x_i - y_i)^2$$
#
# If the columns of $X$ are independent there is one solution. But descriptors are repeated more often than
# one thinks (the monthly and the yearly salary say the same), and then there are infinitely many: all
# equally good, and $X^\top X$ has no inverse.
#
# **Exercise.** Write `fit_least_squares(X, Y)`, which returns a $\theta$ of shape `(d,)` of the least possible
# cost, also when columns are repeated or there are more columns than examples. Any minimiser will do. You
# may use the routines of `np.linalg`.


# %% exercise="fit_least_squares"
def fit_least_squares(X, Y):
    """A theta (d,) that minimises the squared cost on X (n, d), Y (n,).

    >>> fit_least_squares(np.array([[1.0], [2.0]]), np.array([2.0, 4.0]))
    array([2.])
    """
    ### BEGIN SOLUTION
    return np.linalg.pinv(X) @ Y
    ### END SOLUTION


# %% test="fit_least_squares" points=0.5
_X, _Y = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.array([1.0, 3.0, 5.0])
assert np.allclose(fit_least_squares(_X, _Y), [1, 2]), "y = 1 + 2x ⇒ θ = (1, 2)"
_X = np.array([[1.0, 2.0], [2.0, 4.0]])
assert np.allclose(_X @ np.asarray(fit_least_squares(_X, np.array([3.0, 6.0]))), [3, 6]), say(
    "la segunda columna es el doble de la primera: hay muchos θ con costo 0, encuentra uno",
    "the second column is twice the first: many θ have cost 0, find one",
)

# %% hidden="fit_least_squares" points=1.5
from gradus.exam import Text, careful, examine


def _cost_of(X, Y):
    return lambda f: np.mean((X @ np.asarray(careful(f)(X, Y), dtype=float) - Y) ** 2)


with examine("supervised_learning.fit_least_squares", fit_least_squares) as exam:
    for _n, _d in ((30, 3), (12, 1), (9, 5)):
        _X = exam.rng.normal(size=(_n, _d)) @ (np.eye(_d) + 0.6)
        _Y = _X @ exam.rng.normal(size=_d) + exam.rng.normal(size=_n)
        exam.agrees(
            Text("columnas independientes", "independent columns"), _cost_of(_X, _Y), rtol=1e-7
        )
    _X = exam.rng.normal(size=(15, 3))
    _Y = exam.rng.normal(size=15)
    exam.agrees(
        Text("una columna repetida", "a repeated column"),
        _cost_of(np.column_stack([_X, _X[:, 0]]), _Y),
        _cost_of(np.column_stack([_X, _X @ [1.0, -2.0, 0.5]]), _Y),
        rtol=1e-7,
    )
    exam.agrees(
        Text("más columnas que ejemplos", "more columns than examples"),
        _cost_of(exam.rng.normal(size=(4, 7)), exam.rng.normal(size=4)),
        rtol=1e-7,
        atol=1e-9,
    )
    exam.holds(
        Text("θ tiene forma (d,)", "θ has shape (d,)"),
        lambda f: np.shape(f(_X.copy(), _Y.copy())) == (3,),
    )

# %% [markdown] lang="es"
# ## 6. El modelo más simple de todos
#
# ¿Y si no supiéramos nada de la persona? Quedaría responder siempre lo mismo, una constante $c$. La mejor
# depende de la pérdida: la de menor $\frac1n \sum_i \ell(y_i, c)$.
#
# **Ejercicio.** Escribe `best_constant(Y, loss_name)`, con `loss_name` igual a `"squared"`, `"absolute"` o
# `"zero_one"`: el número $c$ de menor riesgo en las etiquetas `Y`, de forma `(n,)`. Si hay varios,
# cualquiera vale. Una pista: los tres tienen nombre propio en cualquier curso de estadística.

# %% [markdown] lang="en"
# ## 6. The simplest model of all
#
# And if we knew nothing about the person? We could only give the same answer every time, a constant $c$. The
# best one depends on the loss: the one of least $\frac1n \sum_i \ell(y_i, c)$.
#
# **Exercise.** Write `best_constant(Y, loss_name)`, with `loss_name` one of `"squared"`, `"absolute"` and
# `"zero_one"`: the number $c$ of least risk on the labels `Y`, of shape `(n,)`. If there are several, any
# will do. A hint: all three have a name of their own in any course of statistics.


# %% exercise="best_constant"
def best_constant(Y, loss_name):
    """The constant of least mean loss on the labels Y (n,).

    loss_name: "squared", "absolute" or "zero_one".

    >>> best_constant(np.array([0.0, 0.0, 6.0]), "squared")
    2.0
    """
    ### BEGIN SOLUTION
    if loss_name == "squared":
        return np.mean(Y)
    if loss_name == "absolute":
        return np.median(Y)
    values, counts = np.unique(Y, return_counts=True)
    return values[np.argmax(counts)]
    ### END SOLUTION


# %% test="best_constant" points=0.5
_Y = np.array([1.0, 1.0, 2.0, 4.0, 12.0])
_values = np.linspace(0, 13, 1301)
for _name, _losses in (
    ("squared", (_Y[:, None] - _values) ** 2 / 2),
    ("absolute", np.abs(_Y[:, None] - _values)),
    ("zero_one", np.abs(_Y[:, None] - _values) > 1e-9),
):
    _best = _values[np.argmin(_losses.mean(axis=0))]
    assert np.isclose(best_constant(_Y, _name), _best), say(
        f"con la pérdida {_name}, ninguna constante cuesta menos que {_best:g}",
        f"with the loss {_name}, no constant costs less than {_best:g}",
    )

# %% hidden="best_constant" points=2
from gradus.exam import Text, careful, examine

_LOSSES = {
    "squared": lambda Y, c: (Y - c) ** 2 / 2,
    "absolute": lambda Y, c: np.abs(Y - c),
    "zero_one": lambda Y, c: c != Y,
}


def _risk_of(Y, name):
    return lambda f: float(np.mean(_LOSSES[name](Y, float(careful(f)(Y, name)))))


with examine("supervised_learning.best_constant", best_constant) as exam:
    for _n in (7, 12, 31):
        _skew = exam.rng.exponential(size=_n) * 10
        exam.agrees(Text("la pérdida cuadrática", "the squared loss"), _risk_of(_skew, "squared"))
        exam.agrees(Text("la pérdida absoluta", "the absolute loss"), _risk_of(_skew, "absolute"))
        # The mode lies at one end, and holds less than half of the labels.
        _often = _n // 3 + 1
        _classes = np.append(np.full(_often, 14.0), 10.0 + np.arange(_n - _often) % 4)
        _classes = exam.rng.permutation(_classes)
        exam.agrees(
            Text("la pérdida 0-1", "the 0-1 loss"),
            _risk_of(_classes, "zero_one"),
            _risk_of(-_classes, "zero_one"),
        )
    exam.agrees(
        Text("la pérdida 0-1", "the 0-1 loss"),
        _risk_of(np.array([3.0, 7.0, 7.0, 3.0, 5.0, 5.0, 3.0, 9.0]), "zero_one"),
    )

# %% [markdown] lang="es"
# ## 7. Guardar datos para el final
#
# El sexto paso pide **datos nuevos**. Como no los tenemos, apartamos una parte al azar antes de empezar, y no
# la miramos hasta el final.
#
# **Ejercicio.** Escribe `train_test_split(X, Y, test_fraction, rng)`, que devuelve `(X_train, X_test, Y_train,
# Y_test)`. Cada ejemplo queda en exactamente una de las dos partes, junto a su etiqueta; a la prueba le toca
# la fracción `test_fraction` de los `n` ejemplos, redondeada al entero más cercano. Todo el azar sale de `rng`, un
# generador de NumPy: con un generador de la misma semilla, la misma partición.

# %% [markdown] lang="en"
# ## 7. Keeping data for the end
#
# The sixth step asks for **new data**. Since we have none, we put a random part aside before we begin, and do
# not look at it until the end.
#
# **Exercise.** Write `train_test_split(X, Y, test_fraction, rng)`, which returns `(X_train, X_test, Y_train,
# Y_test)`. Each example ends up in exactly one of the two parts, together with its label; testing gets the
# fraction `test_fraction` of the `n` examples, rounded to the nearest whole number. All randomness comes from `rng`, a
# NumPy generator: a generator of the same seed gives the same partition.


# %% exercise="train_test_split"
def train_test_split(X, Y, test_fraction, rng):
    """A random partition of the examples X (n, d), Y (n,): (X_train, X_test, Y_train, Y_test).

    >>> X_train, X_test, Y_train, Y_test = train_test_split(
    ...     np.eye(4), np.arange(4), 0.25, np.random.default_rng(0)
    ... )
    >>> X_train.shape, X_test.shape
    ((3, 4), (1, 4))
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(X))
    size = round(test_fraction * len(X))
    test, train = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]
    ### END SOLUTION


# %% test="train_test_split" points=0.5
_X, _Y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
_parts = train_test_split(_X, _Y, 0.3, np.random.default_rng(1))
assert [len(_part) for _part in _parts] == [7, 3, 7, 3], say(
    "0.3 de 10 ejemplos son 3 de prueba y 7 de entrenamiento",
    "0.3 of 10 examples are 3 for testing and 7 for training",
)
assert sorted(np.concatenate([_parts[2], _parts[3]])) == sorted(_Y), say(
    "cada ejemplo está en una de las dos partes", "each example is in one of the two parts"
)
assert np.allclose(np.asarray(_parts[0])[:, 0], 2 * np.asarray(_parts[2])), say(
    "la fila y su etiqueta viajan juntas", "a row and its label travel together"
)

# %% hidden="train_test_split" points=2
from gradus.exam import Text, careful, examine, once

_SEED = 1000


def _rows_of(Y):
    return np.column_stack([Y * 10 + 0.5, -Y, Y**2])


def _split(f, n, fraction, seed):
    """The parts, of examples whose label says which row it is."""
    Y = np.arange(n, dtype=float)
    parts = careful(f)(_rows_of(Y), Y, fraction, np.random.default_rng(seed))
    return [np.asarray(part) for part in parts]


@once
def _tested_together(f):
    # How often two of 8 examples are tested together, in 900 splits that test 2; on the diagonal,
    # how often one is tested.
    together = np.zeros((8, 8))
    for seed in range(900):
        tested = _split(f, 8, 0.25, _SEED + seed)[3].astype(int)
        together[np.ix_(tested, tested)] += 1
    return together


def _each_as_often(f):
    # Bin(900, 1/4): mean 225, standard deviation 13; six of them away less than once in 10⁷.
    return np.all(np.abs(np.diag(_tested_together(f)) - 225) < 78)


def _pairs_as_often(f):
    # Bin(900, 1/28), mean 32: below 5 or above 80 for one of the 28 pairs less than once in 10⁷.
    pairs = _tested_together(f)[np.triu_indices(8, k=1)]
    return np.all((pairs >= 5) & (pairs <= 80))


with examine("supervised_learning.train_test_split", train_test_split) as exam:
    _SEED = int(exam.rng.integers(10**9))
    for _n, _fraction in ((8, 0.25), (40, 0.5), (21, 1 / 3), (10, 0.1), (11, 0.7), (11, 0.3)):
        exam.agrees(
            Text("los tamaños de las partes", "the sizes of the parts"),
            lambda f, n=_n, p=_fraction: [len(part) for part in _split(f, n, p, _SEED)],
        )
        exam.holds(
            Text("cada ejemplo está en una sola parte", "each example is in one part only"),
            lambda f, n=_n, p=_fraction: (
                sorted(np.concatenate(_split(f, n, p, _SEED)[2:])) == list(range(n))
            ),
        )
        exam.holds(
            Text("cada columna de X conserva sus valores", "each column of X keeps its values"),
            lambda f, n=_n, p=_fraction: np.array_equal(
                np.sort(np.concatenate(_split(f, n, p, _SEED + n)[:2]), axis=0),
                np.sort(_rows_of(np.arange(n, dtype=float)), axis=0),
            ),
        )
        exam.holds(
            Text("las filas conservan su etiqueta", "rows keep their label"),
            lambda f, n=_n, p=_fraction: all(
                np.array_equal(X, _rows_of(Y))
                for X, Y in zip(_split(f, n, p, _SEED + n)[:2], _split(f, n, p, _SEED + n)[2:])
            ),
        )
    exam.holds(
        Text("con el mismo rng sale la misma partición", "the same rng gives the same partition"),
        lambda f: np.array_equal(_split(f, 40, 0.5, _SEED)[3], _split(f, 40, 0.5, _SEED)[3]),
    )
    exam.holds(
        Text("todos los ejemplos se prueban igual de seguido", "all examples are tested as often"),
        _each_as_often,
    )
    exam.holds(
        Text(
            "dos ejemplos cualesquiera se prueban juntos igual de seguido",
            "any two examples are tested together as often",
        ),
        _pairs_as_often,
    )

# %% [markdown] lang="es"
# Ya están los seis pasos. Con los datos de diabetes de scikit-learn (442 pacientes, diez descriptores, y
# como etiqueta cuánto avanzó la enfermedad en un año) se aprende con tres cuartos y se prueba con el resto.
# Si el modelo acertara siempre, los puntos estarían sobre la diagonal. ¿Le gana a la mejor constante?

# %% [markdown] lang="en"
# Now all six steps are there. With scikit-learn's diabetes data (442 patients, ten descriptors, and as label
# how far the disease advanced within a year) we learn from three quarters and test on the rest. If the model were
# always right, the points would lie on the diagonal. Does it beat the best constant?

# %% given="diabetes"
from sklearn.datasets import load_diabetes

_X, _Y = load_diabetes(return_X_y=True, scaled=False)
_X_train, _X_test, _Y_train, _Y_test = train_test_split(_X, _Y, 0.25, np.random.default_rng(0))
_X_train, _X_test = standardize(_X_train, _X_test)
_X_train, _X_test = (np.column_stack([np.ones(len(x)), x]) for x in (_X_train, _X_test))
_theta = fit_least_squares(_X_train, _Y_train)
_constant = best_constant(_Y_train, "squared")


def _learned(X):
    return linear_model(_theta, X)


def _always_the_same(X):
    return np.full(len(X), _constant)


figure, axis = plt.subplots(figsize=(4.6, 4.2), layout="constrained")
axis.plot([25, 350], [25, 350], color="0.6", lw=1)
axis.plot(_Y_test, _learned(_X_test), "o", ms=5, color=BLUE, alpha=0.7, label=r"$f_\theta$")
axis.axhline(
    _constant, color=ORANGE, lw=2, ls="--", label=say("la mejor constante", "the best constant")
)
axis.set(
    xlabel=say("verdad $y$", "truth $y$"),
    ylabel=say(r"predicción $\hat y$", r"prediction $\hat y$"),
)
axis.legend()
plt.show()
for _name, _f in (
    (say("modelo lineal", "linear model"), _learned),
    (say("constante", "constant"), _always_the_same),
):
    _seen = empirical_risk(absolute_loss, _f, _X_train, _Y_train)
    _unseen = empirical_risk(absolute_loss, _f, _X_test, _Y_test)
    print(
        f"{_name:15} {say('entrenamiento', 'training')} {_seen:.1f}   {say('prueba', 'test')} {_unseen:.1f}"
    )

# %% [markdown] lang="es"
# ## 8. ¿Cuánto vale un riesgo medido?
#
# El riesgo de prueba se midió con 110 pacientes. Con otros 110 habría salido otro número. ¿Cuánto puede
# equivocarse? Para saberlo de verdad hay que conocer $R$, y para eso hay que inventar el mundo. En el nuestro,
#
# $$X \sim N(0, 1), \qquad Y = 2X + \varepsilon, \qquad \varepsilon \sim N(0, 0.5^2)
# \text{ independiente de } X,$$
#
# el modelo es $f(x) = x$ (no el mejor) y la pérdida es $\ell_2 = \frac12 (\hat y - y)^2$. La función
# `draw_examples(n, rng)`, ya escrita, saca `n` ejemplos de ese mundo: `x` e `y`, ambos de forma `(n,)`.
#
# **Ejercicio.** Calcula a mano el riesgo verdadero $R(f) = \mathbb{E}[\ell_2(Y, f(X))]$: es un número. Después
# escribe `risk_gap(n, rng)`: saca `n` ejemplos con `draw_examples`, mide $R_n(f)$ y devuelve la brecha
# $|R_n(f) - R(f)|$.

# %% [markdown] lang="en"
# ## 8. What is a measured risk worth?
#
# The risk on the test set was measured on 110 patients. Another 110 would have given another number. How
# wrong can it be? To really know, one must know $R$, and for that one must invent the world. In ours,
#
# $$X \sim N(0, 1), \qquad Y = 2X + \varepsilon, \qquad \varepsilon \sim N(0, 0.5^2)
# \text{ independent of } X,$$
#
# the model is $f(x) = x$ (not the best one) and the loss is $\ell_2 = \frac12 (\hat y - y)^2$. The function
# `draw_examples(n, rng)`, already written, draws `n` examples of that world: `x` and `y`, both of shape
# `(n,)`.
#
# **Exercise.** Compute by hand the true risk $R(f) = \mathbb{E}[\ell_2(Y, f(X))]$: it is a number. Then write
# `risk_gap(n, rng)`: draw `n` examples with `draw_examples`, measure $R_n(f)$, and return the gap
# $|R_n(f) - R(f)|$.


# %% given="draw_examples"
def draw_examples(n, rng):
    """n examples: x (n,) standard normal, y (n,) = 2x plus normal noise of deviation 0.5."""
    x = rng.normal(size=n)
    return x, 2 * x + 0.5 * rng.normal(size=n)


# %% exercise="risk_gap"
def risk_gap(n, rng):
    """|R_n(f) - R(f)| for f(x) = x and the loss (y_hat - y)²/2, on n examples of draw_examples.

    rng: a NumPy generator. Returns a number, 0 or more.

    >>> bool(risk_gap(200_000, np.random.default_rng(0)) < 0.02)
    True
    """
    ### BEGIN SOLUTION
    x, y = draw_examples(n, rng)
    return abs(np.mean((x - y) ** 2) / 2 - 0.625)
    ### END SOLUTION


# %% test="risk_gap" points=0.5
assert np.ndim(risk_gap(10, np.random.default_rng(0))) == 0, say(
    "la brecha es un número", "the gap is a number"
)
assert all(risk_gap(10, np.random.default_rng(_seed)) >= 0 for _seed in range(20)), "|R_n − R| ≥ 0"
assert risk_gap(200_000, np.random.default_rng(0)) < 0.02, say(
    "con 200 000 ejemplos la brecha casi desaparece; si no, revisa tu R",
    "with 200,000 examples the gap nearly vanishes; if not, look at your R",
)

# %% hidden="risk_gap" points=2
from gradus.exam import Text, careful, examine
from gradus.exam.agreement import disagreement


def _gap(f, n, seed):
    """The answer's gap. Drawing the examples one by one is as good as drawing them at once."""
    gap = careful(f)(n, np.random.default_rng(seed))
    rng = np.random.default_rng(seed)
    losses = [(y[0] - x[0]) ** 2 / 2 for x, y in (draw_examples(1, rng) for _ in range(n))]
    one_by_one = abs(np.mean(losses) - 0.625)
    if disagreement(gap, one_by_one) is not None:
        return gap
    x, y = draw_examples(n, np.random.default_rng(seed))
    return abs(np.mean((y - x) ** 2) / 2 - 0.625)


with examine("supervised_learning.risk_gap", risk_gap) as exam:
    _seed = int(exam.rng.integers(10**9))
    exam.agrees(
        Text("unos cientos de ejemplos", "some hundred examples"),
        *(lambda f, n=n: _gap(f, n, _seed) for n in (200, 500, 1000)),
    )
    exam.agrees(
        Text("pocos ejemplos", "few examples"),
        *(lambda f, n=n, k=k: _gap(f, n, _seed + k) for n in (2, 5, 12) for k in range(1, 4)),
    )
    exam.agrees(Text("un solo ejemplo", "one example only"), lambda f: _gap(f, 1, _seed))

# %% [markdown] lang="es"
# Midamos la brecha muchas veces para cada $n$. En escala logarítmica aparece una recta, y su pendiente es
# la sorpresa: $-\frac12$. Para equivocarse **diez** veces menos hacen falta **cien** veces más datos.

# %% [markdown] lang="en"
# Let us measure the gap many times for each $n$. On a logarithmic scale a straight line appears, and its
# slope is the surprise: $-\frac12$. Being **ten** times less wrong takes a **hundred** times more data.

# %% given="plot_gap"
_sizes = np.unique(np.logspace(1, 4, 13).astype(int))
_rng = np.random.default_rng(8)
_rms = [np.sqrt(np.mean([risk_gap(int(n), _rng) ** 2 for _ in range(200)])) for n in _sizes]
_slope = np.polyfit(np.log(_sizes), np.log(_rms), 1)[0]
figure, axis = plt.subplots(figsize=(6, 3.4), layout="constrained")
axis.loglog(_sizes, _rms, "o", color=BLUE, label=say("medido", "measured"))
axis.loglog(_sizes, 0.625 * np.sqrt(2 / _sizes), color="0.4", lw=1.5, label=r"$R\,\sqrt{2/n}$")
axis.set(
    xlabel="$n$",
    ylabel=say("brecha (media cuadrática)", "gap (root mean square)"),
    title=say(f"pendiente medida: {_slope:.2f}", f"measured slope: {_slope:.2f}"),
)
axis.legend()
axis.grid(alpha=0.3, which="both")
plt.show()

# %% [markdown] lang="es"
# ## Para qué sirvió
#
# Recorriste los seis pasos: fichas, descriptores, modelo, costo, mínimo y prueba. Viste que la mejor
# respuesta depende de la pérdida que elijas, que mirar la prueba antes de tiempo borra lo que querías ver,
# y que un riesgo medido es un número con error: $1/\sqrt n$.
#
# Queda una pregunta abierta. Aquí el mínimo lo encontró una rutina de álgebra lineal, porque el costo era
# cuadrático y el modelo lineal. Con una red neuronal no hay fórmula. ¿Cómo se baja por un paisaje del que
# solo se conoce el lugar donde uno está parado? Esa es la próxima semana.

# %% [markdown] lang="en"
# ## What it was good for
#
# You went through the six steps: records, descriptors, model, cost, minimum and test. You saw that the best
# answer depends on the loss that you choose, that looking at the test set too early wipes out what you wanted
# to see, and that a measured risk is a number with an error: $1/\sqrt n$.
#
# One question stays open. Here a routine of linear algebra found the minimum, since the cost was quadratic
# and the model linear. With a neural network there is no formula. How do you go down a landscape of which you
# know only the place where you stand? That is next week.
