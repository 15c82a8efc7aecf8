"""Week 7: mistakes about optimizers, their memory and their corrections."""

import numpy as np

from gradus.catalogue import misconception
from gradus.reference.optimizers import bfgs_update
from gradus.text import Text


@misconception(
    "optimizers.momentum",
    title=Text("un descenso sin memoria", "a descent without memory"),
    hint=Text(
        "el paso usa el acumulado u, no solo el gradiente de hoy",
        "the step uses the accumulated u, not today's gradient alone",
    ),
)
def without_memory(theta, grad, state, lr, beta=0.9):
    return theta - lr * grad, state


@misconception(
    "optimizers.momentum",
    title=Text("un promedio en lugar de una suma", "an average in place of a sum"),
    hint=Text(
        "en esta fórmula el gradiente entra entero, sin el factor 1 − β",
        "in this formula the gradient enters whole, without the factor 1 − β",
    ),
)
def averaged_buffer(theta, grad, state, lr, beta=0.9):
    u = beta * state["u"] + (1 - beta) * grad if state else np.array(grad)
    return theta - lr * u, {"u": u}


@misconception(
    "optimizers.momentum",
    title=Text("una tasa dentro de la memoria", "a rate inside the memory"),
    hint=Text(
        "si α entra en u, cambiarla no afecta a los pasos ya guardados: multiplica al final",
        "if α enters u, changing it does not reach the steps already stored: multiply at the end",
    ),
)
def rate_in_the_buffer(theta, grad, state, lr, beta=0.9):
    u = beta * state["u"] + lr * grad if state else lr * grad
    return theta - u, {"u": u}


@misconception(
    "optimizers.momentum",
    title=Text("un θ cambiado en su lugar", "a θ changed in place"),
    hint=Text(
        "-= modifica el arreglo de quien llama: devuelve uno nuevo",
        "-= modifies the caller's array: return a new one",
    ),
)
def theta_in_place(theta, grad, state, lr, beta=0.9):
    u = beta * state["u"] + grad if state else np.array(grad)
    theta -= lr * u
    return theta, {"u": u}


@misconception(
    "optimizers.momentum",
    title=Text("un paso con la velocidad anterior", "a step with the velocity of before"),
    hint=Text(
        "primero u recibe el gradiente de hoy, y después se da el paso: mira el orden",
        "first u takes in today's gradient, and then the step is taken: look at the order",
    ),
)
def old_velocity(theta, grad, state, lr, beta=0.9):
    u = state.get("u", np.zeros_like(grad))
    return theta - lr * u, {"u": beta * u + grad}


@misconception(
    "optimizers.nesterov",
    title=Text("el momento común", "plain momentum"),
    hint=Text(
        "NAG se adelanta: el paso va por g + β·u, no por u",
        "NAG looks ahead: the step goes along g + β·u, not along u",
    ),
)
def plain_momentum(theta, grad, state, lr, beta=0.9):
    u = beta * state["u"] + grad if state else np.array(grad)
    return theta - lr * u, {"u": u}


@misconception(
    "optimizers.nesterov",
    title=Text("una memoria que empieza un paso tarde", "a memory that begins one step late"),
    hint=Text(
        "en el primer paso u ya vale g",
        "in the first step u is g already",
    ),
)
def zero_first_buffer(theta, grad, state, lr, beta=0.9):
    u = beta * state["u"] + grad if state else np.zeros_like(grad)
    return theta - lr * (grad + beta * u), {"u": u}


@misconception(
    "optimizers.nesterov",
    title=Text("un promedio en lugar de una suma", "an average in place of a sum"),
    hint=Text(
        "en esta fórmula el gradiente entra entero en u, sin el factor 1 − β",
        "in this formula the gradient enters u whole, without the factor 1 − β",
    ),
)
def averaged_nesterov(theta, grad, state, lr, beta=0.9):
    u = beta * state.get("u", 0) + (1 - beta) * grad
    return theta - lr * (grad + beta * u), {"u": u}


