"""Week 5: mistakes about the chain rule, softmax and back-propagation."""

import numpy as np

from gradus.catalogue import misconception
from gradus.reference.activations import sigmoid
from gradus.reference.chain_rule import softmax
from gradus.text import Text


@misconception(
    "chain_rule.neuron_forward",
    title=Text("un umbral que se resta", "a threshold that is subtracted"),
    hint=Text(
        "esta semana b es un sesgo: mira el signo de b en la fórmula de z",
        "this week b is a bias: look at the sign of b in the formula of z",
    ),
)
def bias_subtracted(w, b, x):
    z = np.dot(w, x) - b
    return sigmoid(z), z


@misconception(
    "chain_rule.neuron_forward",
    title=Text("los dos resultados intercambiados", "the two results exchanged"),
    hint=Text("¿en qué orden se devuelven ŷ y z?", "in which order are ŷ and z returned?"),
)
def results_exchanged(w, b, x):
    z = np.dot(w, x) + b
    return z, sigmoid(z)


@misconception(
    "chain_rule.neuron_forward",
    title=Text("una neurona sin activación", "a neuron without activation"),
    hint=Text("ŷ es σ(z), un número entre 0 y 1", "ŷ is σ(z), a number between 0 and 1"),
)
def without_activation(w, b, x):
    z = np.dot(w, x) + b
    return z, z


