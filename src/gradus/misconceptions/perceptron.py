"""Week 1: mistakes about the perceptron, its learning rule and its bound."""

import numpy as np

from gradus.catalogue import misconception
from gradus.text import Text


@misconception(
    "perceptron.heaviside",
    title=Text("un escalón con desigualdad estricta", "a step with a strict inequality"),
    hint=Text(
        "la definición de la clase incluye el borde: ¿cuánto vale f justo en z = 0?",
        "the lecture's definition includes the edge: what is f exactly at z = 0?",
    ),
)
def strict_inequality(z):
    return np.where(z > 0, 1, 0)


@misconception(
    "perceptron.heaviside",
    title=Text("la función signo", "the sign function"),
    hint=Text(
        "la salida del perceptrón es binaria, 0 o 1; no hay −1",
        "the perceptron's output is binary, 0 or 1; there is no −1",
    ),
)
def sign(z):
    return np.where(z >= 0, 1, -1)


@misconception(
    "perceptron.heaviside",
    title=Text("una función que solo acepta un número", "a function that takes one number only"),
    hint=Text(
        "un `if` no sabe decidir sobre un arreglo entero: compara elemento por elemento",
        "an `if` cannot decide about a whole array: compare element by element",
    ),
)
def scalar_only(z):
    if z >= 0:
        return 1
    return 0


@misconception(
    "perceptron.heaviside",
    title=Text("el escalón invertido", "the step turned around"),
    hint=Text(
        "dibuja f: a la izquierda de 0 vale 0 y a la derecha vale 1",
        "draw f: it is 0 to the left of 0 and 1 to the right",
    ),
)
def reversed_step(z):
    return np.where(z >= 0, 0, 1)


@misconception(
    "perceptron.perceptron",
    title=Text("un perceptrón que suma b", "a perceptron that adds b"),
    hint=Text(
        "en la clase b es un umbral: la neurona se activa cuando x·w alcanza b, así que se resta",
        "in the lecture b is a threshold: the neuron fires when x·w reaches b, so it is subtracted",
    ),
)
def threshold_added(x, w, b):
    return np.where(np.dot(x, w) + b >= 0, 1, 0)


@misconception(
    "perceptron.perceptron",
    title=Text("un perceptrón sin umbral", "a perceptron without threshold"),
    hint=Text("¿dónde entra b en tu cálculo?", "where does b enter your computation?"),
)
def threshold_forgotten(x, w, b):
    return np.where(np.dot(x, w) >= 0, 1, 0)


@misconception(
    "perceptron.perceptron",
    title=Text("una comparación estricta x·w > b", "a strict comparison x·w > b"),
    hint=Text(
        "cuando x·w es exactamente b, z vale 0: ¿qué hace Heaviside ahí?",
        "when x·w is exactly b, z is 0: what does Heaviside do there?",
    ),
)
def threshold_not_reached(x, w, b):
    return np.where(np.dot(x, w) > b, 1, 0)


@misconception(
    "perceptron.perceptron",
    title=Text("la salida z sin pasar por f", "the output z that never went through f"),
    hint=Text(
        "la suma ponderada todavía no es la salida: falta la función de activación",
        "the weighted sum is not the output yet: the activation function is missing",
    ),
)
def no_activation(x, w, b):
    return np.dot(x, w) - b


@misconception(
    "perceptron.perceptron",
    title=Text(
        "una sola salida para todas las filas juntas", "one output for all the rows together"
    ),
    hint=Text(
        "con x de forma (n, d) hay n ejemplos: suma solo sobre el eje de las d entradas",
        "with x of shape (n, d) there are n examples: sum over the axis of the d inputs only",
    ),
)
def rows_summed_together(x, w, b):
    return 1 if np.sum(x * w) - b >= 0 else 0


@misconception(
    "perceptron.perceptron",
    title=Text("un perceptrón que solo mira la primera fila", "a perceptron that sees row 0 only"),
    hint=Text(
        "con x de forma (n, d) se esperan n salidas, una por fila",
        "with x of shape (n, d) there should be n outputs, one per row",
    ),
)
def first_row_only(x, w, b):
    z = np.atleast_2d(x)[0] @ w - b
    return np.full(np.shape(x)[:-1], 1 if z >= 0 else 0)


@misconception(
    "perceptron.perceptron",
    title=Text("un b restado en cada producto", "a b subtracted from each product"),
    hint=Text(
        "con d entradas tu código resta b d veces: el umbral se compara una vez, con la suma",
        "with d inputs your code subtracts b d times: the threshold meets the sum, once",
    ),
)
def threshold_in_each_product(x, w, b):
    return np.where(np.sum(x * w - b, axis=-1) >= 0, 1, 0)


