"""Week 2: mistakes about activation functions, their derivatives and their limits."""

import numpy as np

from gradus.catalogue import misconception
from gradus.reference.activations import elu, sigmoid
from gradus.text import Text


@misconception(
    "activations.sigmoid",
    title=Text("una sigmoide reflejada", "a mirrored sigmoid"),
    hint=Text(
        "σ crece de 0 a 1: revisa el signo del exponente",
        "σ grows from 0 to 1: check the sign of the exponent",
    ),
)
def mirrored(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, e, 1.0) / (1.0 + e)


@misconception(
    "activations.sigmoid",
    title=Text("1/(1 + e⁻ᶻ) tal como está escrita", "1/(1 + e⁻ᶻ) just as it is written"),
    hint=Text(
        "con z = −1000 pides e¹⁰⁰⁰, que no cabe en un float64; para z < 0 usa una forma "
        "equivalente con exponente negativo",
        "with z = −1000 you ask for e¹⁰⁰⁰, which no float64 can hold; for z < 0 use an equal form "
        "with a negative exponent",
    ),
)
def overflow_on_the_left(z):
    return 1.0 / (1.0 + np.exp(-z))


@misconception(
    "activations.sigmoid",
    title=Text("eᶻ/(1 + eᶻ) para todo z", "eᶻ/(1 + eᶻ) for every z"),
    hint=Text(
        "con z = 1000 esa forma es ∞/∞; cada forma sirve en un solo lado de 0",
        "with z = 1000 that form is ∞/∞; each form is good on one side of 0 only",
    ),
)
def overflow_on_the_right(z):
    return np.exp(z) / (1.0 + np.exp(z))


@misconception(
    "activations.sigmoid",
    title=Text(
        "un `np.where` que calcula las dos ramas", "an `np.where` that computes both branches"
    ),
    hint=Text(
        "`np.where` elige después de calcular todo: la rama que no se usa también se desborda; "
        "limita antes el exponente",
        "`np.where` chooses after computing everything: the branch that is not used overflows too; "
        "bound the exponent first",
    ),
)
def both_branches(z):
    return np.where(z >= 0, 1.0 / (1.0 + np.exp(-z)), np.exp(z) / (1.0 + np.exp(z)))


