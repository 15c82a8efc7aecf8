"""Week 4: mistakes about gradients, descent and learning rates."""

import numpy as np

from gradus.catalogue import misconception
from gradus.text import Text


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("una diferencia hacia adelante", "a forward difference"),
    hint=Text(
        "la fórmula mira a ambos lados de x: así el error cae como h² y no como h",
        "the formula looks to both sides of x: that makes the error fall as h² and not as h",
    ),
)
def forward_difference(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        up = x.copy()
        up[place] += h
        gradient[place] = (f(up) - f(x)) / h
    return gradient


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("una división por h en lugar de 2h", "a division by h in place of 2h"),
    hint=Text(
        "¿qué distancia hay entre x + h y x − h?",
        "how far apart are x + h and x − h?",
    ),
)
def divided_by_h(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        gradient[place] = (f(up) - f(down)) / h
    return gradient


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("un x que queda movido", "an x that stays moved"),
    hint=Text(
        "después de mover una coordenada hay que dejarla donde estaba, o trabajar sobre una copia",
        "after moving a coordinate put it back where it was, or work on a copy",
    ),
)
def x_stays_moved(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        x[place] += h
        up = f(x)
        x[place] -= 2 * h
        down = f(x)
        gradient[place] = (up - down) / (2 * h)
    return gradient


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("un paso que se trunca a entero", "a step that is truncated to an integer"),
    hint=Text(
        "en un arreglo de enteros, sumar h no cambia nada: convierte x a decimales primero",
        "in an array of integers adding h changes nothing: make x one of floats first",
    ),
)
def integer_steps(f, x, h=1e-5):
    x = np.array(x)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] = up[place] + h
        down[place] = down[place] - h
        gradient[place] = (f(up) - f(down)) / (2 * h)
    return gradient


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("todas las coordenadas movidas a la vez", "all coordinates moved at once"),
    hint=Text(
        "una derivada parcial mueve una coordenada y deja quietas las demás",
        "a partial derivative moves one coordinate and leaves the others alone",
    ),
)
def all_at_once(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("un gradiente que pierde la forma de x", "a gradient that loses the shape of x"),
    hint=Text(
        "hay una derivada por elemento: el gradiente tiene la misma forma que x",
        "there is one derivative per element: the gradient has the shape of x",
    ),
)
def flattened(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = []
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        gradient.append((f(up) - f(down)) / (2 * h))
    return np.array(gradient)


@misconception(
    "gradient_descent.numeric_gradient",
    title=Text("un paso propio que ignora `h`", "a step of its own that ignores `h`"),
    hint=Text(
        "quien llama elige el paso: usa el argumento `h`",
        "the caller chooses the step: use the argument `h`",
    ),
)
def own_step(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        gradient[place] = (f(up) - f(down)) / 2e-5
    return gradient


@misconception(
    "gradient_descent.taylor_remainder",
    title=Text(
        "la primera diferencia, sin la parte lineal", "the difference without the linear part"
    ),
    hint=Text(
        "el resto es lo que queda después de restar también ∇f(x)·δ",
        "the remainder is what is left after subtracting ∇f(x)·δ as well",
    ),
)
def without_linear_part(f, grad, x, delta):
    return f(x + delta) - f(x)


@misconception(
    "gradient_descent.taylor_remainder",
    title=Text("un resto en valor absoluto", "a remainder in absolute value"),
    hint=Text(
        "el signo dice si la función se curva hacia arriba o hacia abajo: no lo borres",
        "the sign says whether the function bends up or down: do not wipe it out",
    ),
)
def absolute_remainder(f, grad, x, delta):
    return abs(f(x + delta) - f(x) - np.dot(grad(x), delta))


@misconception(
    "gradient_descent.taylor_remainder",
    title=Text("el gradiente en el punto de llegada", "the gradient at the point of arrival"),
    hint=Text(
        "la aproximación lineal se hace en x, el punto de partida",
        "the linear approximation is made at x, where one starts",
    ),
)
def gradient_at_the_end(f, grad, x, delta):
    return f(x + delta) - f(x) - np.dot(grad(x + delta), delta)


@misconception(
    "gradient_descent.taylor_remainder",
    title=Text("la aproximación en lugar de su error", "the approximation in place of its error"),
    hint=Text(
        "f(x) + ∇f(x)·δ aproxima a f(x + δ); el resto es la diferencia entre ambos",
        "f(x) + ∇f(x)·δ approximates f(x + δ); the remainder is the difference of the two",
    ),
)
def approximation_itself(f, grad, x, delta):
    return f(x) + np.dot(grad(x), delta)


@misconception(
    "gradient_descent.linear_loss",
    title=Text("la suma en lugar de la media", "the sum in place of the mean"),
    hint=Text(
        "el costo es el promedio sobre los n ejemplos",
        "the cost is the average over the n examples",
    ),
)
def summed_loss(theta, X, Y):
    return np.sum((Y - X @ theta) ** 2) / 2


@misconception(
    "gradient_descent.linear_loss",
    title=Text("el costo sin el ½", "the cost without the ½"),
    hint=Text("vuelve a mirar la pérdida de la clase", "look at the lecture's loss again"),
)
def loss_without_half(theta, X, Y):
    return np.mean((Y - X @ theta) ** 2)


@misconception(
    "gradient_descent.linear_loss",
    title=Text("el cuadrado del error promedio", "the square of the average error"),
    hint=Text(
        "primero el cuadrado de cada error, después la media: los signos no se cancelan",
        "first square each error, then average: signs do not cancel",
    ),
)
def square_of_mean(theta, X, Y):
    return np.mean(Y - X @ theta) ** 2 / 2


@misconception(
    "gradient_descent.linear_gradient",
    title=Text("el gradiente de la diapositiva", "the gradient on the slide"),
    hint=Text(
        "compara con un gradiente numérico: ¿con qué signo se deriva Y − θ·X respecto de θ?",
        "compare with a numeric gradient: what is the sign of the derivative of Y − θ·X by θ?",
    ),
)
def slide_sign(theta, X, Y):
    return X.T @ (Y - X @ theta) / len(X)


@misconception(
    "gradient_descent.linear_gradient",
    title=Text("un gradiente sin promediar", "a gradient that is not averaged"),
    hint=Text(
        "si el costo es una media sobre n ejemplos, su gradiente también",
        "if the cost is a mean over n examples, so is its gradient",
    ),
)
def summed_gradient(theta, X, Y):
    return X.T @ (X @ theta - Y)


@misconception(
    "gradient_descent.linear_gradient",
    title=Text("un 2 que el ½ ya había cancelado", "a 2 that the ½ had cancelled"),
    hint=Text(
        "al derivar ½u² queda u: el 2 y el ½ se cancelan",
        "the derivative of ½u² is u: the 2 and the ½ cancel",
    ),
)
def doubled_gradient(theta, X, Y):
    return 2 * X.T @ (X @ theta - Y) / len(X)


@misconception(
    "gradient_descent.linear_gradient",
    title=Text("una media sobre los parámetros", "a mean over the parameters"),
    hint=Text(
        "se divide por el número de ejemplos n, no por el de parámetros d",
        "divide by the number of examples n, not by that of parameters d",
    ),
)
def divided_by_parameters(theta, X, Y):
    return X.T @ (X @ theta - Y) / len(theta)


@misconception(
    "gradient_descent.linear_gradient",
    title=Text("el error promedio sin los descriptores", "the average error without descriptors"),
    hint=Text(
        "la regla de la cadena deja un factor X: cada parámetro ve el error por su descriptor",
        "the chain rule leaves a factor X: each parameter sees the error through its descriptor",
    ),
)
def without_descriptors(theta, X, Y):
    return np.full(len(theta), np.mean(X @ theta - Y))


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("un ascenso", "an ascent"),
    hint=Text(
        "el gradiente apunta cuesta arriba: para bajar se resta",
        "the gradient points uphill: to go down, subtract it",
    ),
)
def ascent(grad, theta0, lr, steps):
    theta = np.array(theta0, dtype=float)
    trajectory = [theta]
    for step in range(steps):
        theta = theta + (lr(step) if callable(lr) else lr) * grad(theta)
        trajectory.append(theta)
    return np.array(trajectory)


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("una trayectoria sin el punto de partida", "a trajectory without its start"),
    hint=Text(
        "la fila 0 es θ₀: hay steps + 1 filas",
        "row 0 is θ₀: there are steps + 1 rows",
    ),
)
def start_left_out(grad, theta0, lr, steps):
    theta = np.array(theta0, dtype=float)
    trajectory = []
    for step in range(steps):
        theta = theta - (lr(step) if callable(lr) else lr) * grad(theta)
        trajectory.append(theta)
    return np.array(trajectory)


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("el mismo arreglo repetido en cada fila", "the same array repeated in each row"),
    hint=Text(
        "si cambias θ en su lugar, todas las filas guardadas son el mismo arreglo: guarda copias",
        "if you change θ in place, all stored rows are the same array: store copies",
    ),
)
def same_array_in_each_row(grad, theta0, lr, steps):
    theta = np.array(theta0, dtype=float)
    trajectory = [theta]
    for step in range(steps):
        theta -= (lr(step) if callable(lr) else lr) * np.asarray(grad(theta))
        trajectory.append(theta)
    return np.array(trajectory)


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("pasos contados desde 1", "steps counted from 1"),
    hint=Text(
        "¿con qué número llamas a `lr` en el primer paso? El texto cuenta desde 0",
        "what number do you call `lr` with in the first step? The text counts from 0",
    ),
)
def steps_from_one(grad, theta0, lr, steps):
    theta = np.array(theta0, dtype=float)
    trajectory = [theta]
    for step in range(1, steps + 1):
        theta = theta - (lr(step) if callable(lr) else lr) * grad(theta)
        trajectory.append(theta)
    return np.array(trajectory)