@misconception(
    "perceptron.perceptron",
    title=Text("un b sumado en cada producto", "a b added to each product"),
    hint=Text(
        "dos cosas: b es un umbral, así que se resta, y entra una sola vez, después de sumar",
        "two things: b is a threshold, so it is subtracted, and it enters once, after the sum",
    ),
)
def bias_in_each_product(x, w, b):
    return np.where(np.sum(x * w + b, axis=-1) >= 0, 1, 0)


@misconception(
    "perceptron.GATES",
    title=Text("b con el signo de un sesgo", "b with the sign of a bias"),
    hint=Text(
        "aquí b se resta: un b positivo hace más difícil que la neurona se active",
        "here b is subtracted: a positive b makes it harder for the neuron to fire",
    ),
)
def bias_for_threshold():
    return {
        "AND": (np.array([1.0, 1.0]), -1.5),
        "OR": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([-1.0, -1.0]), 1.5),
        "NOR": (np.array([-1.0, -1.0]), 0.5),
    }


@misconception(
    "perceptron.GATES",
    title=Text("AND y OR intercambiadas", "AND and OR exchanged"),
    hint=Text(
        "AND exige las dos entradas; OR se conforma con una: ¿cuál necesita el umbral más alto?",
        "AND asks for both inputs, OR is content with one: which needs the higher threshold?",
    ),
)
def and_or_exchanged():
    return {
        "AND": (np.array([1.0, 1.0]), 0.5),
        "OR": (np.array([1.0, 1.0]), 1.5),
        "NAND": (np.array([-1.0, -1.0]), -0.5),
        "NOR": (np.array([-1.0, -1.0]), -1.5),
    }


@misconception(
    "perceptron.GATES",
    title=Text("NAND y NOR sin negar", "NAND and NOR that negate nothing"),
    hint=Text(
        "para negar una compuerta hay que cambiar el signo de los pesos y del umbral (y cuidar "
        "el borde z = 0)",
        "to negate a gate, change the sign of the weights and of the threshold (and mind the edge "
        "z = 0)",
    ),
)
def negation_forgotten():
    return {
        "AND": (np.array([1.0, 1.0]), 1.5),
        "OR": (np.array([1.0, 1.0]), 0.5),
        "NAND": (np.array([1.0, 1.0]), 1.5),
        "NOR": (np.array([1.0, 1.0]), 0.5),
    }


@misconception(
    "perceptron.GATES",
    title=Text("una negación que olvida el borde", "a negation that forgets the edge"),
    hint=Text(
        "si AND se activa justo en z = 0, al cambiar todos los signos NAND también se activa ahí: "
        "elige un umbral que ninguna fila toque",
        "if AND fires exactly at z = 0, NAND with all signs changed fires there too: choose a "
        "threshold that no row touches",
    ),
)
def negation_on_the_edge():
    return {
        "AND": (np.array([1.0, 1.0]), 2.0),
        "OR": (np.array([1.0, 1.0]), 1.0),
        "NAND": (np.array([-1.0, -1.0]), -2.0),
        "NOR": (np.array([-1.0, -1.0]), -1.0),
    }


@misconception(
    "perceptron.GATES",
    title=Text(
        "NAND y NOR con solo los pesos negados", "NAND and NOR with only the weights negated"
    ),
    hint=Text(
        "con pesos negativos la suma nunca llega a un umbral positivo: esa neurona no se activa "
        "con ninguna fila",
        "with negative weights the sum never reaches a positive threshold: that neuron fires for "
        "no row",
    ),
)
def only_weights_negated():
    return {
        "AND": (np.array([1.0, 1.0]), 1.5),
        "OR": (np.array([1.0, 1.0]), 0.5),
        "NAND": (np.array([-1.0, -1.0]), 1.5),
        "NOR": (np.array([-1.0, -1.0]), 0.5),
    }


@misconception(
    "perceptron.GATES",
    title=Text("NAND y NOR con solo el umbral negado", "NAND and NOR with only b negated"),
    hint=Text(
        "con pesos positivos la suma nunca baja de un umbral negativo: esa neurona se activa con "
        "todas las filas",
        "with positive weights the sum never falls below a negative threshold: that neuron fires "
        "for every row",
    ),
)
def only_threshold_negated():
    return {
        "AND": (np.array([1.0, 1.0]), 1.5),
        "OR": (np.array([1.0, 1.0]), 0.5),
        "NAND": (np.array([1.0, 1.0]), -1.5),
        "NOR": (np.array([1.0, 1.0]), -0.5),
    }