@misconception(
    "activations.tanh",
    title=Text("el cociente de exponenciales tal cual", "the quotient of exponentials as it is"),
    hint=Text(
        "con z = 1000 el cociente es ∞/∞; divide arriba y abajo por la exponencial más grande, o "
        "usa la función de NumPy",
        "with z = 1000 the quotient is ∞/∞; divide above and below by the larger exponential, or "
        "use NumPy's function",
    ),
)
def naive_quotient(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@misconception(
    "activations.tanh",
    title=Text("una tangente hiperbólica a media velocidad", "a hyperbolic tangent at half speed"),
    hint=Text(
        "2σ(z) − 1 tiene la forma correcta, pero su pendiente en 0 es 1/2 y la de tanh es 1",
        "2σ(z) − 1 has the right shape, but its slope at 0 is 1/2 and that of tanh is 1",
    ),
)
def half_speed(z):
    return 2.0 * sigmoid(z) - 1.0


@misconception(
    "activations.tanh",
    title=Text("la sigmoide", "the sigmoid"),
    hint=Text(
        "tanh va de −1 a 1 y pasa por 0; σ va de 0 a 1 y pasa por 1/2",
        "tanh goes from −1 to 1 through 0; σ goes from 0 to 1 through 1/2",
    ),
)
def sigmoid_for_tanh(z):
    return sigmoid(z)


@misconception(
    "activations.tanh",
    title=Text("la tangente trigonométrica", "the trigonometric tangent"),
    hint=Text("falta la h: tan no es tanh", "the h is missing: tan is not tanh"),
)
def circular_tangent(z):
    return np.tan(z)


@misconception(
    "activations.relu",
    title=Text("un valor absoluto", "an absolute value"),
    hint=Text(
        "a la izquierda de 0 la salida es 0, no −z", "to the left of 0 the output is 0, not −z"
    ),
)
def absolute_value(z):
    return np.abs(z)


@misconception(
    "activations.relu",
    title=Text("una ReLU con fuga", "a leaky ReLU"),
    hint=Text(
        "existe y se usa, pero la de la clase vale exactamente 0 cuando z < 0",
        "it exists and is used, but the lecture's is exactly 0 where z < 0",
    ),
)
def leaky(z):
    return np.where(z >= 0, z, 0.01 * z)


@misconception(
    "activations.relu",
    title=Text("`np.max` en lugar de `np.maximum`", "`np.max` in place of `np.maximum`"),
    hint=Text(
        "`np.max(z, 0)` busca el máximo a lo largo del eje 0; se pide comparar cada elemento con 0",
        "`np.max(z, 0)` looks for the largest along axis 0; compare each element with 0 instead",
    ),
)
def maximum_along_an_axis(z):
    return np.max(z, 0)


@misconception(
    "activations.relu",
    title=Text("la función de Heaviside", "the Heaviside function"),
    hint=Text("a la derecha de 0 la salida es z, no 1", "to the right of 0 the output is z, not 1"),
)
def step_for_relu(z):
    return np.where(z >= 0, 1.0, 0.0)


@misconception(
    "activations.elu",
    title=Text("una ELU que ignora α", "an ELU that ignores α"),
    hint=Text(
        "con α = 1 no se nota: prueba con otro valor",
        "with α = 1 it does not show: try another value",
    ),
)
def alpha_ignored(z, alpha=1.0):
    return np.where(z >= 0, z, np.expm1(np.minimum(z, 0.0)))


@misconception(
    "activations.elu",
    title=Text("αeᶻ sin restar 1", "αeᶻ without subtracting 1"),
    hint=Text(
        "así hay un salto en 0: acércate por la izquierda y compara con ELU(0) = 0",
        "this jumps at 0: come from the left and compare with ELU(0) = 0",
    ),
)
def minus_one_forgotten(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * np.exp(np.minimum(z, 0.0)))


@misconception(
    "activations.elu",
    title=Text("α también en la rama positiva", "α on the positive branch as well"),
    hint=Text("para z ≥ 0 la ELU es z, sin α", "for z ≥ 0 the ELU is z, without α"),
)
def alpha_on_both_sides(z, alpha=1.0):
    return alpha * np.where(z >= 0, z, np.expm1(np.minimum(z, 0.0)))


@misconception(
    "activations.elu",
    title=Text("una exponencial de toda la entrada", "an exponential of the whole input"),
    hint=Text(
        "`np.where` calcula las dos ramas: e¹⁰⁰⁰ se desborda aunque después no se use",
        "`np.where` computes both branches: e¹⁰⁰⁰ overflows even if it is not used afterwards",
    ),
)
def elu_overflow(z, alpha=1.0):
    return np.where(z >= 0, z, alpha * (np.exp(z) - 1.0))


@misconception(
    "activations.d_sigmoid",
    title=Text("z(1 − z) en lugar de σ(1 − σ)", "z(1 − z) in place of σ(1 − σ)"),
    hint=Text(
        "la fórmula es sobre σ(z), y tu función recibe z",
        "the formula is about σ(z), but your function receives z",
    ),
)
def input_for_output(z):
    return z * (1.0 - z)


@misconception(
    "activations.d_sigmoid",
    title=Text("la fórmula de tanh, 1 − σ²", "the formula of tanh, 1 − σ²"),
    hint=Text(
        "σ'(0) debe ser 1/4: ¿cuánto da la tuya?", "σ'(0) should be 1/4: what does yours give?"
    ),
)
def tanh_formula(z):
    return 1.0 - sigmoid(z) ** 2


@misconception(
    "activations.d_sigmoid",
    title=Text("la sigmoide sin derivar", "the sigmoid itself, not its derivative"),
    hint=Text(
        "la derivada es una campana que vale 1/4 en 0", "the derivative is a bell that is 1/4 at 0"
    ),
)
def not_differentiated(z):
    return sigmoid(z)


@misconception(
    "activations.d_sigmoid",
    title=Text("σ(σ − 1), con el signo al revés", "σ(σ − 1), with the sign reversed"),
    hint=Text(
        "σ crece en todas partes: su derivada no puede ser negativa",
        "σ grows everywhere: its derivative cannot be negative",
    ),
)
def negative_slope(z):
    return sigmoid(z) * (sigmoid(z) - 1.0)


@misconception(
    "activations.d_tanh",
    title=Text("1 − tanh(z), sin el cuadrado", "1 − tanh(z), without the square"),
    hint=Text(
        "la derivada es par: tiene que valer lo mismo en z y en −z",
        "the derivative is even: it must be the same at z and at −z",
    ),
)
def square_forgotten(z):
    return 1.0 - np.tanh(z)


@misconception(
    "activations.d_tanh",
    title=Text("la fórmula de la sigmoide, t(1 − t)", "the formula of the sigmoid, t(1 − t)"),
    hint=Text(
        "tanh'(0) = 1, la pendiente máxima: ¿cuánto da t(1 − t) en 0?",
        "tanh'(0) = 1, the steepest slope: what is t(1 − t) at 0?",
    ),
)
def sigmoid_formula(z):
    t = np.tanh(z)
    return t * (1.0 - t)


@misconception(
    "activations.d_tanh",
    title=Text("1 + tanh²", "1 + tanh²"),
    hint=Text(
        "lejos de 0 tanh se aplana: su derivada tiende a 0, no a 2",
        "far from 0 tanh gets flat: its derivative tends to 0, not to 2",
    ),
)
def plus_for_minus(z):
    return 1.0 + np.tanh(z) ** 2


@misconception(
    "activations.d_tanh",
    title=Text("1/cosh², que se desborda", "1/cosh², which overflows"),
    hint=Text(
        "es correcto en el papel, pero cosh(1000) no cabe en un float64",
        "it is right on paper, but no float64 can hold cosh(1000)",
    ),
)
def cosh_overflow(z):
    return 1.0 / np.cosh(z) ** 2


@misconception(
    "activations.d_relu",
    title=Text("la propia ReLU", "ReLU itself"),
    hint=Text(
        "la pendiente a la derecha de 0 es siempre 1, por lejos que estés",
        "the slope to the right of 0 is always 1, however far you are",
    ),
)
def relu_not_differentiated(z):
    return np.maximum(z, 0.0)


@misconception(
    "activations.d_relu",
    title=Text("la función signo", "the sign function"),
    hint=Text(
        "a la izquierda de 0 ReLU es plana: su pendiente es 0, no −1",
        "to the left of 0 ReLU is flat: its slope is 0, not −1",
    ),
)
def sign_for_slope(z):
    return np.sign(z)


@misconception(
    "activations.d_relu",
    title=Text("pendiente 1 en todas partes", "slope 1 everywhere"),
    hint=Text("¿qué pasa cuando z < 0?", "what happens where z < 0?"),
)
def always_one(z):
    return np.ones_like(z)


@misconception(
    "activations.d_elu",
    title=Text("una derivada que ignora α", "a derivative that ignores α"),
    hint=Text(
        "deriva α(eᶻ − 1) respecto de z: α no desaparece",
        "differentiate α(eᶻ − 1) with respect to z: α does not go away",
    ),
)
def slope_without_alpha(z, alpha=1.0):
    return np.where(z >= 0, 1.0, np.exp(np.minimum(z, 0.0)))


@misconception(
    "activations.d_elu",
    title=Text("αeᶻ en las dos ramas", "αeᶻ on both branches"),
    hint=Text(
        "para z ≥ 0 la ELU es z: su pendiente es 1", "for z ≥ 0 the ELU is z: its slope is 1"
    ),
)
def exponential_everywhere(z, alpha=1.0):
    return alpha * np.exp(np.minimum(z, 700.0))


@misconception(
    "activations.d_elu",
    title=Text("la ELU sin derivar", "the ELU itself, not its derivative"),
    hint=Text(
        "una función creciente no tiene pendiente negativa",
        "a function that grows has no negative slope",
    ),
)
def elu_not_differentiated(z, alpha=1.0):
    return elu(z, alpha)


@misconception(
    "activations.d_elu",
    title=Text("una exponencial de toda la entrada", "an exponential of the whole input"),
    hint=Text(
        "`np.where` calcula las dos ramas: e¹⁰⁰⁰ se desborda aunque después no se use",
        "`np.where` computes both branches: e¹⁰⁰⁰ overflows even if it is not used afterwards",
    ),
)
def d_elu_overflow(z, alpha=1.0):
    return np.where(z >= 0, 1.0, alpha * np.exp(z))


@misconception(
    "activations.LIMITS",
    title=Text("una sigmoide que baja hasta −1", "a sigmoid that goes down to −1"),
    hint=Text(
        "la que va de −1 a 1 es tanh; la sigmoide es una probabilidad",
        "the one from −1 to 1 is tanh; the sigmoid is a probability",
    ),
)
def sigmoid_like_tanh():
    return {
        "sigmoid": (-1, 1, 0, 0),
        "tanh": (-1, 1, 0, 0),
        "relu": (0, np.inf, 0, 1),
        "elu": (-1, np.inf, 0, 1),
    }


@misconception(
    "activations.LIMITS",
    title=Text("una ELU que termina en 0 por la izquierda", "an ELU that ends at 0 on the left"),
    hint=Text("en α(eᶻ − 1), ¿qué queda cuando eᶻ → 0?", "in α(eᶻ − 1), what is left when eᶻ → 0?"),
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
        "una derivada que crece junto con la función", "a derivative that grows with its function"
    ),
    hint=Text(
        "ReLU y ELU son rectas a la derecha: su valor crece sin fin, su pendiente no",
        "ReLU and ELU are straight on the right: their value grows without end, their slope "
        "does not",
    ),
)
def slope_grows_too():
    return {
        "sigmoid": (0, 1, 0, 0),
        "tanh": (-1, 1, 0, 0),
        "relu": (0, np.inf, 0, np.inf),
        "elu": (-1, np.inf, 0, np.inf),
    }