@misconception(
    "optimizers.nesterov",
    title=Text("una tasa dentro de la memoria", "a rate inside the memory"),
    hint=Text(
        "si α entra en u, cambiarla no afecta a los pasos ya guardados: multiplica al final",
        "if α enters u, changing it does not reach the steps already stored: multiply at the end",
    ),
)
def rate_in_the_velocity(theta, grad, state, lr, beta=0.9):
    u = beta * state["u"] + lr * grad if state else lr * grad
    return theta - (lr * grad + beta * u), {"u": u}


@misconception(
    "optimizers.adagrad",
    title=Text("un acumulado que no se acumula", "an accumulator that does not accumulate"),
    hint=Text(
        "s suma los cuadrados de todos los gradientes vistos",
        "s adds up the squares of all gradients seen",
    ),
)
def not_accumulated(theta, grad, state, lr, eps=1e-10):
    return theta - lr * grad / (np.sqrt(grad**2) + eps), state


@misconception(
    "optimizers.adagrad",
    title=Text("una división sin raíz", "a division without the root"),
    hint=Text(
        "g y √s tienen las mismas unidades; g y s no",
        "g and √s have the same units; g and s have not",
    ),
)
def without_root(theta, grad, state, lr, eps=1e-10):
    s = state.get("s", 0) + grad**2
    return theta - lr * grad / (s + eps), {"s": s}


@misconception(
    "optimizers.adagrad",
    title=Text("un ε dentro de la raíz", "an ε inside the root"),
    hint=Text(
        "primero la raíz, después se suma ε",
        "first the root, then ε is added",
    ),
)
def eps_inside(theta, grad, state, lr, eps=1e-10):
    s = state.get("s", 0) + grad**2
    return theta - lr * grad / np.sqrt(s + eps), {"s": s}


@misconception(
    "optimizers.adagrad",
    title=Text("una suma de valores absolutos", "a sum of absolute values"),
    hint=Text(
        "se acumulan cuadrados, y la raíz se toma al final",
        "squares are accumulated, and the root is taken at the end",
    ),
)
def sum_of_gradients(theta, grad, state, lr, eps=1e-10):
    s = state.get("s", 0) + np.abs(grad)
    return theta - lr * grad / (s + eps), {"s": s}


@misconception(
    "optimizers.adagrad",
    title=Text("una sola tasa para todos", "one rate for all"),
    hint=Text(
        "cada parámetro acumula su propio g²: aquí no se suma sobre las coordenadas",
        "each parameter accumulates its own g²: there is no sum over the coordinates here",
    ),
)
def one_rate_for_all(theta, grad, state, lr, eps=1e-10):
    s = state.get("s", 0) + np.sum(grad**2)
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}


@misconception(
    "optimizers.rmsprop",
    title=Text("AdaGrad", "AdaGrad"),
    hint=Text(
        "RMSprop olvida: s es un promedio, con pesos que suman 1, y no una suma",
        "RMSprop forgets: s is an average, with weights that add up to 1, not a sum",
    ),
)
def summed_squares(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    s = state.get("s", 0) + grad**2
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}


@misconception(
    "optimizers.rmsprop",
    title=Text("los pesos intercambiados", "the weights exchanged"),
    hint=Text(
        "ρ cercano a 1 significa memoria larga: multiplica a lo viejo",
        "ρ near 1 means a long memory: it multiplies what is old",
    ),
)
def weights_exchanged(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    s = (1 - alpha) * state.get("s", 0) + alpha * grad**2
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}