@misconception(
    "perceptron.xor",
    title=Text("un OR, no un XOR", "an OR, not an XOR"),
    hint=Text(
        "mira la fila (1, 1): «una o la otra, pero no ambas»",
        'look at row (1, 1): "one or the other, but not both"',
    ),
)
def inclusive_or(x):
    return np.where(np.asarray(x).sum(axis=1) >= 0.5, 1, 0)


@misconception(
    "perceptron.xor",
    title=Text("un XNOR: la igualdad, no la diferencia", "an XNOR: equality, not difference"),
    hint=Text(
        "la tabla quedó negada: XOR vale 1 cuando las entradas son distintas",
        "the table came out negated: XOR is 1 when the inputs differ",
    ),
)
def equality(x):
    x = np.asarray(x)
    return np.where(x[:, 0] == x[:, 1], 1, 0)


@misconception(
    "perceptron.xor",
    title=Text("un NAND en lugar de un XOR", "a NAND in place of an XOR"),
    hint=Text(
        "la segunda capa debe exigir que OR **y** NAND estén activas, no solo una",
        "the second layer must ask for OR **and** NAND, not only for one of them",
    ),
)
def second_layer_missing(x):
    return np.where(np.asarray(x).sum(axis=1) <= 1.5, 1, 0)


@misconception(
    "perceptron.xor",
    title=Text("un OR en la segunda capa", "an OR in the second layer"),
    hint=Text(
        "OR(OR, NAND) siempre vale 1: ¿qué compuerta combina las dos condiciones?",
        "OR(OR, NAND) is always 1: which gate joins the two conditions?",
    ),
)
def second_layer_or(x):
    return np.ones(len(x), dtype=int)


@misconception(
    "perceptron.XOR_BEST",
    title=Text("creer que XOR es linealmente separable", "believing that XOR is separable"),
    hint=Text(
        "intenta dibujar la recta: ¿puede dejar las dos diagonales en lados opuestos?",
        "try to draw the line: can it leave the two diagonals on opposite sides?",
    ),
)
def all_four():
    return 4


@misconception(
    "perceptron.XOR_BEST",
    title=Text("la mitad, como una moneda al aire", "half, like the toss of a coin"),
    hint=Text(
        "mira cuántas filas de XOR acierta la compuerta OR",
        "look at how many rows of XOR the OR gate gets right",
    ),
)
def coin_toss():
    return 2


@misconception(
    "perceptron.XOR_BEST",
    title=Text("una fracción de aciertos", "a fraction of right answers"),
    hint=Text(
        "se pide cuántas filas, un número entero entre 0 y 4",
        "the question is how many rows, a whole number from 0 to 4",
    ),
)
def accuracy_not_count():
    return 0.75


