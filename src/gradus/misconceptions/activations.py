"""Week 2: mistakes about activations, their derivatives, and gradients through layers."""

import numpy as np

from gradus.catalogue import misconception
from gradus.reference.activations import sigmoid
from gradus.text import Text


@misconception(
    "activations.sigmoid",
    title=Text("la fórmula copiada tal cual", "the formula copied as it stands"),
    hint=Text(
        "prueba z = −1000: ¿qué vale e^(−z) ahí? Busca una forma igual cuya exponencial no crezca",
        "try z = −1000: what is e^(−z) there? Look for an equal form whose exponential cannot grow",
    ),
)
def naive_formula(z):
    return 1 / (1 + np.exp(-z))


@misconception(
    "activations.sigmoid",
    title=Text("la forma e^z / (1 + e^z) para todo z", "the form e^z / (1 + e^z) for every z"),
    hint=Text(
        "prueba z = +1000: esa forma solo es segura de un lado de 0",
        "try z = +1000: that form is safe on one side of 0 only",
    ),
)
def other_form_everywhere(z):
    return np.exp(z) / (1 + np.exp(z))


@misconception(
    "activations.sigmoid",
    title=Text(
        "un `np.where` que igual calcula las dos ramas",
        "an `np.where` that computes both branches all the same",
    ),
    hint=Text(
        "`np.where` elige después de calcular: cada rama ve también los z que no le tocan; ¿qué "
        "exponente les puedes dar para que nunca sea positivo?",
        "`np.where` chooses after computing: each branch also sees the z that are not its own; "
        "which exponent can you give them so that it is never positive?",
    ),
)
def both_branches(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@misconception(
    "activations.sigmoid",
    title=Text("una sigmoide con el signo al revés", "a sigmoid with the sign the wrong way"),
    hint=Text(
        "σ crece: mira el signo del exponente, y cuánto vale σ muy a la derecha",
        "σ increases: look at the sign of the exponent, and at σ far to the right",
    ),
)
def sign_of_exponent(z):
    return 1 / (1 + np.exp(z))


@misconception(
    "activations.sigmoid",
    title=Text("un resultado truncado a enteros", "a result truncated to integers"),
    hint=Text(
        "con un z de enteros, `zeros_like` y `empty_like` crean un arreglo de enteros: ¿qué pasa "
        "con 0.73 al guardarlo ahí?",
        "with a z of integers, `zeros_like` and `empty_like` make an array of integers: what "
        "happens to 0.73 when it is stored there?",
    ),
)
def integers_kept(z):
    z = np.asarray(z)
    e = np.exp(-np.abs(z))
    out = np.zeros_like(z)
    out[...] = np.where(z >= 0, 1, e) / (1 + e)
    return out


@misconception(
    "activations.sigmoid",
    title=Text("una sigmoide que solo acepta un número", "a sigmoid that takes one number only"),
    hint=Text(
        "un `if z >= 0` no sabe decidir sobre un arreglo entero: elige elemento por elemento",
        "an `if z >= 0` cannot decide about a whole array: choose element by element",
    ),
)
def sigmoid_of_a_scalar(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


@misconception(
    "activations.tanh",
    title=Text(
        "el cociente de exponenciales tal cual", "the quotient of exponentials as it stands"
    ),
    hint=Text(
        "prueba z = 1000: arriba y abajo aparece ∞; NumPy ofrece una función segura",
        "try z = 1000: there is ∞ above and below; NumPy offers a safe function",
    ),
)
def quotient_of_exponentials(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@misconception(
    "activations.tanh",
    title=Text("la tangente de la trigonometría", "the tangent of trigonometry"),
    hint=Text(
        "hiperbólica: se construye con exponenciales, y queda entre −1 y 1",
        "hyperbolic: it is built from exponentials, and stays between −1 and 1",
    ),
)
def trigonometric_tangent(z):
    return np.tan(z)


@misconception(
    "activations.tanh",
    title=Text("la sigmoide llevada a (−1, 1)", "the sigmoid stretched to (−1, 1)"),
    hint=Text(
        "los límites son correctos, pero compara la pendiente en 0: tanh sube más rápido",
        "the limits are right, but compare the slope at 0: tanh rises faster",
    ),
)
def half_as_steep(z):
    return np.tanh(z / 2)


@misconception(
    "activations.tanh",
    title=Text("una tanh con el signo cambiado", "a tanh with its sign changed"),
    hint=Text(
        "mira el orden de la resta de arriba: tanh crece",
        "look at the order of the subtraction above: tanh increases",
    ),
)
def minus_tanh(z):
    return -np.tanh(z)


@misconception(
    "activations.relu",
    title=Text("una ReLU que solo acepta un número", "a ReLU that takes one number only"),
    hint=Text(
        "`if z > 0` y el `max` de Python no saben decidir sobre un arreglo entero",
        "`if z > 0` and Python's `max` cannot decide about a whole array",
    ),
)
def scalar_only(z):
    return max(0, z)


@misconception(
    "activations.relu",
    title=Text("una ReLU que escribe sobre z", "a ReLU that writes over z"),
    hint=Text(
        "`z[z < 0] = 0` cambia el arreglo de quien llamó",
        "`z[z < 0] = 0` changes the array of whoever called",
    ),
)
def written_over(z):
    if np.ndim(z) == 0:
        return z if z > 0 else 0
    z[z < 0] = 0
    return z


@misconception(
    "activations.relu",
    title=Text("el mayor de todos los elementos", "the largest of all the elements"),
    hint=Text(
        "`np.max` resume el arreglo en un número; aquí se compara cada elemento con 0",
        "`np.max` sums the array up in one number; here each element is compared with 0",
    ),
)
def largest_of_all(z):
    return max(np.max(z), 0)


@misconception(
    "activations.relu",
    title=Text("el valor absoluto", "the absolute value"),
    hint=Text(
        "a la izquierda de 0 ReLU calla: vale 0, no −z",
        "to the left of 0 ReLU is silent: it is 0, not −z",
    ),
)
def absolute_value(z):
    return np.abs(z)


@misconception(
    "activations.relu",
    title=Text("el escalón en vez de la rampa", "the step in place of the ramp"),
    hint=Text(
        "a la derecha de 0 ReLU deja pasar z, no un 1",
        "to the right of 0 ReLU lets z through, not a 1",
    ),
)
def step_for_ramp(z):
    return np.where(z >= 0, 1, 0)


@misconception(
    "activations.relu",
    title=Text("una ReLU con fuga (leaky)", "a leaky ReLU"),
    hint=Text(
        "la de la clase vale exactamente 0 a la izquierda",
        "the lecture's is exactly 0 on the left",
    ),
)
def leaky(z):
    return np.where(z > 0, z, 0.01 * z)


@misconception(
    "activations.elu",
    title=Text("una ELU que ignora α", "an ELU that ignores α"),
    hint=Text(
        "¿dónde aparece `alpha` en tu fórmula? Prueba con α = 2",
        "where does `alpha` appear in your formula? Try α = 2",
    ),
)
def alpha_ignored(z, alpha=1.0):
    return np.where(z >= 0, z, np.expm1(np.minimum(z, 0)))


@misconception(
    "activations.elu",
    title=Text("una ELU sin el −1", "an ELU without the −1"),
    hint=Text(
        "las dos ramas se encuentran en 0: ¿cuánto vale la tuya justo a la izquierda?",
        "the two branches meet at 0: what is yours just to the left of it?",
    ),
)
def minus_one_forgotten(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * np.exp(np.minimum(z, 0)))


@misconception(
    "activations.elu",
    title=Text("un α que multiplica solo a la exponencial", "an α that multiplies e^z only"),
    hint=Text(
        "en α(e^z − 1) el paréntesis importa: mira el límite en −∞",
        "in α(e^z − 1) the parentheses matter: look at the limit at −∞",
    ),
)
def alpha_on_exponential_only(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * np.exp(np.minimum(z, 0)) - 1)


@misconception(
    "activations.elu",
    title=Text("un α en las dos ramas", "an α in both branches"),
    hint=Text(
        "a la derecha de 0 la ELU es z, sin factor",
        "to the right of 0 the ELU is z, without a factor",
    ),
)
def alpha_on_both_sides(z, alpha=1.0):
    return alpha * np.where(z >= 0, z, np.expm1(np.minimum(z, 0)))


@misconception(
    "activations.elu",
    title=Text(
        "una exponencial que se calcula también a la derecha",
        "an exponential that is computed on the right as well",
    ),
    hint=Text(
        "`np.where` calcula las dos ramas y después elige: ¿qué vale e^z en z = 1000? Limita antes "
        "lo que entra a la exponencial",
        "`np.where` computes both branches and then chooses: what is e^z at z = 1000? Limit what "
        "goes into the exponential first",
    ),
)
def exponential_everywhere(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * (np.exp(z) - 1))


@misconception(
    "activations.elu",
    title=Text("una ELU truncada a enteros", "an ELU truncated to integers"),
    hint=Text(
        "con un z de enteros, `zeros_like` o `copy` dan un arreglo de enteros, y −0.63 se vuelve 0",
        "with a z of integers, `zeros_like` or `copy` give an array of integers, and −0.63 turns "
        "into 0",
    ),
)
def elu_in_integers(z, alpha=1.0):
    z = np.asarray(z)
    out = np.zeros_like(z)
    out[...] = np.where(z >= 0, z, alpha * np.expm1(np.minimum(z, 0)))
    return out


@misconception(
    "activations.elu",
    title=Text("una ELU que escribe sobre z", "an ELU that writes over z"),
    hint=Text(
        "asignar a `z[z < 0]` cambia el arreglo de quien llamó",
        "assigning to `z[z < 0]` changes the array of whoever called",
    ),
)
def elu_written_over(z, alpha=1.0):
    if np.ndim(z) == 0:
        return z if z >= 0 else alpha * np.expm1(z)
    z[z < 0] = alpha * np.expm1(z[z < 0])
    return z


@misconception(
    "activations.elu",
    title=Text("una ELU que solo acepta un número", "an ELU that takes one number only"),
    hint=Text(
        "un `if z > 0` no sabe decidir sobre un arreglo entero: elige elemento por elemento",
        "an `if z > 0` cannot decide about a whole array: choose element by element",
    ),
)
def elu_of_a_scalar(z, alpha=1.0):
    if z > 0:
        return z
    return alpha * (np.exp(z) - 1)


@misconception(
    "activations.tanh_from_sigmoid",
    title=Text("una sigmoide sin comprimir", "a sigmoid that is not compressed"),
    hint=Text(
        "falta duplicar z: compara las pendientes de tanh y de tu función en 0",
        "z is not doubled: compare the slopes of tanh and of your function at 0",
    ),
)
def z_not_doubled(z):
    return 2 * sigmoid(z) - 1


@misconception(
    "activations.tanh_from_sigmoid",
    title=Text("una sigmoide sin bajar", "a sigmoid that is not moved down"),
    hint=Text(
        "tanh(0) = 0: ¿cuánto da la tuya?",
        "tanh(0) = 0: what does yours give?",
    ),
)
def not_moved_down(z):
    return 2 * sigmoid(2 * np.asarray(z))


@misconception(
    "activations.tanh_from_sigmoid",
    title=Text("una sigmoide sin estirar", "a sigmoid that is not stretched"),
    hint=Text(
        "σ recorre un intervalo de largo 1 y tanh uno de largo 2",
        "σ covers an interval of length 1 and tanh one of length 2",
    ),
)
def not_stretched(z):
    return sigmoid(2 * np.asarray(z)) - 1


@misconception(
    "activations.numeric_derivative",
    title=Text("una diferencia hacia adelante", "a forward difference"),
    hint=Text(
        "su error baja como h; la central mira a ambos lados de z y su error baja como h²",
        "its error falls as h; the central one looks at both sides of z and its error falls as h²",
    ),
)
def forward_difference(f, z, h=1e-5):
    return (f(z + h) - f(z)) / h


@misconception(
    "activations.numeric_derivative",
    title=Text("una diferencia hacia atrás", "a backward difference"),
    hint=Text(
        "su error baja como h; la central mira a ambos lados de z y su error baja como h²",
        "its error falls as h; the central one looks at both sides of z and its error falls as h²",
    ),
)
def backward_difference(f, z, h=1e-5):
    return (f(z) - f(z - h)) / h


@misconception(
    "activations.numeric_derivative",
    title=Text("una división por h", "a division by h"),
    hint=Text(
        "¿qué distancia hay entre z − h y z + h?",
        "how far apart are z − h and z + h?",
    ),
)
def divided_by_h(f, z, h=1e-5):
    return (f(z + h) - f(z - h)) / h


@misconception(
    "activations.numeric_derivative",
    title=Text("un h que multiplica en vez de dividir", "an h that multiplies, not divides"),
    hint=Text(
        "en Python, `a / 2 * h` es `(a / 2) * h`: mira los paréntesis",
        "in Python, `a / 2 * h` is `(a / 2) * h`: look at the parentheses",
    ),
)
def parentheses_forgotten(f, z, h=1e-5):
    return (f(z + h) - f(z - h)) / 2 * h


@misconception(
    "activations.numeric_derivative",
    title=Text("un paso fijo", "a step that is fixed"),
    hint=Text(
        "¿usas el `h` que recibes, o siempre el mismo?",
        "do you use the `h` that you are given, or always the same?",
    ),
)
def step_ignored(f, z, h=1e-5):
    return (f(z + 1e-5) - f(z - 1e-5)) / 2e-5


@misconception(
    "activations.numeric_derivative",
    title=Text("medio paso a cada lado", "half a step to each side"),
    hint=Text(
        "la fórmula pide avanzar y retroceder h completo, y dividir por 2h",
        "the formula goes a whole h forward and back, and divides by 2h",
    ),
)
def half_step(f, z, h=1e-5):
    return (f(z + h / 2) - f(z - h / 2)) / h


@misconception(
    "activations.numeric_derivative",
    title=Text("una z que se mueve en su lugar", "a z that is moved in place"),
    hint=Text(
        "`z += h` mueve el arreglo de quien llamó; usa `z + h`",
        "`z += h` moves the array of whoever called; use `z + h`",
    ),
)
def moved_in_place(f, z, h=1e-5):
    if np.ndim(z) == 0:
        return (f(z + h) - f(z - h)) / (2 * h)
    z = z if z.dtype == float else z.astype(float)
    z += h
    up = f(z)
    z -= 2 * h
    return (up - f(z)) / (2 * h)


@misconception(
    "activations.d_sigmoid",
    title=Text("z(1 − z), como si z ya fuera σ(z)", "z(1 − z), as if z were σ(z) already"),
    hint=Text(
        "en σ(1 − σ) entra el valor de la sigmoide; la función recibe z",
        "it is the sigmoid's value that goes into σ(1 − σ); the function receives z",
    ),
)
def value_taken_for_input(z):
    return z * (1 - z)


@misconception(
    "activations.d_sigmoid",
    title=Text("solo el factor 1 − σ(z)", "the factor 1 − σ(z) alone"),
    hint=Text(
        "la derivada se anula en los dos extremos: ¿la tuya también?",
        "the derivative goes to zero at both ends: does yours?",
    ),
)
def one_factor(z):
    return 1 - sigmoid(z)


@misconception(
    "activations.d_sigmoid",
    title=Text("la regla de la tangente hiperbólica", "the rule of the hyperbolic tangent"),
    hint=Text(
        "1 − f² es de tanh; la de σ vale 1/4 en 0",
        "1 − f² belongs to tanh; that of σ is 1/4 at 0",
    ),
)
def rule_of_tanh(z):
    return 1 - sigmoid(z) ** 2


@misconception(
    "activations.d_sigmoid",
    title=Text(
        "una derivada con exponenciales que se desbordan",
        "a derivative with exponentials that overflow",
    ),
    hint=Text(
        "prueba z = −1000; escrita con σ(z), que ya es segura, no hay desborde",
        "try z = −1000; written with σ(z), which is safe already, nothing overflows",
    ),
)
def exponentials_overflow(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@misconception(
    "activations.d_sigmoid",
    title=Text("una diferencia numérica", "a numeric difference"),
    hint=Text(
        "la diferencia central solo acierta unas diez cifras: aquí se pide la fórmula",
        "the central difference gets some ten digits right: here the formula is asked for",
    ),
)
def numeric_difference(z):
    z = np.asarray(z)
    return (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5


@misconception(
    "activations.d_sigmoid",
    title=Text("σ' evaluada en σ(z)", "σ' taken at σ(z)"),
    hint=Text(
        "¿cuántas veces pasa z por la sigmoide en tu código? Basta una",
        "how many times does z go through the sigmoid in your code? Once is enough",
    ),
)
def sigmoid_applied_twice(z):
    s = sigmoid(sigmoid(z))
    return s * (1 - s)


@misconception(
    "activations.d_tanh",
    title=Text("1 − tanh(z), sin el cuadrado", "1 − tanh(z), without the square"),
    hint=Text(
        "la derivada es simétrica y se anula en los dos extremos: mira la tuya en z = −3",
        "the derivative is symmetric and goes to zero at both ends: look at yours at z = −3",
    ),
)
def square_forgotten(z):
    return 1 - np.tanh(z)


@misconception(
    "activations.d_tanh",
    title=Text("1 − z², como si z ya fuera tanh(z)", "1 − z², as if z were tanh(z) already"),
    hint=Text(
        "al cuadrado va el valor de tanh; la función recibe z",
        "it is the value of tanh that is squared; the function receives z",
    ),
)
def square_of_the_input(z):
    return 1 - z**2


@misconception(
    "activations.d_tanh",
    title=Text("la regla de la sigmoide aplicada a tanh", "the sigmoid's rule applied to tanh"),
    hint=Text(
        "f(1 − f) es de σ; en z = 0 la pendiente de tanh es 1",
        "f(1 − f) belongs to σ; at z = 0 the slope of tanh is 1",
    ),
)
def rule_of_sigmoid(z):
    return np.tanh(z) * (1 - np.tanh(z))


@misconception(
    "activations.d_tanh",
    title=Text("un signo + en vez de −", "a + sign in place of −"),
    hint=Text(
        "así se deriva la tangente trigonométrica; tanh se aplana, su derivada no pasa de 1",
        "that is the rule of the trigonometric tangent; tanh flattens, its derivative never "
        "exceeds 1",
    ),
)
def plus_square(z):
    return 1 + np.tanh(z) ** 2


@misconception(
    "activations.d_tanh",
    title=Text("tanh' evaluada en tanh(z)", "tanh' taken at tanh(z)"),
    hint=Text(
        "¿cuántas veces pasa z por tanh en tu código? Basta una",
        "how many times does z go through tanh in your code? Once is enough",
    ),
)
def tanh_applied_twice(z):
    return 1 - np.tanh(np.tanh(z)) ** 2


@misconception(
    "activations.d_relu",
    title=Text("la propia ReLU", "ReLU itself"),
    hint=Text(
        "a la derecha la rampa sube siempre igual: su pendiente es constante",
        "on the right the ramp rises evenly: its slope is constant",
    ),
)
def relu_itself(z):
    return np.maximum(z, 0)


@misconception(
    "activations.d_relu",
    title=Text("el signo de z", "the sign of z"),
    hint=Text(
        "a la izquierda ReLU es plana: ¿cuál es la pendiente de una recta horizontal?",
        "on the left ReLU is flat: what is the slope of a horizontal line?",
    ),
)
def sign_of_z(z):
    return np.sign(z)


@misconception(
    "activations.d_relu",
    title=Text("un cociente ReLU(z)/z", "a quotient ReLU(z)/z"),
    hint=Text(
        "en z = 0 es 0/0, y nan no es una pendiente",
        "at z = 0 it is 0/0, and nan is not a slope",
    ),
)
def quotient(z):
    return np.maximum(z, 0) / np.asarray(z, dtype=float)


@misconception(
    "activations.d_relu",
    title=Text("una derivada que solo acepta un número", "a derivative that takes one number only"),
    hint=Text(
        "un `if` no sabe decidir sobre un arreglo entero",
        "an `if` cannot decide about a whole array",
    ),
)
def slope_of_a_scalar(z):
    return 1 if z > 0 else 0


@misconception(
    "activations.d_relu",
    title=Text("una derivada que escribe sobre z", "a derivative that writes over z"),
    hint=Text(
        "asignar a `z[z > 0]` cambia el arreglo de quien llamó",
        "assigning to `z[z > 0]` changes the array of whoever called",
    ),
)
def slope_written_over(z):
    if np.ndim(z) == 0:
        return 1 if z > 0 else 0
    z[z <= 0] = 0
    z[z > 0] = 1
    return z


@misconception(
    "activations.d_elu",
    title=Text("una derivada que ignora α", "a derivative that ignores α"),
    hint=Text(
        "α es un factor constante de la rama izquierda: sigue ahí al derivar",
        "α is a constant factor of the left branch: it is still there after differentiating",
    ),
)
def slope_without_alpha(z, alpha=1.0):
    return np.where(z >= 0, 1, np.exp(np.minimum(z, 0)))


@misconception(
    "activations.d_elu",
    title=Text("un −1 que no se derivó", "a −1 that was not differentiated"),
    hint=Text(
        "la derivada de una constante es 0: mira el límite de la tuya en −∞",
        "the derivative of a constant is 0: look at the limit of yours at −∞",
    ),
)
def constant_kept(z, alpha=1.0):
    return np.where(z >= 0, 1, alpha * np.expm1(np.minimum(z, 0)))


@misconception(
    "activations.d_elu",
    title=Text("la derivada de ReLU", "the derivative of ReLU"),
    hint=Text(
        "a la izquierda la ELU no es plana: se deriva α(e^z − 1)",
        "on the left the ELU is not flat: differentiate α(e^z − 1)",
    ),
)
def flat_on_the_left(z, alpha=1.0):
    return np.where(z >= 0, 1, 0)


@misconception(
    "activations.d_elu",
    title=Text("ELU(z) + α en los dos lados", "ELU(z) + α on both sides"),
    hint=Text(
        "esa identidad vale a la izquierda; a la derecha la pendiente es 1",
        "that identity holds on the left; on the right the slope is 1",
    ),
)
def identity_everywhere(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * np.expm1(np.minimum(z, 0))) + alpha


@misconception(
    "activations.d_elu",
    title=Text("una máscara que multiplica un infinito", "a mask that multiplies an infinity"),
    hint=Text(
        "en z = 1000 la exponencial es ∞, y 0 · ∞ es nan: limita antes lo que entra a ella",
        "at z = 1000 the exponential is ∞, and 0 · ∞ is nan: limit what goes into it first",
    ),
)
def mask_times_infinity(z, alpha=1.0):
    z = np.asarray(z)
    return (z >= 0) + (z < 0) * alpha * np.exp(z)


@misconception(
    "activations.d_elu",
    title=Text("una derivada truncada a enteros", "a derivative truncated to integers"),
    hint=Text(
        "con un z de enteros, `zeros_like` y `ones_like` crean un arreglo de enteros",
        "with a z of integers, `zeros_like` and `ones_like` make an array of integers",
    ),
)
def slope_in_integers(z, alpha=1.0):
    z = np.asarray(z)
    out = np.ones_like(z)
    out[z < 0] = alpha * np.exp(z[z < 0])
    return out


@misconception(
    "activations.d_elu",
    title=Text("una derivada que solo acepta un número", "a derivative that takes one number only"),
    hint=Text(
        "un `if z > 0` no sabe decidir sobre un arreglo entero: elige elemento por elemento",
        "an `if z > 0` cannot decide about a whole array: choose element by element",
    ),
)
def elu_slope_of_a_scalar(z, alpha=1.0):
    if z > 0:
        return 1
    return alpha * np.exp(z)


@misconception(
    "activations.d_elu",
    title=Text("ELU(z) + 1 en los dos lados", "ELU(z) + 1 on both sides"),
    hint=Text(
        "a la derecha la pendiente es constante; y a la izquierda, ¿qué se suma si α no es 1?",
        "on the right the slope is constant; and on the left, what is to be added if α is not 1?",
    ),
)
def plus_one_everywhere(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * np.expm1(np.minimum(z, 0))) + 1


@misconception(
    "activations.d_elu",
    title=Text("ELU(z) + 1 a la izquierda", "ELU(z) + 1 on the left"),
    hint=Text(
        "ese atajo vale solo con α = 1: deriva α(e^z − 1) y compara",
        "that shortcut holds for α = 1 only: differentiate α(e^z − 1) and compare",
    ),
)
def shortcut_of_alpha_one(z, alpha=1.0):
    return np.where(z >= 0, 1, alpha * np.expm1(np.minimum(z, 0)) + 1)


@misconception(
    "activations.LIMITS",
    title=Text("los límites de la sigmoide y de tanh intercambiados", "σ and tanh exchanged"),
    hint=Text(
        "¿cuál de las dos toma valores negativos?",
        "which of the two takes negative values?",
    ),
)
def sigmoid_and_tanh_exchanged():
    return {
        "sigmoid": (-1, 1, 0, 0),
        "tanh": (0, 1, 0, 0),
        "relu": (0, np.inf, 0, 1),
        "elu": (-1, np.inf, 0, 1),
    }


@misconception(
    "activations.LIMITS",
    title=Text("un número finito donde va ∞", "a finite number where ∞ belongs"),
    hint=Text(
        "ReLU y ELU crecen sin cota: NumPy tiene un nombre para ese límite",
        "ReLU and ELU grow without bound: NumPy has a name for that limit",
    ),
)
def large_for_infinite():
    return {
        "sigmoid": (0, 1, 0, 0),
        "tanh": (-1, 1, 0, 0),
        "relu": (0, 1000, 0, 1),
        "elu": (-1, 1000, 0, 1),
    }


@misconception(
    "activations.LIMITS",
    title=Text("una pendiente que crece con la función", "a slope that grows with the function"),
    hint=Text(
        "la función se va a ∞, pero sube siempre igual: ¿con qué pendiente?",
        "the function goes to ∞, yet it rises evenly: with which slope?",
    ),
)
def slope_infinite():
    return {
        "sigmoid": (0, 1, 0, 0),
        "tanh": (-1, 1, 0, 0),
        "relu": (0, np.inf, 0, np.inf),
        "elu": (-1, np.inf, 0, np.inf),
    }


@misconception(
    "activations.LIMITS",
    title=Text("una ELU que se anula en −∞, como ReLU", "an ELU that is 0 at −∞, like ReLU"),
    hint=Text(
        "¿a qué tiende α(e^z − 1) cuando z → −∞?",
        "where does α(e^z − 1) go as z → −∞?",
    ),
)
def elu_like_relu():
    return {
        "sigmoid": (0, 1, 0, 0),
        "tanh": (-1, 1, 0, 0),
        "relu": (0, np.inf, 0, 1),
        "elu": (0, np.inf, 0, 1),
    }


@misconception(
    "activations.LIMITS",
    title=Text(
        "la función y su derivada primero en −∞ y luego en +∞",
        "function and derivative first at −∞ and then at +∞",
    ),
    hint=Text(
        "mira el orden pedido: los dos valores de f, y después los dos de f'",
        "look at the order that is asked for: both values of f, then both of f'",
    ),
)
def order_by_side():
    return {
        "sigmoid": (0, 0, 1, 0),
        "tanh": (-1, 0, 1, 0),
        "relu": (0, 0, np.inf, 1),
        "elu": (-1, 0, np.inf, 1),
    }


@misconception(
    "activations.gradient_through_layers",
    title=Text("la misma derivada en todas las capas", "the same derivative in every layer"),
    hint=Text(
        "a la segunda capa ya no entra z₀, sino f(z₀)",
        "what enters the second layer is f(z₀), no longer z₀",
    ),
)
def always_at_z0(f, d_f, z0, depth):
    return d_f(z0) ** depth


@misconception(
    "activations.gradient_through_layers",
    title=Text(
        "la derivada tomada en la salida de cada capa", "the derivative at a layer's output"
    ),
    hint=Text(
        "f' se evalúa en lo que **entra** a la capa: el primer factor es f'(z₀)",
        "f' is evaluated at what **enters** the layer: the first factor is f'(z₀)",
    ),
)
def moved_before_differentiating(f, d_f, z0, depth):
    z, gradient = np.asarray(z0, dtype=float), np.ones(np.shape(z0))
    for _ in range(depth):
        z = f(z)
        gradient = gradient * d_f(z)
    return gradient


@misconception(
    "activations.gradient_through_layers",
    title=Text("una suma de derivadas", "a sum of derivatives"),
    hint=Text(
        "la regla de la cadena multiplica: duplicar dos veces es multiplicar por 4",
        "the chain rule multiplies: doubling twice is a factor of 4",
    ),
)
def sum_for_product(f, d_f, z0, depth):
    z, gradient = np.asarray(z0, dtype=float), np.zeros(np.shape(z0))
    for _ in range(depth):
        gradient = gradient + d_f(z)
        z = f(z)
    return gradient


@misconception(
    "activations.gradient_through_layers",
    title=Text("la salida de la red en vez de su derivada", "the network's output, not its slope"),
    hint=Text(
        "f(f(…f(z₀))) es el valor; se pide cuánto cambia cuando z₀ cambia",
        "f(f(…f(z₀))) is the value; the question is how much it changes when z₀ does",
    ),
)
def value_for_gradient(f, d_f, z0, depth):
    z = np.asarray(z0, dtype=float)
    for _ in range(depth):
        z = f(z)
    return z


@misconception(
    "activations.gradient_through_layers",
    title=Text("una capa de más", "one layer too many"),
    hint=Text(
        "cuenta los factores: con `depth` capas hay `depth`, y con ninguna la derivada es 1",
        "count the factors: `depth` layers give `depth` of them, and with none the derivative is 1",
    ),
)
def one_layer_more(f, d_f, z0, depth):
    z, gradient = np.asarray(z0, dtype=float), d_f(np.asarray(z0, dtype=float))
    for _ in range(depth):
        z = f(z)
        gradient = gradient * d_f(z)
    return gradient


@misconception(
    "activations.gradient_through_layers",
    title=Text("solo la derivada de la última capa", "the derivative of the last layer only"),
    hint=Text(
        "cada capa aporta un factor: ¿los acumulas, o te quedas con el último?",
        "each layer brings a factor: do you gather them, or keep the last one?",
    ),
)
def last_layer_only(f, d_f, z0, depth):
    z, gradient = np.asarray(z0, dtype=float), np.ones(np.shape(z0))
    for _ in range(depth):
        gradient = d_f(z)
        z = f(z)
    return gradient


@misconception(
    "activations.gradient_through_layers",
    title=Text("una capa de menos", "one layer too few"),
    hint=Text(
        "cuenta los factores: con `depth` capas hay `depth`, y con una ya hay uno",
        "count the factors: `depth` layers give `depth` of them, and a single one gives one",
    ),
)
def one_layer_fewer(f, d_f, z0, depth):
    z, gradient = np.asarray(z0, dtype=float), np.ones(np.shape(z0))
    for _ in range(depth - 1):
        gradient = gradient * d_f(z)
        z = f(z)
    return gradient


@misconception(
    "activations.dead_fraction",
    title=Text("la fracción de ceros de toda la tabla", "the share of zeros in the whole table"),
    hint=Text(
        "una unidad está muerta si calla con **todos** los ejemplos; primero decide por unidad",
        "a unit is dead if it is silent for **all** the examples; decide per unit first",
    ),
)
def share_of_zeros(z):
    return np.mean(z <= 0)


@misconception(
    "activations.dead_fraction",
    title=Text("una unidad muerta por un solo ejemplo", "a unit killed by a single example"),
    hint=Text(
        "basta un ejemplo que la active para que una unidad esté viva",
        "one example that activates it is enough for a unit to be alive",
    ),
)
def any_silence_kills(z):
    return np.mean(np.any(z <= 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("ejemplos muertos en vez de unidades", "dead examples in place of dead units"),
    hint=Text(
        "las unidades son las columnas de z: ¿sobre qué eje buscas?",
        "the units are the columns of z: along which axis do you look?",
    ),
)
def along_the_wrong_axis(z):
    return np.mean(np.all(z <= 0, axis=1))


@misconception(
    "activations.dead_fraction",
    title=Text("un z = 0 que cuenta como activo", "a z = 0 that counts as active"),
    hint=Text(
        "activa significa z > 0: en z = 0 la ReLU todavía da 0",
        "active means z > 0: at z = 0 the ReLU still gives 0",
    ),
)
def zero_counts_as_active(z):
    return np.mean(np.all(z < 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("la fracción de unidades vivas", "the share of units alive"),
    hint=Text(
        "mira qué pasa cuando todas las entradas son negativas: la respuesta debe ser 1",
        "look at what happens when all the inputs are negative: the answer should be 1",
    ),
)
def alive_fraction(z):
    return np.mean(np.any(z > 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("un número de unidades, no una fracción", "a number of units, not a share"),
    hint=Text(
        "divide por cuántas unidades hay, para que el resultado quede entre 0 y 1",
        "divide by how many units there are, so that the result lies between 0 and 1",
    ),
)
def count_not_share(z):
    return np.sum(np.all(z <= 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("una unidad débil que cuenta como muerta", "a weak unit that counts as dead"),
    hint=Text(
        "por poco que sea, z > 0 activa la unidad, y por ella pasa gradiente",
        "however little, z > 0 activates the unit, and gradient passes through it",
    ),
)
def weak_is_dead(z):
    return np.mean(np.all(np.asarray(z) <= 1e-4, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("la suma de la columna en lugar de sus signos", "a column's sum, not its signs"),
    hint=Text(
        "una columna puede sumar negativo y tener un z > 0: basta ese ejemplo para estar viva",
        "a column can add up to less than 0 and hold a z > 0: that example is enough to be alive",
    ),
)
def negative_sum_is_dead(z):
    return np.mean(np.sum(z, axis=0) <= 0)