@misconception(
    "gradient_descent.gradient_descent",
    title=Text(
        "el gradiente del punto de partida en cada paso", "the start's gradient at each step"
    ),
    hint=Text(
        "el gradiente se calcula de nuevo donde uno está",
        "the gradient is computed anew where one stands",
    ),
)
def gradient_of_the_start(grad, theta0, lr, steps):
    theta = np.array(theta0, dtype=float)
    direction = np.asarray(grad(theta))
    trajectory = [theta]
    for step in range(steps):
        theta = theta - (lr(step) if callable(lr) else lr) * direction
        trajectory.append(theta)
    return np.array(trajectory)


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("una tasa que nunca decae", "a rate that never decays"),
    hint=Text(
        "si `lr` es una función, se llama en cada paso con el número del paso",
        "if `lr` is a function, it is called at each step with the number of the step",
    ),
)
def rate_of_the_first_step(grad, theta0, lr, steps):
    rate = lr(0) if callable(lr) else lr
    theta = np.array(theta0, dtype=float)
    trajectory = [theta]
    for _ in range(steps):
        theta = theta - rate * grad(theta)
        trajectory.append(theta)
    return np.array(trajectory)


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("una trayectoria de enteros", "a trajectory of integers"),
    hint=Text(
        "si θ₀ trae enteros, un arreglo de su tipo corta los decimales de cada fila",
        "if θ₀ holds integers, an array of its type cuts the decimals off each row",
    ),
)
def trajectory_of_integers(grad, theta0, lr, steps):
    trajectory = np.zeros((steps + 1, len(theta0)), dtype=theta0.dtype)
    trajectory[0] = theta0
    for step in range(steps):
        rate = lr(step) if callable(lr) else lr
        trajectory[step + 1] = trajectory[step] - rate * grad(trajectory[step])
    return trajectory