@misconception(
    "activations.LIMITS",
    title=Text("derivadas que copian los valores", "derivatives that copy the values"),
    hint=Text(
        "sigmoide y tanh se aplanan en los dos extremos: una función plana tiene pendiente 0",
        "sigmoid and tanh get flat at both ends: a flat function has slope 0",
    ),
)
def slopes_like_values():
    return {
        "sigmoid": (0, 1, 0, 1),
        "tanh": (-1, 1, -1, 1),
        "relu": (0, np.inf, 0, 1),
        "elu": (-1, np.inf, 0, 1),
    }


@misconception(
    "activations.tanh_from_sigmoid",
    title=Text("2σ(z) − 1, sin el 2 de adentro", "2σ(z) − 1, without the inner 2"),
    hint=Text(
        "la sigmoide también debe comprimirse en horizontal: su argumento es 2z",
        "the sigmoid has to be squeezed sideways too: its argument is 2z",
    ),
)
def inner_factor_forgotten(z):
    return 2.0 * sigmoid(z) - 1.0


@misconception(
    "activations.tanh_from_sigmoid",
    title=Text("2σ(2z), sin bajar 1", "2σ(2z), not moved down by 1"),
    hint=Text("en z = 0 debe dar 0", "at z = 0 it should give 0"),
)
def shift_forgotten(z):
    return 2.0 * sigmoid(2.0 * z)