@misconception(
    "perceptron.perceptron_fit",
    title=Text("un umbral que se mueve al revés", "a threshold that moves the wrong way"),
    hint=Text(
        "b se resta en z: para que la neurona se active más, b tiene que bajar",
        "b is subtracted in z: for the neuron to fire more, b has to go down",
    ),
)
def threshold_moves_up(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w = w + lr * error * x_i
            b = b + lr * error
            wrong += error != 0
        mistakes.append(int(wrong))
        if wrong == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("un umbral que nunca se aprende", "a threshold that is never learned"),
    hint=Text(
        "b es un parámetro más: cada error lo cambia también",
        "b is one more parameter: each mistake changes it too",
    ),
)
def threshold_not_learned(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w = w + lr * error * x_i
            wrong += error != 0
        mistakes.append(int(wrong))
        if wrong == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("una tasa de aprendizaje que no se usa", "a learning rate that is not used"),
    hint=Text("¿dónde aparece `lr` en tu regla?", "where does `lr` appear in your rule?"),
)
def learning_rate_ignored(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w = w + error * x_i
            b = b - error
            wrong += error != 0
        mistakes.append(int(wrong))
        if wrong == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("una lista de errores sin el 0 final", "a list of mistakes without the closing 0"),
    hint=Text(
        "la época sin errores también es una época: anótala antes de detenerte",
        "the epoch without mistakes is an epoch too: write it down before you stop",
    ),
)
def closing_zero_dropped(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w = w + lr * error * x_i
            b = b - lr * error
            wrong += error != 0
        if wrong == 0:
            break
        mistakes.append(int(wrong))
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("un entrenamiento que no se detiene", "a training that does not stop"),
    hint=Text(
        "después de una época sin errores los pesos ya no cambian: es el momento de parar",
        "after an epoch without mistakes the weights change no more: that is the time to stop",
    ),
)
def never_stops_early(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w = w + lr * error * x_i
            b = b - lr * error
            wrong += error != 0
        mistakes.append(int(wrong))
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text(
        "una corrección por época, con todos los ejemplos a la vez",
        "one correction per epoch, with all the examples at once",
    ),
    hint=Text(
        "la regla de Rosenblatt corrige después de cada ejemplo, y el siguiente ya usa los pesos "
        "nuevos",
        "Rosenblatt's rule corrects after each example, and the next one already uses the new "
        "weights",
    ),
)
def batch_update(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        errors = y - np.where(X @ w - b >= 0, 1, 0)
        w = w + lr * errors @ X
        b = b - lr * errors.sum()
        mistakes.append(int(np.sum(errors != 0)))
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("una predicción con desigualdad estricta", "a prediction with a strict inequality"),
    hint=Text(
        "al partir de ceros z vale 0 en el primer ejemplo: ¿qué dice Heaviside ahí?",
        "starting from zeros, z is 0 at the first example: what does Heaviside say there?",
    ),
)
def strict_prediction(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b > 0 else 0)
            w = w + lr * error * x_i
            b = b - lr * error
            wrong += error != 0
        mistakes.append(int(wrong))
        if wrong == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("un número de épocas escrito en el código", "a number of epochs in the code"),
    hint=Text(
        "quien llama decide cuántas épocas hay como máximo: usa `epochs`",
        "whoever calls decides how many epochs there are at most: use `epochs`",
    ),
)
def epochs_ignored(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(100):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w = w + lr * error * x_i
            b = b - lr * error
            wrong += error != 0
        mistakes.append(int(wrong))
        if wrong == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.perceptron_fit",
    title=Text("pesos del mismo tipo que X", "weights of the same type as X"),
    hint=Text(
        "si X trae enteros, `zeros_like` crea pesos enteros, y ahí no cabe un paso de 0.5",
        "if X holds integers, `zeros_like` makes weights of integers, which hold no step of 0.5",
    ),
)
def integer_weights(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros_like(X[0]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = y_i - (1 if x_i @ w - b >= 0 else 0)
            w += lr * error * x_i
            b = b - lr * error
            wrong += error != 0
        mistakes.append(int(wrong))
        if wrong == 0:
            break
    return w, b, mistakes


@misconception(
    "perceptron.margin",
    title=Text("un margen sin los signos de las clases", "a margin without the signs of classes"),
    hint=Text(
        "los ejemplos de la clase 0 deben quedar del otro lado: multiplica por s = ±1",
        "examples of class 0 belong on the other side: multiply by s = ±1",
    ),
)
def signs_forgotten(X, y, w, b):
    return np.min(X @ w - b) / np.linalg.norm(np.append(w, b))


@misconception(
    "perceptron.margin",
    title=Text("los signos tomados como 0 y 1", "the signs taken as 0 and 1"),
    hint=Text(
        "y vale 0 o 1, pero s vale −1 o +1: s = 2y − 1",
        "y is 0 or 1, but s is −1 or +1: s = 2y − 1",
    ),
)
def labels_as_signs(X, y, w, b):
    return np.min(y * (X @ w - b)) / np.linalg.norm(np.append(w, b))


@misconception(
    "perceptron.margin",
    title=Text("una división solo por ‖w‖", "a division by ‖w‖ only"),
    hint=Text(
        "el umbral también se aprende: la norma es la del vector extendido (w, b)",
        "the threshold is learned too: the norm is that of the extended vector (w, b)",
    ),
)
def norm_of_w_only(X, y, w, b):
    return np.min((2 * y - 1) * (X @ w - b)) / np.linalg.norm(w)


@misconception(
    "perceptron.margin",
    title=Text("un margen sin normalizar", "a margin that is not normalised"),
    hint=Text(
        "si duplicas w y b la recta no cambia, y el margen tampoco debería",
        "double w and b and the line stays the same; so should the margin",
    ),
)
def not_normalised(X, y, w, b):
    return np.min((2 * y - 1) * (X @ w - b))


@misconception(
    "perceptron.margin",
    title=Text("un promedio en lugar de un mínimo", "a mean in place of a minimum"),
    hint=Text(
        "el margen lo fija el peor ejemplo, no el típico",
        "the margin is set by the worst example, not by the typical one",
    ),
)
def mean_margin(X, y, w, b):
    return np.mean((2 * y - 1) * (X @ w - b)) / np.linalg.norm(np.append(w, b))


@misconception(
    "perceptron.margin",
    title=Text("una distancia siempre positiva", "a distance that is always positive"),
    hint=Text(
        "un ejemplo mal clasificado tiene margen negativo: no tomes valor absoluto",
        "a misclassified example has a negative margin: do not take the absolute value",
    ),
)
def absolute_distance(X, y, w, b):
    return np.min(np.abs(X @ w - b)) / np.linalg.norm(np.append(w, b))


@misconception(
    "perceptron.margin",
    title=Text("una división por ‖w‖²", "a division by ‖w‖²"),
    hint=Text(
        "si duplicas w y b tu resultado se reduce a la mitad: ¿falta una raíz? Y la norma es la de "
        "(w, b)",
        "double w and b and your result is halved: is a root missing? And the norm is that of "
        "(w, b)",
    ),
)
def norm_of_w_squared(X, y, w, b):
    return np.min((2 * y - 1) * (X @ w - b)) / np.dot(w, w)


@misconception(
    "perceptron.margin",
    title=Text("una división por ‖(w, b)‖²", "a division by ‖(w, b)‖²"),
    hint=Text(
        "si duplicas w y b tu resultado se reduce a la mitad, y no debería: ¿falta una raíz?",
        "double w and b and your result is halved, though it should stay: is a root missing?",
    ),
)
def norm_squared(X, y, w, b):
    return np.min((2 * y - 1) * (X @ w - b)) / (np.dot(w, w) + b**2)


@misconception(
    "perceptron.novikoff_bound",
    title=Text("un radio sin la entrada del umbral", "a radius without the threshold's input"),
    hint=Text(
        "R es la norma de los vectores extendidos (x, −1): falta esa componente",
        "R is the norm of the extended vectors (x, −1): that component is missing",
    ),
)
def radius_not_extended(X, y, w, b):
    gamma = np.min((2 * y - 1) * (X @ w - b)) / np.linalg.norm(np.append(w, b))
    if gamma <= 0:
        return np.inf
    return (np.max(np.linalg.norm(X, axis=1)) / gamma) ** 2


@misconception(
    "perceptron.novikoff_bound",
    title=Text("R/γ sin elevar al cuadrado", "R/γ that is not squared"),
    hint=Text(
        "revisa la fórmula: la cota crece con el cuadrado de R/γ",
        "check the formula: the bound grows with the square of R/γ",
    ),
)
def not_squared(X, y, w, b):
    gamma = np.min((2 * y - 1) * (X @ w - b)) / np.linalg.norm(np.append(w, b))
    if gamma <= 0:
        return np.inf
    return np.sqrt(np.max((X**2).sum(axis=1)) + 1) / gamma


@misconception(
    "perceptron.novikoff_bound",
    title=Text("una cota finita sin separación", "a finite bound without separation"),
    hint=Text(
        "si γ ≤ 0 la recta no separa y el teorema no promete nada: la cota es ∞",
        "if γ ≤ 0 the line does not separate and the theorem promises nothing: the bound is ∞",
    ),
)
def bound_without_separation(X, y, w, b):
    gamma = np.min((2 * y - 1) * (X @ w - b)) / np.linalg.norm(np.append(w, b))
    if gamma == 0:
        return np.inf
    return (np.max((X**2).sum(axis=1)) + 1) / gamma**2


@misconception(
    "perceptron.novikoff_bound",
    title=Text("la norma media en lugar de la máxima", "the mean norm in place of the largest"),
    hint=Text(
        "R es el radio de la bola que contiene **todos** los ejemplos",
        "R is the radius of the ball that holds **all** the examples",
    ),
)
def mean_radius(X, y, w, b):
    gamma = np.min((2 * y - 1) * (X @ w - b)) / np.linalg.norm(np.append(w, b))
    if gamma <= 0:
        return np.inf
    return (np.mean(np.sqrt((X**2).sum(axis=1) + 1)) / gamma) ** 2


@misconception(
    "perceptron.novikoff_bound",
    title=Text("un margen chico que cuenta como 0", "a small margin that counts as 0"),
    hint=Text(
        "por chico que sea, γ > 0 separa: la cota es enorme, pero finita",
        "however small, γ > 0 separates: the bound is huge, but finite",
    ),
)
def small_margin_is_none(X, y, w, b):
    gamma = np.min((2 * y - 1) * (X @ w - b)) / np.linalg.norm(np.append(w, b))
    if gamma <= 1e-3:
        return np.inf
    return (np.max((X**2).sum(axis=1)) + 1) / gamma**2