@misconception(
    "gradient_descent.gradient_descent",
    title=Text("un θ₀ que queda cambiado", "a θ₀ that is left changed"),
    hint=Text(
        "`theta -= …` escribe sobre el arreglo de quien llamó: parte de una copia, de decimales",
        "`theta -= …` writes over the array of whoever called: start from a copy, of floats",
    ),
)
def start_changed(grad, theta0, lr, steps):
    theta = theta0
    trajectory = [theta.copy()]
    for step in range(steps):
        theta -= (lr(step) if callable(lr) else lr) * np.asarray(grad(theta))
        trajectory.append(theta.copy())
    return np.array(trajectory)


@misconception(
    "gradient_descent.critical_learning_rate",
    title=Text("la tasa de la dirección más plana", "the rate of the flattest direction"),
    hint=Text(
        "la primera dirección que se descontrola es la de mayor curvatura",
        "the first direction to run away is the one of largest curvature",
    ),
)
def smallest_eigenvalue(A):
    return 2 / np.linalg.eigvalsh(A)[0]


@misconception(
    "gradient_descent.critical_learning_rate",
    title=Text("1/λ en lugar de 2/λ", "1/λ in place of 2/λ"),
    hint=Text(
        "con 1/λ esa dirección llega en un paso; se puede ir más lejos: ¿cuándo es |1 − αλ| = 1?",
        "with 1/λ that direction arrives in one step; one may go further: when is |1 − αλ| = 1?",
    ),
)
def one_over_lambda(A):
    return 1 / np.linalg.eigvalsh(A)[-1]