@misconception(
    "optimizers.rmsprop",
    title=Text("un ε dentro de la raíz", "an ε inside the root"),
    hint=Text(
        "primero la raíz, después se suma ε",
        "first the root, then ε is added",
    ),
)
def eps_inside_root(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    s = alpha * state.get("s", 0) + (1 - alpha) * grad**2
    return theta - lr * grad / np.sqrt(s + eps), {"s": s}


@misconception(
    "optimizers.rmsprop",
    title=Text("un promedio que empieza en g²", "an average that begins at g²"),
    hint=Text(
        "s empieza en 0: el primer valor es (1 − ρ)·g²",
        "s begins at 0: its first value is (1 − ρ)·g²",
    ),
)
def first_square_whole(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    s = alpha * state["s"] + (1 - alpha) * grad**2 if state else grad**2
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}


@misconception(
    "optimizers.rmsprop",
    title=Text("un RMSprop con corrección de sesgo", "an RMSprop with bias correction"),
    hint=Text(
        "dividir por 1 − ρᵗ es cosa de Adam: RMSprop usa s tal como está",
        "dividing by 1 − ρᵗ is Adam's: RMSprop uses s as it is",
    ),
)
def corrected_like_adam(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    t = state.get("t", 0) + 1
    s = alpha * state.get("s", 0) + (1 - alpha) * grad**2
    return theta - lr * grad / (np.sqrt(s / (1 - alpha**t)) + eps), {"t": t, "s": s}


@misconception(
    "optimizers.adam",
    title=Text("los dos β intercambiados", "the two β exchanged"),
    hint=Text(
        "β₁ es de m (el gradiente) y β₂ de v (su cuadrado)",
        "β₁ belongs to m (the gradient) and β₂ to v (its square)",
    ),
)
def betas_exchanged(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta2 * state.get("m", 0.0) + (1 - beta2) * grad
    v = beta1 * state.get("v", 0.0) + (1 - beta1) * grad**2
    m_hat, v_hat = m / (1 - beta2**t), v / (1 - beta1**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("un Adam sin corrección de sesgo", "an Adam without bias correction"),
    hint=Text(
        "m y v empiezan en 0 y al principio son demasiado chicos: divide por 1 − βᵗ",
        "m and v begin at 0 and are too small at first: divide by 1 − βᵗ",
    ),
)
def no_correction(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m, v
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("una corrección con 1 + βᵗ", "a correction by 1 + βᵗ"),
    hint=Text(
        "en el primer paso la corrección debe devolver m̂ = g: prueba con t = 1",
        "in the first step the correction should give m̂ = g: try t = 1",
    ),
)
def plus_in_correction(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 + beta1**t), v / (1 + beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("un t que siempre vale 1", "a t that is always 1"),
    hint=Text(
        "t cuenta los pasos: guárdalo en el estado",
        "t counts the steps: keep it in the state",
    ),
)
def time_stands_still(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("un ε dentro de la raíz", "an ε inside the root"),
    hint=Text(
        "primero la raíz de v̂, después se suma ε",
        "first the root of v̂, then ε is added",
    ),
)
def eps_in_the_root(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(v_hat + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("un ε sumado antes de corregir", "an ε added before the correction"),
    hint=Text(
        "ε se suma a √v̂, ya corregida",
        "ε is added to √v̂, which is already corrected",
    ),
)
def eps_before_correction(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    return theta - lr * m_hat / ((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t)), {
        "t": t,
        "m": m,
        "v": v,
    }


@misconception(
    "optimizers.adam",
    title=Text("un segundo momento sin cuadrado", "a second moment without the square"),
    hint=Text(
        "v promedia g², y por eso después se toma su raíz",
        "v averages g², which is why its root is taken later",
    ),
)
def second_moment_not_squared(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * np.abs(grad)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("una corrección que se guarda", "a correction that is stored"),
    hint=Text(
        "m̂ y v̂ sirven solo para este paso: en el estado quedan m y v sin corregir",
        "m̂ and v̂ serve this step only: the state keeps m and v uncorrected",
    ),
)
def correction_kept(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = (beta1 * state.get("m", 0.0) + (1 - beta1) * grad) / (1 - beta1**t)
    v = (beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2) / (1 - beta2**t)
    return theta - lr * m / (np.sqrt(v) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.adam",
    title=Text("solo el primer momento corregido", "the first moment corrected only"),
    hint=Text(
        "v también empieza en 0: divídela por 1 − β₂ᵗ",
        "v begins at 0 as well: divide it by 1 − β₂ᵗ",
    ),
)
def only_first_corrected(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.fix_the_bug",
    title=Text(
        "el programa con su contador todavía roto", "the program with its counter still broken"
    ),
    hint=Text(
        "¿qué t se guarda para el próximo paso?",
        "which t is kept for the next step?",
    ),
)
def time_not_kept(theta, grad, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": 0, "m": m, "v": v}


@misconception(
    "optimizers.fix_the_bug",
    title=Text(
        "el programa con los pesos de v todavía rotos",
        "the program with the weights of v still broken",
    ),
    hint=Text(
        "los dos pesos del promedio v deben sumar 1",
        "the two weights of the average v should add up to 1",
    ),
)
def wrong_beta_left(theta, grad, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta1) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.fix_the_bug",
    title=Text(
        "el programa con su ε todavía dentro de la raíz",
        "the program with its ε still inside the root",
    ),
    hint=Text(
        "compara el denominador con la fórmula",
        "compare the denominator with the formula",
    ),
)
def eps_left_inside(theta, grad, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(v_hat + eps), {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.fix_the_bug",
    title=Text(
        "el programa que todavía cambia θ en su lugar", "the program that still changes θ in place"
    ),
    hint=Text(
        "-= modifica el arreglo de quien llama",
        "-= modifies the caller's array",
    ),
)
def theta_still_in_place(theta, grad, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    theta -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, {"t": t, "m": m, "v": v}


@misconception(
    "optimizers.fix_the_bug",
    title=Text("el programa tal como venía", "the program as it came"),
    hint=Text(
        "son cuatro errores: compáralo línea por línea con la definición",
        "there are four errors: compare it line by line with the definition",
    ),
)
def nothing_mended(theta, grad, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta1) * grad**2
    theta -= lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps)
    return theta, {"t": 0, "m": m, "v": v}


@misconception(
    "optimizers.bfgs_update",
    title=Text("la fórmula DFP", "the DFP formula"),
    hint=Text(
        "también cumple la secante, pero BFGS es la otra: mira los factores a los dos lados de H",
        "it satisfies the secant equation too, but BFGS is the other: look at what surrounds H",
    ),
)
def dfp(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    Hy = H @ y
    return H + np.outer(s, s) / np.dot(s, y) - np.outer(Hy, Hy) / np.dot(y, Hy)


@misconception(
    "optimizers.bfgs_update",
    title=Text("la fórmula SR1", "the SR1 formula"),
    hint=Text(
        "una corrección de rango uno cumple la secante; BFGS usa rango dos",
        "a correction of rank one satisfies the secant equation; BFGS uses rank two",
    ),
)
def sr1(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    r = s - H @ y
    return H + np.outer(r, r) / np.dot(r, y)


@misconception(
    "optimizers.bfgs_update",
    title=Text("los papeles de s e y intercambiados", "the parts of s and y exchanged"),
    hint=Text(
        "H aproxima la inversa: lleva el cambio del gradiente y al paso s",
        "H approximates the inverse: it takes the change of the gradient y to the step s",
    ),
)
def roles_exchanged(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    left = np.eye(len(s)) - np.outer(y, s) / np.dot(s, y)
    return left @ H @ left.T + np.outer(y, y) / np.dot(s, y)


@misconception(
    "optimizers.bfgs_update",
    title=Text("una curvatura sin revisar", "a curvature that is not checked"),
    hint=Text(
        "si sᵀy ≤ 0, H⁺ dejaría de ser definida positiva: en ese caso no se actualiza",
        "if sᵀy ≤ 0, H⁺ would no longer be positive definite: then there is no update",
    ),
)
def curvature_unchecked(H, s, y):
    left = np.eye(len(s)) - np.outer(s, y) / np.dot(s, y)
    return left @ H @ left.T + np.outer(s, s) / np.dot(s, y)


@misconception(
    "optimizers.bfgs_update",
    title=Text("una fórmula sin su último término", "a formula without its last term"),
    hint=Text(
        "sin ρ·s·sᵀ no se cumple H⁺y = s",
        "without ρ·s·sᵀ the equation H⁺y = s does not hold",
    ),
)
def last_term_lost(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    left = np.eye(len(s)) - np.outer(s, y) / np.dot(s, y)
    return left @ H @ left.T


@misconception(
    "optimizers.bfgs_update",
    title=Text("un número donde va una matriz", "a number where a matrix belongs"),
    hint=Text(
        "con arreglos `(n,)`, `s @ y.T` es un número: el producto s·yᵀ es `np.outer(s, y)`",
        "for arrays `(n,)`, `s @ y.T` is a number: the product s·yᵀ is `np.outer(s, y)`",
    ),
)
def inner_for_outer(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    eye, rho = np.eye(len(s)), 1 / np.dot(s, y)
    return (eye - rho * s @ y.T) @ H @ (eye - rho * y @ s.T) + rho * s @ s.T


@misconception(
    "optimizers.bfgs_update",
    title=Text("los dos factores en el orden contrario", "the two factors in the opposite order"),
    hint=Text(
        "a la izquierda de H va I − ρ·s·yᵀ, y su traspuesta a la derecha",
        "to the left of H goes I − ρ·s·yᵀ, and its transpose to the right",
    ),
)
def factors_exchanged(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    left = np.eye(len(s)) - np.outer(y, s) / np.dot(s, y)
    return left @ H @ left.T + np.outer(s, s) / np.dot(s, y)


@misconception(
    "optimizers.bfgs_update",
    title=Text("la fórmula para el hessiano", "the formula for the Hessian"),
    hint=Text(
        "esa fórmula actualiza B ≈ ∇²f; aquí H aproxima su inversa",
        "that formula updates B ≈ ∇²f; here H approximates its inverse",
    ),
)
def update_of_the_hessian(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H)
    Hs = H @ s
    return H + np.outer(y, y) / np.dot(y, s) - np.outer(Hs, Hs) / np.dot(s, Hs)


@misconception(
    "optimizers.minimize_bfgs",
    title=Text("un BFGS sin búsqueda lineal", "a BFGS without line search"),
    hint=Text(
        "con el paso completo f puede subir: acórtalo hasta que baje lo suficiente",
        "with the full step f may rise: shorten it until it falls enough",
    ),
)
def no_line_search(f, grad, x0):
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(60):
        if not np.linalg.norm(g) >= 1e-6:
            break
        p, step = -H @ g, 1.0
        new = np.asarray(grad(x + step * p), dtype=float)
        H = np.asarray(bfgs_update(H, step * p, new - g))
        x, g = x + step * p, new
    return x


@misconception(
    "optimizers.minimize_bfgs",
    title=Text(
        "un descenso del gradiente con búsqueda lineal", "a gradient descent with line search"
    ),
    hint=Text(
        "H nunca se actualiza: sin curvatura, un valle angosto toma miles de pasos",
        "H is never updated: without curvature a narrow valley takes thousands of steps",
    ),
)
def steepest_descent(f, grad, x0):
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(60):
        if not np.linalg.norm(g) >= 1e-6:
            break
        p, step = -H @ g, 1.0
        while f(x + step * p) > f(x) + 1e-4 * step * (g @ p) and step > 1e-20:
            step /= 2
        new = np.asarray(grad(x + step * p), dtype=float)
        x, g = x + step * p, new
    return x


@misconception(
    "optimizers.minimize_bfgs",
    title=Text("un criterio de término demasiado blando", "a stopping rule that is too soft"),
    hint=Text(
        "el texto pide ‖∇f‖ < 1e-6",
        "the text asks for ‖∇f‖ < 1e-6",
    ),
)
def stops_early(f, grad, x0):
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(200):
        if not np.linalg.norm(g) >= 0.1:
            break
        p, step = -H @ g, 1.0
        while f(x + step * p) > f(x) + 1e-4 * step * (g @ p) and step > 1e-20:
            step /= 2
        new = np.asarray(grad(x + step * p), dtype=float)
        H = np.asarray(bfgs_update(H, step * p, new - g))
        x, g = x + step * p, new
    return x


@misconception(
    "optimizers.minimize_bfgs",
    title=Text("un s que no es el paso dado", "an s that is not the step taken"),
    hint=Text(
        "H se actualiza con s = t·p, el paso ya acortado, y no con p",
        "H is updated by s = t·p, the step as it was shortened, not by p",
    ),
)
def direction_for_step(f, grad, x0):
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(200):
        if not np.linalg.norm(g) >= 1e-6:
            break
        p, step = -H @ g, 1.0
        while f(x + step * p) > f(x) + 1e-4 * step * (g @ p) and step > 1e-20:
            step /= 2
        new = np.asarray(grad(x + step * p), dtype=float)
        H = np.asarray(bfgs_update(H, p, new - g))
        x, g = x + step * p, new
    return x


@misconception(
    "optimizers.minimize_bfgs",
    title=Text("una altura medida una sola vez", "a height measured once only"),
    hint=Text(
        "f(x) cambia con x: compara cada paso con la altura de donde parte, no con f(x0)",
        "f(x) changes with x: compare each step with the height where it starts, not with f(x0)",
    ),
)
def height_of_the_start(f, grad, x0):
    x = np.array(x0, dtype=float)
    H, g, height = np.eye(len(x)), np.asarray(grad(x), dtype=float), f(x0)
    for _ in range(200):
        if not np.linalg.norm(g) >= 1e-6:
            break
        p, step = -H @ g, 1.0
        while f(x + step * p) > height + 1e-4 * step * (g @ p) and step > 1e-20:
            step /= 2
        new = np.asarray(grad(x + step * p), dtype=float)
        H = np.asarray(bfgs_update(H, step * p, new - g))
        x, g = x + step * p, new
    return x


@misconception(
    "optimizers.minimize_bfgs",
    title=Text("una bajada cualquiera", "any fall at all"),
    hint=Text(
        "que f baje un poco no basta: Armijo compara la bajada con t ∇f·p, lo que la pendiente "
        "promete",
        "that f falls a little is not enough: Armijo compares the fall with t ∇f·p, what the slope "
        "promises",
    ),
)
def any_fall_is_enough(f, grad, x0):
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(200):
        if not np.linalg.norm(g) >= 1e-6:
            break
        p, step = -H @ g, 1.0
        while f(x + step * p) > f(x) and step > 1e-20:
            step /= 2
        new = np.asarray(grad(x + step * p), dtype=float)
        H = np.asarray(bfgs_update(H, step * p, new - g))
        x, g = x + step * p, new
    return x


@misconception(
    "optimizers.minimize_bfgs",
    title=Text("un x0 cambiado en su lugar", "an x0 changed in place"),
    hint=Text(
        "x0 es de quien llama: parte de una copia, o escribe x = x + s",
        "x0 belongs to the caller: start from a copy, or write x = x + s",
    ),
)
def start_in_place(f, grad, x0):
    x = x0
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(200):
        if not np.linalg.norm(g) >= 1e-6:
            break
        p, step = -H @ g, 1.0
        while f(x + step * p) > f(x) + 1e-4 * step * (g @ p) and step > 1e-20:
            step /= 2
        x += step * p
        new = np.asarray(grad(x), dtype=float)
        H = np.asarray(bfgs_update(H, step * p, new - g))
        g = new
    return x


@misconception(
    "optimizers.lbfgs_direction",
    title=Text("una dirección cuesta arriba", "a direction uphill"),
    hint=Text(
        "se pide −H·∇f, la dirección en que f baja",
        "−H·∇f is asked for, the direction in which f falls",
    ),
)
def uphill(grad, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0]
    q, shares = np.array(grad, dtype=float), []
    for s, y in pairs[::-1]:
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * y
        shares.append(share)
    for (s, y), share in zip(pairs, shares[::-1], strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * s
    return q


@misconception(
    "optimizers.lbfgs_direction",
    title=Text("los pares en el orden contrario", "the pairs in the opposite order"),
    hint=Text(
        "los pares vienen del más viejo al más nuevo: el primer ciclo parte por el más nuevo",
        "pairs come from the oldest to the newest: the first loop begins with the newest",
    ),
)
def newest_first(grad, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0]
    q, shares = np.array(grad, dtype=float), []
    for s, y in pairs:
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * y
        shares.append(share)
    for (s, y), share in zip(pairs[::-1], shares[::-1], strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * s
    return -q


@misconception(
    "optimizers.lbfgs_direction",
    title=Text("un H₀ escalado", "a scaled H₀"),
    hint=Text(
        "en la práctica se escala con γ, pero aquí el texto parte de H₀ = I",
        "in practice one scales by γ, but here the text starts from H₀ = I",
    ),
)
def scaled_start(grad, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0]
    q, shares = np.array(grad, dtype=float), []
    for s, y in pairs[::-1]:
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * y
        shares.append(share)
    if pairs:
        s, y = pairs[-1]
        q = q * (np.dot(s, y) / np.dot(y, y))
    for (s, y), share in zip(pairs, shares[::-1], strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * s
    return -q


@misconception(
    "optimizers.lbfgs_direction",
    title=Text("pares con curvatura negativa", "pairs of negative curvature"),
    hint=Text(
        "los pares con sᵀy ≤ 0 se saltan",
        "pairs with sᵀy ≤ 0 are skipped",
    ),
)
def pairs_unchecked(grad, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True)]
    q, shares = np.array(grad, dtype=float), []
    for s, y in pairs[::-1]:
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * y
        shares.append(share)
    for (s, y), share in zip(pairs, shares[::-1], strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * s
    return -q


@misconception(
    "optimizers.lbfgs_direction",
    title=Text("una memoria de un solo par", "a memory of one pair"),
    hint=Text(
        "todos los pares de la lista cuentan",
        "all pairs of the list count",
    ),
)
def last_pair_only(grad, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0][-1:]
    q, shares = np.array(grad, dtype=float), []
    for s, y in pairs[::-1]:
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * y
        shares.append(share)
    for (s, y), share in zip(pairs, shares[::-1], strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * s
    return -q


@misconception(
    "optimizers.lbfgs_direction",
    title=Text("los coeficientes en el orden contrario", "the shares in the opposite order"),
    hint=Text(
        "el segundo ciclo parte por el par más viejo, cuyo a se guardó al final",
        "the second loop begins with the oldest pair, whose a was kept last",
    ),
)
def shares_not_reversed(grad, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0]
    q, shares = np.array(grad, dtype=float), []
    for s, y in pairs[::-1]:
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * y
        shares.append(share)
    for (s, y), share in zip(pairs, shares, strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * s
    return -q


@misconception(
    "optimizers.newton_step",
    title=Text("un paso cuesta arriba", "a step uphill"),
    hint=Text(
        "el paso se suma a x: debe llevar el signo menos",
        "the step is added to x: it should carry the minus sign",
    ),
)
def step_uphill(grad, hessian):
    return np.linalg.solve(hessian, grad)


@misconception(
    "optimizers.newton_step",
    title=Text("un producto con el hessiano", "a product with the Hessian"),
    hint=Text(
        "Newton divide por la curvatura: donde f se curva más, el paso es más corto",
        "Newton divides by the curvature: where f bends more, the step is shorter",
    ),
)
def product_with_hessian(grad, hessian):
    return -hessian @ grad


@misconception(
    "optimizers.newton_step",
    title=Text("un Newton que solo mira la diagonal", "a Newton that looks at the diagonal only"),
    hint=Text(
        "los elementos fuera de la diagonal mezclan las coordenadas: usa el hessiano completo",
        "entries off the diagonal mix the coordinates: use the whole Hessian",
    ),
)
def diagonal_only(grad, hessian):
    return -grad / np.diag(hessian)


@misconception(
    "optimizers.newton_step",
    title=Text("un producto elemento por elemento", "a product element by element"),
    hint=Text(
        "entre matriz y vector, * multiplica elemento por elemento: el producto es @",
        "between matrix and vector, * multiplies element by element: the product is @",
    ),
)
def elementwise_product(grad, hessian):
    return -np.linalg.inv(hessian) * grad