@misconception(
    "activations.tanh_from_sigmoid",
    title=Text("σ(2z) − 1, sin estirar", "σ(2z) − 1, not stretched"),
    hint=Text(
        "el recorrido de σ mide 1 y el de tanh mide 2",
        "the range of σ has length 1, that of tanh 2",
    ),
)
def outer_factor_forgotten(z):
    return sigmoid(2.0 * z) - 1.0


@misconception(
    "activations.numeric_derivative",
    title=Text("una diferencia hacia adelante", "a forward difference"),
    hint=Text(
        "su error baja como h; la diferencia central usa f(z + h) y f(z − h), y su error "
        "baja como h²",
        "its error falls as h; the central difference uses f(z + h) and f(z − h), and its error "
        "falls as h²",
    ),
)
def forward_difference(f, z, h=1e-5):
    return (f(z + h) - f(z)) / h


@misconception(
    "activations.numeric_derivative",
    title=Text("una división por h y no por 2h", "a division by h and not by 2h"),
    hint=Text("entre z − h y z + h hay una distancia 2h", "from z − h to z + h the distance is 2h"),
)
def divided_by_h(f, z, h=1e-5):
    return (f(z + h) - f(z - h)) / h


@misconception(
    "activations.numeric_derivative",
    title=Text("un paso fijo que ignora h", "a fixed step that ignores h"),
    hint=Text(
        "quien llama elige h: úsalo en lugar de una constante",
        "the caller chooses h: use it in place of a constant",
    ),
)
def step_ignored(f, z, h=1e-5):
    return (f(z + 1e-5) - f(z - 1e-5)) / 2e-5


@misconception(
    "activations.numeric_derivative",
    title=Text(
        "una diferencia que nunca se divide por h", "a difference that is never divided by h"
    ),
    hint=Text(
        "una pendiente es un cociente: cambio de f entre cambio de z",
        "a slope is a quotient: change of f over change of z",
    ),
)
def never_divided(f, z, h=1e-5):
    return (f(z + h) - f(z - h)) / 2.0


@misconception(
    "activations.numeric_derivative",
    title=Text("un z que se modifica en el lugar", "a z that is modified in place"),
    hint=Text(
        "`z += h` cambia el arreglo de quien llama; escribe `z + h`",
        "`z += h` changes the caller's array; write `z + h`",
    ),
)
def shifted_in_place(f, z, h=1e-5):
    z += h
    above = f(z)
    z -= 2 * h
    return (above - f(z)) / (2 * h)