@misconception(
    "gradient_descent.critical_learning_rate",
    title=Text("una tasa de la diagonal de A", "a rate from the diagonal of A"),
    hint=Text(
        "los elementos de la diagonal no son los valores propios si A no es diagonal",
        "the entries of the diagonal are not the eigenvalues unless A is diagonal",
    ),
)
def largest_diagonal(A):
    return 2 / np.max(np.diag(A))


@misconception(
    "gradient_descent.critical_learning_rate",
    title=Text("una tasa de la traza", "a rate from the trace"),
    hint=Text(
        "la traza suma todos los valores propios; aquí manda uno solo",
        "the trace adds all eigenvalues; here one alone decides",
    ),
)
def from_the_trace(A):
    return 2 / np.trace(A)


@misconception(
    "gradient_descent.critical_learning_rate",
    title=Text(
        "la mejor tasa en lugar de la crítica", "the best rate in place of the critical one"
    ),
    hint=Text(
        "2/(λmin + λmax) es la que llega antes; se puede ir más lejos sin perder la convergencia",
        "2/(λmin + λmax) is the one that arrives first; one may go further and still converge",
    ),
)
def best_rate(A):
    values = np.linalg.eigvalsh(A)
    return 2 / (values[0] + values[-1])


@misconception(
    "gradient_descent.LR_VERDICTS",
    title=Text("las dos tasas chicas intercambiadas", "the two small rates exchanged"),
    hint=Text(
        "una de las dos casi no se mueve en los pasos dibujados; la otra llega, pero tarde",
        "one of the two hardly moves in the steps drawn; the other arrives, but late",
    ),
)
def small_ones_exchanged():
    return {1e-5: "slow", 0.01: "stalls", 0.2: "oscillates", 0.21: "diverges"}


@misconception(
    "gradient_descent.LR_VERDICTS",
    title=Text("las dos tasas grandes intercambiadas", "the two large rates exchanged"),
    hint=Text(
        "una da vueltas sin acercarse ni alejarse; la otra se aleja en cada paso",
        "one goes round without coming closer or going away; the other goes away at each step",
    ),
)
def large_ones_exchanged():
    return {1e-5: "stalls", 0.01: "slow", 0.2: "diverges", 0.21: "oscillates"}


@misconception(
    "gradient_descent.LR_VERDICTS",
    title=Text("las cuatro al revés", "all four turned around"),
    hint=Text(
        "mira el eje vertical de cada figura antes de decidir",
        "look at the vertical axis of each figure before you decide",
    ),
)
def turned_around():
    return {1e-5: "diverges", 0.01: "oscillates", 0.2: "slow", 0.21: "stalls"}


@misconception(
    "gradient_descent.step_decay",
    title=Text("un decaimiento en cada paso", "a decay at every step"),
    hint=Text(
        "la tasa se queda quieta `every` pasos y entonces cae: ⌊step/every⌋ es un entero",
        "the rate stays for `every` steps and then falls: ⌊step/every⌋ is an integer",
    ),
)
def decays_every_step(lr0, step, drop, every):
    return lr0 * drop ** (step / every)