@misconception(
    "chain_rule.local_derivatives",
    title=Text("σ aplicada dos veces", "σ applied twice"),
    hint=Text(
        "la derivada de σ se evalúa en z; si ya tienes ŷ = σ(z), no la pases otra vez por σ",
        "the derivative of σ is taken at z; if you have ŷ = σ(z), do not pass it through σ again",
    ),
)
def sigmoid_twice(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    return y_hat - y, sigmoid(y_hat) * (1 - sigmoid(y_hat)), np.asarray(x)


@misconception(
    "chain_rule.local_derivatives",
    title=Text("y − ŷ en lugar de ŷ − y", "y − ŷ in place of ŷ − y"),
    hint=Text(
        "deriva ½(ŷ − y)² respecto de ŷ: ¿con qué signo queda?",
        "differentiate ½(ŷ − y)² with respect to ŷ: which sign is left?",
    ),
)
def sign_of_the_error(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    return y - y_hat, y_hat * (1 - y_hat), np.asarray(x)


@misconception(
    "chain_rule.local_derivatives",
    title=Text("los pesos como derivada de z", "the weights as the derivative of z"),
    hint=Text(
        "z = w·x + b: lo que multiplica a w es su derivada",
        "z = w·x + b: what multiplies w is its derivative",
    ),
)
def weights_for_inputs(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    return y_hat - y, y_hat * (1 - y_hat), np.asarray(w)


@misconception(
    "chain_rule.local_derivatives",
    title=Text("un 2 que el ½ ya había cancelado", "a 2 that the ½ had cancelled"),
    hint=Text(
        "el ½ de la pérdida está para que al derivar no quede un 2",
        "the ½ in the loss is there so that no 2 is left by the derivative",
    ),
)
def doubled_error(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    return 2 * (y_hat - y), y_hat * (1 - y_hat), np.asarray(x)


@misconception(
    "chain_rule.neuron_gradient",
    title=Text("una cadena sin σ'", "a chain without σ'"),
    hint=Text(
        "entre ŷ y w está z: falta el factor ∂ŷ/∂z",
        "between ŷ and w there is z: the factor ∂ŷ/∂z is missing",
    ),
)
def without_slope(w, b, x, y):
    error = sigmoid(np.dot(w, x) + b) - y
    return error * np.asarray(x), error


@misconception(
    "chain_rule.neuron_gradient",
    title=Text("un gradiente sin db", "a gradient without db"),
    hint=Text(
        "b también es un parámetro: ∂z/∂b = 1, así que su gradiente no es 0",
        "b is a parameter too: ∂z/∂b = 1, so its gradient is not 0",
    ),
)
def without_bias(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    return (y_hat - y) * y_hat * (1 - y_hat) * np.asarray(x), 0.0


@misconception(
    "chain_rule.neuron_gradient",
    title=Text("el gradiente con el signo cambiado", "the gradient with its sign changed"),
    hint=Text(
        "el gradiente apunta hacia donde la pérdida crece; el menos es de la actualización",
        "the gradient points to where the loss grows; the minus belongs to the update",
    ),
)
def downhill(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    delta = (y - y_hat) * y_hat * (1 - y_hat)
    return delta * np.asarray(x), delta


@misconception(
    "chain_rule.neuron_gradient",
    title=Text("un db que también lleva x", "a db that carries x too"),
    hint=Text(
        "x es ∂z/∂w; respecto de b la derivada de z es 1",
        "x is ∂z/∂w; with respect to b the derivative of z is 1",
    ),
)
def bias_with_inputs(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    dw = (y_hat - y) * y_hat * (1 - y_hat) * np.asarray(x)
    return dw, np.sum(dw)


@misconception(
    "chain_rule.neuron_gradient",
    title=Text("σ' evaluada en ŷ", "σ' taken at ŷ"),
    hint=Text(
        "la derivada de σ se evalúa en z; si ya tienes ŷ = σ(z), no la pases otra vez por σ",
        "the derivative of σ is taken at z; if you have ŷ = σ(z), do not pass it through σ again",
    ),
)
def slope_at_the_output(w, b, x, y):
    y_hat = sigmoid(np.dot(w, x) + b)
    delta = (y_hat - y) * sigmoid(y_hat) * (1 - sigmoid(y_hat))
    return delta * np.asarray(x), delta


@misconception(
    "chain_rule.neuron_gradient_batch",
    title=Text("la suma en lugar de la media", "the sum in place of the mean"),
    hint=Text(
        "el costo es el promedio de las pérdidas: su gradiente también",
        "the cost is the average of the losses: so is its gradient",
    ),
)
def summed_batch(w, b, X, Y):
    y_hat = sigmoid(X @ w + b)
    delta = (y_hat - Y) * y_hat * (1 - y_hat)
    return X.T @ delta, np.sum(delta)


@misconception(
    "chain_rule.neuron_gradient_batch",
    title=Text("un db que se suma sin promediar", "a db that is added but not averaged"),
    hint=Text(
        "dw y db se promedian igual: los dos son derivadas del mismo costo",
        "dw and db are averaged alike: both are derivatives of the same cost",
    ),
)
def bias_summed(w, b, X, Y):
    y_hat = sigmoid(X @ w + b)
    delta = (y_hat - Y) * y_hat * (1 - y_hat)
    return X.T @ delta / len(X), np.sum(delta)


@misconception(
    "chain_rule.neuron_gradient_batch",
    title=Text("un db por ejemplo", "one db per example"),
    hint=Text(
        "hay un solo sesgo, así que su gradiente es un número",
        "there is one bias only, so its gradient is a number",
    ),
)
def bias_per_example(w, b, X, Y):
    y_hat = sigmoid(X @ w + b)
    delta = (y_hat - Y) * y_hat * (1 - y_hat)
    return X.T @ delta / len(X), delta / len(X)


@misconception(
    "chain_rule.neuron_gradient_batch",
    title=Text("el gradiente de la primera fila", "the gradient of the first row"),
    hint=Text("todas las filas de X cuentan", "every row of X counts"),
)
def first_example(w, b, X, Y):
    y_hat = sigmoid(X[0] @ w + b)
    delta = (y_hat - Y[0]) * y_hat * (1 - y_hat)
    return delta * X[0], delta


@misconception(
    "chain_rule.softmax",
    title=Text("exponenciales que se desbordan", "exponentials that overflow"),
    hint=Text(
        "e^1000 no cabe en un decimal: resta antes algo que no cambie el cociente",
        "e^1000 does not fit in a float: first subtract something that leaves the ratio as it is",
    ),
)
def overflowing(Z):
    powers = np.exp(Z)
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(
    "chain_rule.softmax",
    title=Text("un softmax por columnas", "a softmax along columns"),
    hint=Text(
        "cada fila es un ejemplo: sus probabilidades suman 1",
        "each row is an example: its probabilities add up to 1",
    ),
)
def along_columns(Z):
    powers = np.exp(Z - np.max(Z, axis=0))
    return powers / powers.sum(axis=0)


@misconception(
    "chain_rule.softmax",
    title=Text("un reparto entre todos los ejemplos", "shares of all examples together"),
    hint=Text(
        "se divide por la suma de la fila, no por la de toda la matriz",
        "divide by the sum of the row, not of the whole matrix",
    ),
)
def over_everything(Z):
    powers = np.exp(Z - np.max(Z))
    return powers / powers.sum()


@misconception(
    "chain_rule.softmax",
    title=Text("el máximo de toda la matriz", "the maximum of the whole matrix"),
    hint=Text(
        "si una fila está mil más abajo que otra, restarle el máximo de la otra la vuelve 0/0",
        "if one row lies a thousand below another, subtracting the other's maximum makes it 0/0",
    ),
)
def global_maximum(Z):
    powers = np.exp(Z - np.max(Z))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(
    "chain_rule.softmax",
    title=Text("probabilidades truncadas a enteros", "probabilities truncated to integers"),
    hint=Text(
        "un arreglo con el tipo de Z guarda enteros si Z los trae: crea uno de decimales",
        "an array of the type of Z holds integers if Z does: make one of floats",
    ),
)
def integer_shares(Z):
    shares = np.zeros_like(Z)
    for i, z in enumerate(Z):
        powers = np.exp(z - np.max(z))
        shares[i] = powers / powers.sum()
    return shares


@misconception(
    "chain_rule.cross_entropy",
    title=Text("un ε dentro del logaritmo", "an ε inside the logarithm"),
    hint=Text(
        "el ε evita el −∞ y da un costo falso donde la probabilidad es diminuta: simplifica antes",
        "the ε avoids −∞ and gives a false cost where the probability is tiny: simplify first",
    ),
)
def epsilon_in_the_logarithm(Z, labels):
    return -np.mean(np.log(softmax(Z)[np.arange(len(Z)), labels] + 1e-12))


@misconception(
    "chain_rule.cross_entropy",
    title=Text("el logaritmo de un softmax que llega a 0", "the logarithm of a softmax that is 0"),
    hint=Text(
        "log(0) es −∞: simplifica el logaritmo del cociente antes de calcular",
        "log(0) is −∞: simplify the logarithm of the ratio before computing",
    ),
)
def log_of_softmax(Z, labels):
    return -np.mean(np.log(softmax(Z)[np.arange(len(Z)), labels]))


@misconception(
    "chain_rule.cross_entropy",
    title=Text("la suma en lugar de la media", "the sum in place of the mean"),
    hint=Text("el costo es la media sobre los n ejemplos", "the cost is the mean over n examples"),
)
def summed_entropy(Z, labels):
    Z = np.asarray(Z, dtype=float)
    return np.sum(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), labels])


@misconception(
    "chain_rule.cross_entropy",
    title=Text("etiquetas contadas desde 1", "labels counted from 1"),
    hint=Text(
        "las etiquetas van de 0 a C − 1: la columna de la clase c es la c",
        "labels go from 0 to C − 1: the column of class c is c",
    ),
)
def labels_from_one(Z, labels):
    Z = np.asarray(Z, dtype=float)
    return np.mean(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), np.asarray(labels) - 1])


@misconception(
    "chain_rule.cross_entropy",
    title=Text("una media también sobre las clases", "a mean over the classes too"),
    hint=Text(
        "cada ejemplo aporta un solo número, el de su clase: se divide por n",
        "each example gives one number, that of its class: divide by n",
    ),
)
def mean_over_classes(Z, labels):
    Z = np.asarray(Z, dtype=float)
    return np.sum(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), labels]) / Z.size


@misconception(
    "chain_rule.d_cross_entropy",
    title=Text("un gradiente sin dividir por n", "a gradient that is not divided by n"),
    hint=Text(
        "la entropía cruzada es una media: ese 1/n también se deriva",
        "the cross entropy is a mean: this 1/n belongs to the derivative too",
    ),
)
def not_divided(Z, labels):
    gradient = softmax(Z)
    gradient[np.arange(len(gradient)), labels] -= 1
    return gradient


@misconception(
    "chain_rule.d_cross_entropy",
    title=Text("un 1 restado en todas las filas", "a 1 subtracted in every row"),
    hint=Text(
        "G[:, labels] elige columnas enteras; se resta una sola vez por fila",
        "G[:, labels] picks whole columns; subtract once per row only",
    ),
)
def whole_columns(Z, labels):
    gradient = softmax(Z)
    gradient[:, labels] -= 1
    return gradient / len(gradient)


@misconception(
    "chain_rule.d_cross_entropy",
    title=Text("el softmax sin restar la etiqueta", "the softmax without subtracting the label"),
    hint=Text(
        "el término −z de la clase correcta también se deriva",
        "the term −z of the right class has a derivative too",
    ),
)
def label_forgotten(Z, labels):
    return softmax(Z) / len(Z)


@misconception(
    "chain_rule.d_cross_entropy",
    title=Text("el gradiente con el signo cambiado", "the gradient with its sign changed"),
    hint=Text(
        "subir el logit de la clase correcta baja el costo: ahí la derivada es negativa",
        "raising the logit of the right class lowers the cost: there the derivative is negative",
    ),
)
def label_minus_share(Z, labels):
    gradient = -softmax(Z)
    gradient[np.arange(len(gradient)), labels] += 1
    return gradient / len(gradient)


@misconception(
    "chain_rule.d_cross_entropy",
    title=Text("el gradiente de una sola clase", "the gradient of one class only"),
    hint=Text(
        "subir el logit de otra clase también cambia el costo: su derivada no es 0",
        "raising the logit of another class changes the cost too: its derivative is not 0",
    ),
)
def right_class_only(Z, labels):
    shares, rows = softmax(Z), np.arange(len(Z))
    gradient = np.zeros(np.shape(Z))
    gradient[rows, labels] = (shares[rows, labels] - 1) / len(Z)
    return gradient


@misconception(
    "chain_rule.d_cross_entropy",
    title=Text("un gradiente truncado a enteros", "a gradient truncated to integers"),
    hint=Text(
        "un arreglo con el tipo de Z guarda enteros si Z los trae: crea uno de decimales",
        "an array of the type of Z holds integers if Z does: make one of floats",
    ),
)
def integer_gradient(Z, labels):
    gradient = np.zeros_like(Z)
    for i, share in enumerate(softmax(Z)):
        gradient[i] = (share - (np.arange(len(share)) == labels[i])) / len(Z)
    return gradient


@misconception(
    "chain_rule.mlp_forward",
    title=Text("una red sin tanh", "a network without tanh"),
    hint=Text(
        "dos capas lineales seguidas son una sola: falta la activación entre ellas",
        "two linear layers in a row are just one: the activation between them is missing",
    ),
)
def without_tanh(params, X):
    hidden = X @ params["W1"] + params["b1"]
    return hidden @ params["W2"] + params["b2"], (X, hidden)


@misconception(
    "chain_rule.mlp_forward",
    title=Text("una capa oculta sin sesgo", "a hidden layer without bias"),
    hint=Text("¿dónde entra b1?", "where does b1 enter?"),
)
def hidden_bias_forgotten(params, X):
    hidden = np.tanh(X @ params["W1"])
    return hidden @ params["W2"] + params["b2"], (X, hidden)


@misconception(
    "chain_rule.mlp_forward",
    title=Text("un tanh también en la salida", "a tanh at the output too"),
    hint=Text(
        "los logits salen sin activación: el softmax se encarga de ellos",
        "logits come out without activation: the softmax takes care of them",
    ),
)
def squashed_output(params, X):
    hidden = np.tanh(X @ params["W1"] + params["b1"])
    return np.tanh(hidden @ params["W2"] + params["b2"]), (X, hidden)


@misconception(
    "chain_rule.mlp_forward",
    title=Text("una capa de salida sin sesgo", "an output layer without bias"),
    hint=Text("¿dónde entra b2?", "where does b2 enter?"),
)
def output_bias_forgotten(params, X):
    hidden = np.tanh(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"], (X, hidden)


@misconception(
    "chain_rule.mlp_forward",
    title=Text("una sigmoide en la capa oculta", "a sigmoid in the hidden layer"),
    hint=Text(
        "la neurona sola usaba σ; ¿qué activación pide la fórmula de esta red?",
        "the single neuron used σ; which activation does the formula of this network ask for?",
    ),
)
def sigmoid_hidden(params, X):
    hidden = sigmoid(X @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + params["b2"], (X, hidden)


@misconception(
    "chain_rule.mlp_backward",
    title=Text("una cadena sin la derivada de tanh", "a chain without the derivative of tanh"),
    hint=Text(
        "al volver por la capa oculta falta el factor 1 − tanh²",
        "on the way back through the hidden layer the factor 1 − tanh² is missing",
    ),
)
def tanh_slope_forgotten(params, cache, d_logits):
    X, hidden = cache
    d_hidden = d_logits @ params["W2"].T
    return {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


@misconception(
    "chain_rule.mlp_backward",
    title=Text("tanh aplicada dos veces", "tanh applied twice"),
    hint=Text(
        "si guardaste la salida de tanh, la derivada es 1 menos su cuadrado, sin otra tanh",
        "if you kept the output of tanh, the derivative is 1 minus its square: no other tanh",
    ),
)
def tanh_twice(params, cache, d_logits):
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * (1 - np.tanh(hidden) ** 2)
    return {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


@misconception(
    "chain_rule.mlp_backward",
    title=Text("1 − z² en lugar de 1 − tanh(z)²", "1 − z² in place of 1 − tanh(z)²"),
    hint=Text(
        "el H de la fórmula es lo que sale de tanh, no lo que entra",
        "the H of the formula is what comes out of tanh, not what goes in",
    ),
)
def slope_of_the_input(params, cache, d_logits):
    X, hidden = cache
    z = X @ params["W1"] + params["b1"]
    d_hidden = (d_logits @ params["W2"].T) * (1 - z**2)
    return {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


@misconception(
    "chain_rule.mlp_backward",
    title=Text("sesgos promediados", "averaged biases"),
    hint=Text(
        "el 1/n ya viene en d_logits: los aportes de los ejemplos se suman",
        "the 1/n already comes with d_logits: the shares of the examples are added",
    ),
)
def biases_averaged(params, cache, d_logits):
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * (1 - hidden**2)
    return {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.mean(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.mean(axis=0),
    }


@misconception(
    "chain_rule.mlp_backward",
    title=Text("todo dividido por n otra vez", "everything divided by n once more"),
    hint=Text(
        "d_logits ya trae el 1/n del costo",
        "d_logits already brings the 1/n of the cost",
    ),
)
def divided_again(params, cache, d_logits):
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * (1 - hidden**2)
    grads = {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }
    return {name: value / len(X) for name, value in grads.items()}


@misconception(
    "chain_rule.mlp_backward",
    title=Text("una red sin gradiente de los sesgos", "a network without gradient of the biases"),
    hint=Text(
        "b1 y b2 también se entrenan: sus derivadas no son 0",
        "b1 and b2 are trained too: their derivatives are not 0",
    ),
)
def biases_forgotten(params, cache, d_logits):
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * (1 - hidden**2)
    return {
        "W1": X.T @ d_hidden,
        "b1": np.zeros_like(params["b1"]),
        "W2": hidden.T @ d_logits,
        "b2": np.zeros_like(params["b2"]),
    }


@misconception(
    "chain_rule.mlp_backward",
    title=Text(
        "la derivada de la sigmoide en lugar de la de tanh", "the sigmoid's slope for tanh's"
    ),
    hint=Text(
        "h(1 − h) es la regla de σ: ¿cuál es la de tanh?",
        "h(1 − h) is the rule of σ: which one is tanh's?",
    ),
)
def sigmoid_slope(params, cache, d_logits):
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * hidden * (1 - hidden)
    return {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


@misconception(
    "chain_rule.mlp_backward",
    title=Text("(1 − H)² en lugar de 1 − H²", "(1 − H)² in place of 1 − H²"),
    hint=Text(
        "mira qué se eleva al cuadrado en la fórmula de D, y dónde están tus paréntesis",
        "look at what is squared in the formula of D, and at where your parentheses are",
    ),
)
def square_of_the_difference(params, cache, d_logits):
    X, hidden = cache
    d_hidden = (d_logits @ params["W2"].T) * (1 - hidden) ** 2
    return {
        "W1": X.T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


@misconception(
    "chain_rule.gradient_check",
    title=Text("una revisión que siempre aprueba", "a check that always passes"),
    hint=Text(
        "prueba tu revisor con un gradiente que sabes malo",
        "try your checker on a gradient that you know to be wrong",
    ),
)
def always_true(f, grad, x, tol):
    return True


@misconception(
    "chain_rule.gradient_check",
    title=Text("un error absoluto", "an absolute error"),
    hint=Text(
        "si f es diminuta, todo error absoluto lo es: divide por el tamaño del gradiente",
        "if f is tiny, so is every absolute error: divide by the size of the gradient",
    ),
)
def absolute_error(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    worst = 0.0
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        worst = max(worst, abs((f(x + step) - f(x - step)) / 2e-5 - claimed[place]))
    return worst <= tol


@misconception(
    "chain_rule.gradient_check",
    title=Text("una sola coordenada revisada", "one coordinate checked only"),
    hint=Text(
        "el error puede estar en cualquier coordenada: revísalas todas",
        "the error may be in any coordinate: check them all",
    ),
)
def first_coordinate(f, grad, x, tol):
    x = np.array(x, dtype=float)
    place = tuple(0 for _ in x.shape)
    step = np.zeros(x.shape)
    step[place] = 1e-5
    numeric = (f(x + step) - f(x - step)) / 2e-5
    claimed = np.asarray(grad(x))[place]
    return abs(numeric - claimed) <= tol * max(abs(numeric), abs(claimed))


@misconception(
    "chain_rule.gradient_check",
    title=Text("errores que se cancelan entre sí", "errors that cancel each other"),
    hint=Text(
        "al sumar o promediar diferencias con signo, una de más y una de menos se anulan",
        "when signed differences are added or averaged, too much here and too little there cancel",
    ),
)
def errors_cancel(f, grad, x, tol):
    x = np.array(x, dtype=float)
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric[place] = (f(x + step) - f(x - step)) / 2e-5
    claimed = np.asarray(grad(x))
    size = np.mean(np.maximum(np.abs(numeric), np.abs(claimed)))
    return abs(np.mean(numeric - claimed)) <= tol * size


@misconception(
    "chain_rule.gradient_check",
    title=Text("un error promedio", "an average error"),
    hint=Text(
        "un error en una coordenada se pierde en el promedio de muchas: revisa cada una, o la peor",
        "an error in one coordinate drowns in the average of many: check each, or the worst",
    ),
)
def errors_averaged(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    errors = []
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric = (f(x + step) - f(x - step)) / 2e-5
        errors.append(abs(numeric - claimed[place]) / max(abs(numeric), abs(claimed[place])))
    return np.mean(errors) <= tol


@misconception(
    "chain_rule.gradient_check",
    title=Text("una diferencia sin valor absoluto", "a difference without absolute value"),
    hint=Text(
        "una afirmación puede errar por exceso o por defecto: falta un valor absoluto",
        "a claim may be too large or too small: an absolute value is missing",
    ),
)
def signed_difference(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric = (f(x + step) - f(x - step)) / 2e-5
        if (claimed[place] - numeric) / claimed[place] > tol:
            return False
    return True


@misconception(
    "chain_rule.gradient_check",
    title=Text("una tolerancia propia", "a tolerance of its own"),
    hint=Text(
        "quien llama decide cuánto error acepta: usa el argumento `tol`",
        "the caller decides how much error is accepted: use the argument `tol`",
    ),
)
def own_tolerance(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric = (f(x + step) - f(x - step)) / 2e-5
        if abs(numeric - claimed[place]) > 1e-4 * max(abs(numeric), abs(claimed[place])):
            return False
    return True


@misconception(
    "chain_rule.gradient_check",
    title=Text("un paso que se trunca a entero", "a step that is truncated to an integer"),
    hint=Text(
        "en un arreglo de enteros, sumar h no cambia nada: convierte x a decimales primero",
        "in an array of integers adding h changes nothing: make x one of floats first",
    ),
)
def integer_steps(f, grad, x, tol):
    claimed = np.asarray(grad(x))
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        numeric = (f(up) - f(down)) / 2e-5
        if abs(numeric - claimed[place]) > tol * max(abs(numeric), abs(claimed[place])):
            return False
    return True


@misconception(
    "chain_rule.gradient_check",
    title=Text("una revisión ciega al signo", "a check that is blind to signs"),
    hint=Text(
        "comparar valores absolutos deja pasar un gradiente que apunta al revés",
        "comparing absolute values lets a gradient pass that points the other way",
    ),
)
def blind_to_signs(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.abs(np.asarray(grad(x)))
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric = abs((f(x + step) - f(x - step)) / 2e-5)
        if abs(numeric - claimed[place]) > tol * max(numeric, claimed[place]):
            return False
    return True


@misconception(
    "chain_rule.gradient_check",
    title=Text("un paso demasiado grande", "a step that is too large"),
    hint=Text(
        "con h = 0.1 la diferencia misma se equivoca si f no es cuadrática: achica el paso",
        "with h = 0.1 the difference itself is wrong unless f is quadratic: make the step smaller",
    ),
)
def large_step(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 0.1
        numeric = (f(x + step) - f(x - step)) / 0.2
        if abs(numeric - claimed[place]) > tol * max(abs(numeric), abs(claimed[place])):
            return False
    return True


@misconception(
    "chain_rule.gradient_check",
    title=Text("el veredicto al revés", "the verdict turned around"),
    hint=Text(
        "True significa que el gradiente es correcto",
        "True means that the gradient is right",
    ),
)
def verdict_turned_around(f, grad, x, tol):
    x = np.array(x, dtype=float)
    claimed = np.asarray(grad(x))
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric = (f(x + step) - f(x - step)) / 2e-5
        if abs(numeric - claimed[place]) > tol * max(abs(numeric), abs(claimed[place])):
            return True
    return False


@misconception(
    "chain_rule.gradient_check",
    title=Text(
        "un `np.allclose` con su tolerancia absoluta", "an `np.allclose` with its own floor"
    ),
    hint=Text(
        "`np.allclose` perdona además un error absoluto, `atol`, aunque no se lo pidas: si f es "
        "diminuta, perdona todo",
        "`np.allclose` also forgives an absolute error, `atol`, without being asked: if f is tiny, "
        "it forgives everything",
    ),
)
def allclose_with_its_floor(f, grad, x, tol):
    x = np.array(x, dtype=float)
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        numeric[place] = (f(x + step) - f(x - step)) / 2e-5
    return np.allclose(numeric, grad(x), rtol=tol)