@misconception(
    "activations.gradient_through_layers",
    title=Text("una derivada evaluada siempre en z₀", "a derivative always taken at z₀"),
    hint=Text(
        "cada capa recibe la salida de la anterior: f' se evalúa en z₀, z₁ = f(z₀), z₂ = f(z₁), …",
        "each layer receives the output of the one before: f' is taken at z₀, z₁ = f(z₀), z₂ "
        "= f(z₁), …",
    ),
)
def always_at_the_start(f, d_f, z0, depth):
    return d_f(z0) ** depth


@misconception(
    "activations.gradient_through_layers",
    title=Text("una suma de derivadas", "a sum of derivatives"),
    hint=Text("la regla de la cadena multiplica", "the chain rule multiplies"),
)
def summed(f, d_f, z0, depth):
    z, total = z0, 0.0 * z0
    for _ in range(depth):
        total = total + d_f(z)
        z = f(z)
    return total


@misconception(
    "activations.gradient_through_layers",
    title=Text("un factor de más", "one factor too many"),
    hint=Text(
        "con depth capas hay depth factores; con depth = 0 no hay ninguno y la derivada es 1",
        "with depth layers there are depth factors; with depth = 0 there are none and the "
        "derivative is 1",
    ),
)
def one_factor_too_many(f, d_f, z0, depth):
    z, product = z0, d_f(z0)
    for _ in range(depth):
        z = f(z)
        product = product * d_f(z)
    return product


@misconception(
    "activations.gradient_through_layers",
    title=Text("f' evaluada a la salida de cada capa", "f' taken at the output of each layer"),
    hint=Text(
        "la derivada de f(z) se evalúa en z, la entrada de la capa, antes de aplicar f",
        "the derivative of f(z) is taken at z, the layer's input, before f is applied",
    ),
)
def taken_at_the_output(f, d_f, z0, depth):
    z, product = z0, np.ones_like(z0)
    for _ in range(depth):
        z = f(z)
        product = product * d_f(z)
    return product


@misconception(
    "activations.gradient_through_layers",
    title=Text("solo la derivada de la última capa", "the derivative of the last layer only"),
    hint=Text("todas las capas aportan un factor", "every layer contributes a factor"),
)
def last_layer_only(f, d_f, z0, depth):
    z, slope = z0, np.ones_like(z0)
    for _ in range(depth):
        slope = d_f(z)
        z = f(z)
    return slope


@misconception(
    "activations.dead_fraction",
    title=Text("la fracción de ceros", "the share of zeros"),
    hint=Text(
        "una unidad está muerta si **ningún** ejemplo la activa; no basta con que algunos no "
        "lo hagan",
        "a unit is dead if **no** example activates it; it is not enough that some do not",
    ),
)
def share_of_zeros(z):
    return np.mean(z <= 0)


@misconception(
    "activations.dead_fraction",
    title=Text("los ejemplos en lugar de las unidades", "the examples in place of the units"),
    hint=Text(
        "las filas son ejemplos y las columnas, unidades: ¿sobre qué eje preguntas si "
        "«alguno» activa?",
        'rows are examples and columns are units: along which axis do you ask whether "any" fires?',
    ),
)
def wrong_axis(z):
    return np.mean(~np.any(z > 0, axis=1))


@misconception(
    "activations.dead_fraction",
    title=Text("la fracción de unidades vivas", "the share of living units"),
    hint=Text("se piden las muertas", "the dead ones are asked for"),
)
def share_of_the_living(z):
    return np.mean(np.any(z > 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("contar z = 0 como activa", "counting z = 0 as active"),
    hint=Text(
        "con z = 0 la salida de ReLU es 0: la unidad no se activa",
        "with z = 0 the output of ReLU is 0: the unit is not active",
    ),
)
def zero_is_active(z):
    return np.mean(~np.any(z >= 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text("una cuenta y no una fracción", "a count and not a share"),
    hint=Text("divide por el número de unidades", "divide by the number of units"),
)
def count_not_share(z):
    return np.sum(~np.any(z > 0, axis=0))


@misconception(
    "activations.dead_fraction",
    title=Text(
        "dar por muerta a la unidad que falla una vez", "calling a unit dead that fails once"
    ),
    hint=Text(
        "basta un ejemplo que la active para que la unidad viva",
        "one example that activates it is enough for a unit to live",
    ),
)
def dead_at_the_first_failure(z):
    return np.mean(np.any(z <= 0, axis=0))