@misconception(
    "gradient_descent.step_decay",
    title=Text("un `drop` que es lo que se pierde", "a `drop` that is what is lost"),
    hint=Text(
        "`drop` es el factor que se conserva: 0.5 deja la mitad y 0.9 deja nueve décimos",
        "`drop` is the factor that is kept: 0.5 leaves one half and 0.9 leaves nine tenths",
    ),
)
def drop_is_lost(lr0, step, drop, every):
    return lr0 * (1 - drop) ** (step // every)


@misconception(
    "gradient_descent.step_decay",
    title=Text("una sola caída", "one fall only"),
    hint=Text(
        "cada `every` pasos cae otra vez: después de tres tramos quedan tres factores",
        "every `every` steps it falls again: after three stretches there are three factors",
    ),
)
def one_drop(lr0, step, drop, every):
    return lr0 * drop if step >= every else lr0


@misconception(
    "gradient_descent.step_decay",
    title=Text("una caída que llega un paso tarde", "a fall that comes one step late"),
    hint=Text(
        "los pasos se cuentan desde 0: la primera caída ya rige en el paso `every`",
        "steps are counted from 0: the first fall already holds at step `every`",
    ),
)
def one_step_late(lr0, step, drop, every):
    return lr0 * drop ** (max(step - 1, 0) // every)


@misconception(
    "gradient_descent.inverse_decay",
    title=Text("un decaimiento exponencial", "an exponential decay"),
    hint=Text("la fórmula divide por 1 + k·step", "the formula divides by 1 + k·step"),
)
def exponential(lr0, step, k):
    return lr0 * np.exp(-k * step)


@misconception(
    "gradient_descent.inverse_decay",
    title=Text("pasos contados desde 1", "steps counted from 1"),
    hint=Text("en el paso 0 la tasa es α₀", "at step 0 the rate is α₀"),
)
def counted_from_one(lr0, step, k):
    return lr0 / (1 + k * (step + 1))


@misconception(
    "gradient_descent.inverse_decay",
    title=Text("una división por k·step", "a division by k·step"),
    hint=Text(
        "¿qué pasa en el paso 0? Falta el 1 del denominador",
        "what happens at step 0? The 1 of the denominator is missing",
    ),
)
def without_one(lr0, step, k):
    return lr0 / (k * step) if step else lr0


@misconception(
    "gradient_descent.loss_surface",
    title=Text("los ejes intercambiados", "the axes exchanged"),
    hint=Text(
        "el primer índice avanza a lo largo de u y el segundo a lo largo de v",
        "the first index moves along u and the second along v",
    ),
)
def axes_exchanged(loss, theta, u, v, radius, points):
    t = np.linspace(-radius, radius, points)
    return np.array([[loss(theta + b * u + a * v) for b in t] for a in t])


@misconception(
    "gradient_descent.loss_surface",
    title=Text("direcciones normalizadas", "normalised directions"),
    hint=Text(
        "u y v se usan tal como vienen, sin dividir por su norma",
        "u and v are used as they come, without dividing by their norm",
    ),
)
def normalised(loss, theta, u, v, radius, points):
    u, v = u / np.linalg.norm(u), v / np.linalg.norm(v)
    t = np.linspace(-radius, radius, points)
    return np.array([[loss(theta + a * u + b * v) for b in t] for a in t])


@misconception(
    "gradient_descent.loss_surface",
    title=Text("una grilla que empieza en el centro", "a grid that begins at the centre"),
    hint=Text(
        "t va de −radius a radius: el centro queda en medio",
        "t goes from −radius to radius: the centre lies in the middle",
    ),
)
def from_the_centre(loss, theta, u, v, radius, points):
    t = np.linspace(0, radius, points)
    return np.array([[loss(theta + a * u + b * v) for b in t] for a in t])


@misconception(
    "gradient_descent.loss_surface",
    title=Text("una superficie alrededor del origen", "a surface around the origin"),
    hint=Text(
        "el plano pasa por θ, no por 0",
        "the plane passes through θ, not through 0",
    ),
)
def around_the_origin(loss, theta, u, v, radius, points):
    t = np.linspace(-radius, radius, points)
    return np.array([[loss(a * u + b * v) for b in t] for a in t])


@misconception(
    "gradient_descent.loss_surface",
    title=Text("una grilla sin su último punto", "a grid without its last point"),
    hint=Text(
        "t incluye a `radius`: con `points` valores hay `points` − 1 intervalos",
        "t includes `radius`: `points` values make `points` − 1 intervals",
    ),
)
def end_left_out(loss, theta, u, v, radius, points):
    t = np.linspace(-radius, radius, points, endpoint=False)
    return np.array([[loss(theta + a * u + b * v) for b in t] for a in t])
