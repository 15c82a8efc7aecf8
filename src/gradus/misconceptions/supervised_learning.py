"""Week 3: mistakes about descriptors, losses, risk and the split of the data."""

import numpy as np

from gradus.catalogue import misconception
from gradus.reference.supervised_learning import draw_examples
from gradus.text import Text


@misconception(
    "supervised_learning.extract_features",
    title=Text("la codificación del sexo al revés", "sex encoded the other way round"),
    hint=Text(
        'vuelve a leer la tabla: ¿qué número le toca a "F" y cuál a "M"?',
        'read the table again: which number belongs to "F" and which to "M"?',
    ),
)
def female_is_one(records):
    rows = []
    known = [
        r["salary"] for r in records if r.get("salary") is not None and not np.isnan(r["salary"])
    ]
    for record in records:
        salary = record.get("salary")
        if salary is None or np.isnan(salary):
            salary = np.mean(known)
        rows.append([record["age"], {"F": 1, "M": 0}.get(record.get("sex"), 0.5), salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text("un sexo desconocido que cuenta como 0", "an unknown sex that counts as 0"),
    hint=Text(
        "cuando no se sabe, el descriptor queda a medio camino entre los dos valores",
        "where it is not known, the descriptor lies half-way between the two values",
    ),
)
def unknown_sex_is_zero(records):
    rows = []
    known = [
        r["salary"] for r in records if r.get("salary") is not None and not np.isnan(r["salary"])
    ]
    for record in records:
        salary = record.get("salary")
        if salary is None or np.isnan(salary):
            salary = np.mean(known)
        rows.append([record["age"], 1.0 if record.get("sex") == "M" else 0.0, salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text("un salario que falta y cuenta como 0", "a missing salary that counts as 0"),
    hint=Text(
        "nadie dijo que gana 0: reemplaza lo que falta por la media de los salarios conocidos",
        "nobody said that they earn 0: replace what is missing by the mean of the known salaries",
    ),
)
def missing_salary_is_zero(records):
    rows = []
    for record in records:
        salary = record.get("salary")
        if salary is None or np.isnan(salary):
            salary = 0.0
        rows.append([record["age"], {"F": 0, "M": 1}.get(record.get("sex"), 0.5), salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text(
        "una media que cuenta los salarios que faltan", "a mean that counts the missing salaries"
    ),
    hint=Text(
        "¿entre cuántos divides? Solo los salarios conocidos entran en la media",
        "by how many do you divide? Only the known salaries enter the mean",
    ),
)
def mean_over_everybody(records):
    salaries = []
    for record in records:
        salary = record.get("salary")
        salaries.append(0.0 if salary is None or np.isnan(salary) else salary)
    mean = sum(salaries) / len(salaries)
    rows = []
    for record, salary in zip(records, salaries, strict=True):
        value = record.get("salary")
        missing = value is None or np.isnan(value)
        sex = {"F": 0, "M": 1}.get(record.get("sex"), 0.5)
        rows.append([record["age"], sex, mean if missing else salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text("un NaN que se queda en la tabla", "a NaN that stays in the table"),
    hint=Text(
        "un salario puede faltar de tres maneras: sin clave, con None y con NaN; NaN no es None",
        "a salary can be missing in three ways: no key, None and NaN; NaN is not None",
    ),
)
def nan_is_not_missing(records):
    known = [r["salary"] for r in records if r.get("salary") is not None]
    mean = np.nanmean(known)
    rows = []
    for record in records:
        salary = record.get("salary")
        sex = {"F": 0, "M": 1}.get(record.get("sex"), 0.5)
        rows.append([record["age"], sex, mean if salary is None else salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text("un salario 0 que cuenta como desconocido", "a salary of 0 that counts as unknown"),
    hint=Text(
        "en un `if`, el número 0 vale lo mismo que False; pregunta si el salario es None",
        "in an `if` the number 0 is as good as False; ask whether the salary is None",
    ),
)
def zero_is_missing(records):
    known = [r["salary"] for r in records if r.get("salary") and not np.isnan(r["salary"])]
    rows = []
    for record in records:
        salary = record.get("salary")
        if not salary or np.isnan(salary):
            salary = np.mean(known)
        rows.append([record["age"], {"F": 0, "M": 1}.get(record.get("sex"), 0.5), salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text("una media recortada a entero", "a mean cut to a whole number"),
    hint=Text(
        "un arreglo de enteros corta los decimales de lo que recibe: créalo con `dtype=float`",
        "an array of integers cuts the decimals of what is put into it: make it with `dtype=float`",
    ),
)
def salaries_in_integers(records):
    unknown = np.array([r.get("salary") is None or np.isnan(r["salary"]) for r in records])
    salaries = np.array([0 if u else r["salary"] for u, r in zip(unknown, records, strict=True)])
    salaries[unknown] = salaries[~unknown].mean()
    sexes = [{"F": 0, "M": 1}.get(r.get("sex"), 0.5) for r in records]
    return np.column_stack([[r["age"] for r in records], sexes, salaries])


@misconception(
    "supervised_learning.extract_features",
    title=Text(
        "una media en la que los salarios iguales cuentan una vez",
        "a mean in which equal salaries count once",
    ),
    hint=Text(
        "un conjunto (`set`) olvida las repeticiones: dos personas que ganan lo mismo son dos",
        "a `set` forgets repetitions: two people who earn the same are two",
    ),
)
def repeated_salaries_once(records):
    known = {r["salary"] for r in records if r.get("salary") is not None and r["salary"] >= 0}
    rows = []
    for record in records:
        salary = record.get("salary")
        if salary is None or np.isnan(salary):
            salary = np.mean(list(known))
        rows.append([record["age"], {"F": 0, "M": 1}.get(record.get("sex"), 0.5), salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.extract_features",
    title=Text("una clave que se da por segura", "a key that is taken for granted"),
    hint=Text(
        "no toda ficha tiene todas las claves: `record.get(...)` no falla cuando falta una",
        "not every record has every key: `record.get(...)` does not fail when one is missing",
    ),
)
def keys_taken_for_granted(records):
    known = [r["salary"] for r in records if r["salary"] is not None and not np.isnan(r["salary"])]
    rows = []
    for record in records:
        salary = record["salary"]
        if salary is None or np.isnan(salary):
            salary = np.mean(known)
        rows.append([record["age"], {"F": 0, "M": 1}.get(record["sex"], 0.5), salary])
    return np.array(rows, dtype=float)


@misconception(
    "supervised_learning.standardize",
    title=Text(
        "el conjunto de prueba estandarizado consigo mismo", "the test set standardized by itself"
    ),
    hint=Text(
        "el modelo no puede conocer la media de datos que aún no llegan: usa la de entrenamiento",
        "the model cannot know the mean of data that have not arrived: use the training set's",
    ),
)
def test_by_itself(train, test):
    def scaled(x):
        deviation = x.std(axis=0)
        return (x - x.mean(axis=0)) / np.where(deviation == 0, 1, deviation)

    return scaled(np.asarray(train, dtype=float)), scaled(np.asarray(test, dtype=float))


@misconception(
    "supervised_learning.standardize",
    title=Text(
        "una media calculada con todos los datos juntos", "a mean computed over all data together"
    ),
    hint=Text(
        "así los datos de prueba se filtran en el entrenamiento: ¿de qué conjunto es la media?",
        "this way the test data leak into training: of which set is the mean?",
    ),
)
def statistics_of_both(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    both = np.concatenate([train, test])
    mean, deviation = both.mean(axis=0), both.std(axis=0)
    deviation = np.where(deviation == 0, 1, deviation)
    return (train - mean) / deviation, (test - mean) / deviation


@misconception(
    "supervised_learning.standardize",
    title=Text("la desviación muestral, con n − 1", "the sample deviation, with n − 1"),
    hint=Text(
        "el texto pide la desviación poblacional, que divide por n",
        "the text asks for the population deviation, which divides by n",
    ),
)
def sample_deviation(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = train.mean(axis=0), train.std(axis=0, ddof=1)
    deviation = np.where(deviation == 0, 1, deviation)
    return (train - mean) / deviation, (test - mean) / deviation


@misconception(
    "supervised_learning.standardize",
    title=Text("una división por la varianza", "a division by the variance"),
    hint=Text(
        "¿qué unidades tiene la varianza de un salario? La desviación es su raíz",
        "which units has the variance of a salary? The deviation is its root",
    ),
)
def divided_by_variance(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, variance = train.mean(axis=0), train.var(axis=0)
    variance = np.where(variance == 0, 1, variance)
    return (train - mean) / variance, (test - mean) / variance


@misconception(
    "supervised_learning.standardize",
    title=Text("una sola media para toda la tabla", "one mean for the whole table"),
    hint=Text(
        "edades y salarios no se promedian entre sí: hay una media por columna",
        "ages and salaries are not averaged together: there is one mean per column",
    ),
)
def one_mean_for_all(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = train.mean(), train.std()
    deviation = deviation if deviation else 1
    return (train - mean) / deviation, (test - mean) / deviation


@misconception(
    "supervised_learning.standardize",
    title=Text(
        "una división por cero en las columnas constantes",
        "a division by zero in constant columns",
    ),
    hint=Text(
        "si una columna no varía su desviación es 0; el texto dice por cuánto dividir entonces",
        "if a column does not vary its deviation is 0; the text says what to divide by then",
    ),
)
def constant_columns_forgotten(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation


@misconception(
    "supervised_learning.standardize",
    title=Text("un infinito tapado con `nan_to_num`", "an infinity covered up by `nan_to_num`"),
    hint=Text(
        "`nan_to_num` cambia ∞ por el mayor número que existe: evita la división por 0",
        "`nan_to_num` turns ∞ into the largest number there is: avoid the division by 0",
    ),
)
def infinity_covered_up(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return np.nan_to_num((train - mean) / deviation), np.nan_to_num((test - mean) / deviation)


@misconception(
    "supervised_learning.standardize",
    title=Text("un ε en el denominador", "an ε in the denominator"),
    hint=Text(
        "ese ε cambia un poco todas las columnas; el texto pide otra cosa, y solo para las "
        "constantes",
        "that ε changes every column a little; the text asks for something else, and only for "
        "constant ones",
    ),
)
def epsilon_in_the_denominator(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / (deviation + 1e-8), (test - mean) / (deviation + 1e-8)


@misconception(
    "supervised_learning.squared_loss",
    title=Text("el cuadrado sin el ½", "the square without the ½"),
    hint=Text(
        "compara con la fórmula: falta el factor que cancela el 2 al derivar",
        "compare with the formula: the factor that cancels the 2 of the derivative is missing",
    ),
)
def without_half(y, y_hat):
    return (np.asarray(y_hat) - np.asarray(y)) ** 2


@misconception(
    "supervised_learning.squared_loss",
    title=Text("una pérdida ya promediada", "a loss that is already averaged"),
    hint=Text(
        "la pérdida es de cada ejemplo; el promedio es el riesgo, que viene después",
        "the loss belongs to each example; the average is the risk, which comes later",
    ),
)
def mean_of_squares(y, y_hat):
    return np.mean((np.asarray(y_hat) - np.asarray(y)) ** 2) / 2


@misconception(
    "supervised_learning.squared_loss",
    title=Text("el ½ dentro del cuadrado", "the ½ inside the square"),
    hint=Text(
        "primero se eleva al cuadrado y después se divide por 2: (a/2)² no es a²/2",
        "square first, then divide by 2: (a/2)² is not a²/2",
    ),
)
def half_inside(y, y_hat):
    return ((np.asarray(y_hat) - np.asarray(y)) / 2) ** 2


@misconception(
    "supervised_learning.zero_one_loss",
    title=Text("una pérdida que cuenta los aciertos", "a loss that counts what is right"),
    hint=Text(
        "una pérdida es 0 cuando la respuesta es correcta",
        "a loss is 0 when the answer is right",
    ),
)
def counts_hits(y, y_hat):
    return np.where(np.asarray(y) == np.asarray(y_hat), 1, 0)


@misconception(
    "supervised_learning.zero_one_loss",
    title=Text("la fracción de errores", "the share of mistakes"),
    hint=Text(
        "la pérdida es de cada ejemplo: si entran n etiquetas salen n pérdidas",
        "the loss belongs to each example: n labels in, n losses out",
    ),
)
def error_rate(y, y_hat):
    return np.mean(np.asarray(y) != np.asarray(y_hat))


@misconception(
    "supervised_learning.zero_one_loss",
    title=Text("la distancia entre las clases", "the distance between the classes"),
    hint=Text(
        "confundir la clase 1 con la 3 no es peor que confundirla con la 2: cada error vale 1",
        "taking class 1 for class 3 is no worse than taking it for 2: each mistake costs 1",
    ),
)
def distance_of_classes(y, y_hat):
    return np.abs(np.asarray(y) - np.asarray(y_hat))


@misconception(
    "supervised_learning.zero_one_loss",
    title=Text(
        "una respuesta cercana que cuenta como acierto", "an answer nearby that counts as a hit"
    ),
    hint=Text(
        "casi no basta: la pérdida es 0 solo si ŷ = y",
        "almost is not enough: the loss is 0 only if ŷ = y",
    ),
)
def near_counts_as_hit(y, y_hat):
    return np.where(np.abs(np.asarray(y) - np.asarray(y_hat)) < 0.5, 0, 1)


@misconception(
    "supervised_learning.absolute_loss",
    title=Text("una diferencia con signo", "a difference with a sign"),
    hint=Text(
        "una pérdida nunca es negativa: pasarse y quedarse corto cuestan lo mismo",
        "a loss is never negative: too much and too little cost the same",
    ),
)
def signed_difference(y, y_hat):
    return np.asarray(y_hat) - np.asarray(y)


@misconception(
    "supervised_learning.absolute_loss",
    title=Text("la media de los valores absolutos", "the mean of the absolute values"),
    hint=Text(
        "la pérdida es de cada ejemplo; promediar es tarea del riesgo",
        "the loss belongs to each example; averaging is the business of the risk",
    ),
)
def mean_absolute(y, y_hat):
    return np.mean(np.abs(np.asarray(y_hat) - np.asarray(y)))


@misconception(
    "supervised_learning.absolute_loss",
    title=Text("el valor absoluto a medias", "half the absolute value"),
    hint=Text(
        "el ½ acompaña al cuadrado; esta pérdida no lo lleva",
        "the ½ belongs to the square; this loss does not carry it",
    ),
)
def half_absolute(y, y_hat):
    return np.abs(np.asarray(y_hat) - np.asarray(y)) / 2


@misconception(
    "supervised_learning.empirical_risk",
    title=Text("la suma de las pérdidas", "the sum of the losses"),
    hint=Text(
        "el riesgo estima una esperanza: ¿cambia tu valor si cada ejemplo viene dos veces?",
        "the risk estimates an expectation: does your value change if each example comes twice?",
    ),
)
def sum_for_mean(loss, f, X, Y):
    return np.sum(loss(Y, f(X)))


@misconception(
    "supervised_learning.empirical_risk",
    title=Text("los argumentos de la pérdida al revés", "the loss with its arguments exchanged"),
    hint=Text(
        "ℓ(Y, f(X)): primero la verdad, después la predicción; no toda pérdida es simétrica",
        "ℓ(Y, f(X)): first the truth, then the prediction; not every loss is symmetric",
    ),
)
def arguments_exchanged(loss, f, X, Y):
    return np.mean(loss(f(X), Y))


@misconception(
    "supervised_learning.empirical_risk",
    title=Text("la pérdida de los promedios", "the loss of the averages"),
    hint=Text(
        "se promedian las pérdidas, no las predicciones: errores opuestos no se cancelan",
        "average the losses, not the predictions: opposite errors do not cancel",
    ),
)
def loss_of_means(loss, f, X, Y):
    return loss(np.mean(Y), np.mean(f(X)))


@misconception(
    "supervised_learning.empirical_risk",
    title=Text("el riesgo de un solo ejemplo", "the risk of one example"),
    hint=Text(
        "¿miraste todas las filas, o solo la primera?",
        "did you look at every row, or at the first?",
    ),
)
def first_row_only(loss, f, X, Y):
    return np.asarray(loss(Y, f(X)))[0]


@misconception(
    "supervised_learning.empirical_risk",
    title=Text("la pérdida del residuo y de 0", "the loss of the residual and 0"),
    hint=Text(
        "no toda pérdida depende solo de la resta: pásale la verdad y la predicción",
        "not every loss depends on the difference alone: give it the truth and the prediction",
    ),
)
def loss_of_residual(loss, f, X, Y):
    return np.mean(loss(np.asarray(Y) - np.asarray(f(X)), 0))


@misconception(
    "supervised_learning.linear_model",
    title=Text("productos sin sumar", "products that are not added up"),
    hint=Text(
        "θ·x es un número por ejemplo: falta sumar sobre los d descriptores",
        "θ·x is one number per example: add over the d descriptors",
    ),
)
def products_only(theta, X):
    return np.asarray(X) * np.asarray(theta)


@misconception(
    "supervised_learning.linear_model",
    title=Text("la predicción de la primera fila", "the prediction of the first row"),
    hint=Text("hay una predicción por cada fila de X", "there is one prediction for each row of X"),
)
def first_prediction(theta, X):
    return np.asarray(X)[0] @ np.asarray(theta)


@misconception(
    "supervised_learning.linear_model",
    title=Text("la suma de todas las predicciones", "the sum of all predictions"),
    hint=Text(
        "¿sobre qué eje sumas? Cada fila conserva su propia predicción",
        "over which axis do you add? Each row keeps its own prediction",
    ),
)
def summed_predictions(theta, X):
    return np.sum(np.asarray(X) * np.asarray(theta))


@misconception(
    "supervised_learning.linear_model",
    title=Text("θ y X en el orden contrario", "θ and X in the opposite order"),
    hint=Text(
        "cada fila de X se multiplica por θ: mira qué formas quedan juntas en tu producto",
        "each row of X is multiplied by θ: look at which shapes meet in your product",
    ),
)
def theta_before_data(theta, X):
    return np.asarray(theta) @ np.asarray(X)


@misconception(
    "supervised_learning.fit_least_squares",
    title=Text("la inversa de XᵀX", "the inverse of XᵀX"),
    hint=Text(
        "si una columna se repite, XᵀX no tiene inversa; hay rutinas que minimizan sin invertir",
        "if a column is repeated XᵀX has no inverse; there are routines that minimise without one",
    ),
)
def inverse_of_gram(X, Y):
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    return np.linalg.inv(X.T @ X) @ X.T @ Y


@misconception(
    "supervised_learning.fit_least_squares",
    title=Text("una regresión con penalización", "a regression with a penalty"),
    hint=Text(
        "sumar λ a la diagonal arregla la inversa, pero aleja a la solución del mínimo",
        "adding λ to the diagonal mends the inverse, but moves the solution off the minimum",
    ),
)
def ridge(X, Y):
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    return np.linalg.solve(X.T @ X + 0.1 * np.eye(X.shape[1]), X.T @ Y)


@misconception(
    "supervised_learning.fit_least_squares",
    title=Text("una recta por descriptor", "one line per descriptor"),
    hint=Text(
        "dos descriptores pueden decir lo mismo: ajusta todo θ a la vez, no columna por columna",
        "two descriptors may say the same: fit all of θ at once, not each column on its own",
    ),
)
def each_column_alone(X, Y):
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    return X.T @ Y / np.sum(X**2, axis=0)


@misconception(
    "supervised_learning.fit_least_squares",
    title=Text("un ajuste que escribe sobre los datos", "a fit that writes over the data"),
    hint=Text(
        "`Y -= …` y `X /= …` cambian los arreglos de quien llamó: trabaja sobre una copia",
        "`Y -= …` and `X /= …` change the arrays of whoever called: work on a copy",
    ),
)
def data_written_over(X, Y):
    theta = np.linalg.pinv(X) @ Y
    Y -= X @ theta
    return theta


@misconception(
    "supervised_learning.fit_least_squares",
    title=Text("un ajuste con intercepto", "a fit with an intercept"),
    hint=Text(
        "el modelo es θ·x, sin constante: `LinearRegression` también ajusta una, si no le dices "
        "otra cosa",
        "the model is θ·x, without a constant: `LinearRegression` fits one too, unless you tell "
        "it otherwise",
    ),
)
def with_intercept(X, Y):
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    return np.linalg.pinv(X - X.mean(axis=0)) @ (Y - Y.mean())


@misconception(
    "supervised_learning.best_constant",
    title=Text("la media para toda pérdida", "the mean for every loss"),
    hint=Text(
        "la media minimiza el cuadrado; prueba otras constantes con las otras pérdidas",
        "the mean minimises the square; try other constants with the other losses",
    ),
)
def always_the_mean(Y, loss_name):
    return np.mean(Y)


@misconception(
    "supervised_learning.best_constant",
    title=Text("la mediana también para contar errores", "the median for counting mistakes too"),
    hint=Text(
        "con la pérdida 0-1 solo cuenta acertar: ¿qué valor aparece más veces?",
        "with the 0-1 loss only a hit counts: which value appears most often?",
    ),
)
def median_for_zero_one(Y, loss_name):
    return np.mean(Y) if loss_name == "squared" else np.median(Y)


@misconception(
    "supervised_learning.best_constant",
    title=Text("el punto medio entre los extremos", "the middle between the extremes"),
    hint=Text(
        "un dato lejano arrastra ese punto; la pérdida absoluta busca dejar la mitad a cada lado",
        "one far value drags that point along; the absolute loss wants half on each side",
    ),
)
def midrange_for_absolute(Y, loss_name):
    Y = np.asarray(Y)
    if loss_name == "squared":
        return np.mean(Y)
    if loss_name == "absolute":
        return (Y.min() + Y.max()) / 2
    values, counts = np.unique(Y, return_counts=True)
    return values[np.argmax(counts)]


@misconception(
    "supervised_learning.best_constant",
    title=Text("la cuenta en lugar de la moda", "the count in place of the mode"),
    hint=Text(
        "una cosa es cuántas veces aparece el valor y otra es el valor",
        "how often the value appears is one thing, the value is another",
    ),
)
def count_for_mode(Y, loss_name):
    if loss_name == "squared":
        return np.mean(Y)
    if loss_name == "absolute":
        return np.median(Y)
    return np.unique(Y, return_counts=True)[1].max()


@misconception(
    "supervised_learning.best_constant",
    title=Text("unas etiquetas que quedan ordenadas", "labels that are left sorted"),
    hint=Text(
        "`Y.sort()` ordena el arreglo de quien llamó; `np.sort(Y)` entrega una copia",
        "`Y.sort()` sorts the array of whoever called; `np.sort(Y)` gives a copy",
    ),
)
def labels_left_sorted(Y, loss_name):
    if loss_name == "squared":
        return np.mean(Y)
    if loss_name == "absolute":
        Y.sort()
        return Y[len(Y) // 2]
    values, counts = np.unique(Y, return_counts=True)
    return values[np.argmax(counts)]


@misconception(
    "supervised_learning.best_constant",
    title=Text("la racha más larga en lugar de la moda", "the longest run in place of the mode"),
    hint=Text(
        "las etiquetas no vienen ordenadas: cuenta todas las apariciones, no solo las seguidas",
        "the labels do not come sorted: count all appearances, not only those in a row",
    ),
)
def longest_run(Y, loss_name):
    if loss_name == "squared":
        return np.mean(Y)
    if loss_name == "absolute":
        return np.median(Y)
    best, longest, run = Y[0], 1, 1
    for k in range(1, len(Y)):
        run = run + 1 if Y[k] == Y[k - 1] else 1
        if run > longest:
            best, longest = Y[k], run
    return best


@misconception(
    "supervised_learning.best_constant",
    title=Text("una moda que solo sirve para enteros", "a mode that works for integers only"),
    hint=Text(
        "`np.bincount` pide enteros que no sean negativos; las etiquetas pueden ser otras",
        "`np.bincount` wants integers that are not negative; labels may be others",
    ),
)
def mode_of_integers(Y, loss_name):
    if loss_name == "squared":
        return np.mean(Y)
    if loss_name == "absolute":
        return np.median(Y)
    return np.bincount(Y).argmax()


@misconception(
    "supervised_learning.train_test_split",
    title=Text("una partición sin azar", "a partition without randomness"),
    hint=Text(
        "si los datos vienen ordenados, las últimas filas no se parecen a las primeras: usa `rng`",
        "if the data come sorted, the last rows are not like the first: use `rng`",
    ),
)
def no_shuffle(X, Y, test_fraction, rng):
    size = round(test_fraction * len(X))
    cut = len(X) - size
    return X[:cut], X[cut:], Y[:cut], Y[cut:]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("X barajado sin Y", "X shuffled without Y"),
    hint=Text(
        "cada ejemplo es un par: la fila de X y su etiqueta deben viajar juntas",
        "each example is a pair: the row of X and its label must travel together",
    ),
)
def pairs_broken(X, Y, test_fraction, rng):
    size = round(test_fraction * len(X))
    X, Y = X[rng.permutation(len(X))], Y[rng.permutation(len(Y))]
    return X[size:], X[:size], Y[size:], Y[:size]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("los tamaños intercambiados", "the sizes exchanged"),
    hint=Text(
        "`test_fraction` es la parte de prueba, no la de entrenamiento",
        "`test_fraction` is the share for testing, not the one for training",
    ),
)
def sizes_exchanged(X, Y, test_fraction, rng):
    order = rng.permutation(len(X))
    size = round(test_fraction * len(X))
    train, test = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("ejemplos de prueba que también entrenan", "test examples that also train"),
    hint=Text(
        "una partición no repite: lo que se prueba no se pudo haber visto",
        "a partition repeats nothing: what is tested must not have been seen",
    ),
)
def test_inside_train(X, Y, test_fraction, rng):
    order = rng.permutation(len(X))
    test = order[: round(test_fraction * len(X))]
    return X[order], X[test], Y[order], Y[test]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("un sorteo con repetición", "a draw with replacement"),
    hint=Text(
        "al sortear con repetición hay ejemplos que salen dos veces y otros que se pierden",
        "drawing with replacement takes some examples twice and loses others",
    ),
)
def with_replacement(X, Y, test_fraction, rng):
    drawn = rng.integers(0, len(X), size=len(X))
    size = round(test_fraction * len(X))
    test, train = drawn[:size], drawn[size:]
    return X[train], X[test], Y[train], Y[test]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("un azar propio que ignora `rng`", "a randomness of its own that ignores `rng`"),
    hint=Text(
        "con el mismo `rng` la partición se repite: así otros pueden reproducir tu experimento",
        "with the same `rng` the partition repeats: that is how others reproduce your experiment",
    ),
)
def own_generator(X, Y, test_fraction, rng):
    order = np.random.default_rng().permutation(len(X))
    size = round(test_fraction * len(X))
    test, train = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("una fracción redondeada hacia arriba", "a fraction that is rounded up"),
    hint=Text(
        "el texto pide el entero más cercano: 3.3 ejemplos son 3",
        "the text asks for the nearest whole number: 3.3 examples are 3",
    ),
)
def rounded_up(X, Y, test_fraction, rng):
    order = rng.permutation(len(X))
    size = int(np.ceil(test_fraction * len(X) - 1e-9))
    test, train = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("un bloque de filas vecinas", "a block of neighbouring rows"),
    hint=Text(
        "sortear solo dónde empieza el bloque no basta: cada grupo de ejemplos debe poder salir",
        "to draw only where the block starts is not enough: any group of examples must be possible",
    ),
)
def neighbouring_rows(X, Y, test_fraction, rng):
    order = (np.arange(len(X)) + int(rng.integers(len(X)))) % len(X)
    size = round(test_fraction * len(X))
    test, train = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("solo dos columnas de X", "two columns of X only"),
    hint=Text(
        "X tiene d columnas, y d no siempre es 2: no lo escribas en el código",
        "X has d columns, and d is not always 2: do not write it into the code",
    ),
)
def two_columns_only(X, Y, test_fraction, rng):
    table = rng.permutation(np.column_stack([X, Y]))
    size = round(test_fraction * len(X))
    test, train = table[:size], table[size:]
    return train[:, :2], test[:, :2], train[:, 2], test[:, 2]


@misconception(
    "supervised_learning.train_test_split",
    title=Text("columnas barajadas", "columns that were shuffled"),
    hint=Text(
        "se barajan las filas, los ejemplos; las columnas de X quedan en su lugar",
        "the rows are shuffled, the examples; the columns of X stay in their place",
    ),
)
def columns_shuffled(X, Y, test_fraction, rng):
    X, order = rng.permutation(X, axis=1), rng.permutation(len(X))
    size = round(test_fraction * len(X))
    test, train = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]


@misconception(
    "supervised_learning.risk_gap",
    title=Text("una diferencia con signo", "a difference with a sign"),
    hint=Text(
        "una brecha es una distancia: nunca es negativa",
        "a gap is a distance: it is never negative",
    ),
)
def signed_gap(n, rng):
    x, y = draw_examples(n, rng)
    return np.mean((x - y) ** 2) / 2 - 0.625


@misconception(
    "supervised_learning.risk_gap",
    title=Text("el cuadrado de la brecha", "the square of the gap"),
    hint=Text(
        "el texto pide |R_n − R|; su cuadrado cae como 1/n, demasiado rápido",
        "the text asks for |R_n − R|; its square falls as 1/n, too fast",
    ),
)
def squared_gap(n, rng):
    x, y = draw_examples(n, rng)
    return (np.mean((x - y) ** 2) / 2 - 0.625) ** 2


@misconception(
    "supervised_learning.risk_gap",
    title=Text("un riesgo que olvida el ruido", "a risk that forgets the noise"),
    hint=Text(
        "con muchos ejemplos tu brecha no se acerca a 0: en E[(X − Y)²] también entra ε",
        "with many examples your gap does not approach 0: ε enters E[(X − Y)²] as well",
    ),
)
def noise_forgotten(n, rng):
    x, y = draw_examples(n, rng)
    return abs(np.mean((x - y) ** 2) / 2 - 0.5)


@misconception(
    "supervised_learning.risk_gap",
    title=Text("una pérdida sin el ½", "a loss without the ½"),
    hint=Text(
        "la pérdida de la clase lleva un ½; sin él todo riesgo se duplica",
        "the lecture's loss has a ½; without it every risk is doubled",
    ),
)
def gap_without_half(n, rng):
    x, y = draw_examples(n, rng)
    return abs(np.mean((x - y) ** 2) - 1.25)


@misconception(
    "supervised_learning.risk_gap",
    title=Text("la brecha de un solo ejemplo", "the gap of one example"),
    hint=Text(
        "R_n promedia n pérdidas; tu brecha no se achica cuando n crece",
        "R_n averages n losses; your gap does not shrink when n grows",
    ),
)
def one_example(n, rng):
    x, y = draw_examples(n, rng)
    return abs((x[0] - y[0]) ** 2 / 2 - 0.625)


@misconception(
    "supervised_learning.risk_gap",
    title=Text("un R estimado en vez de calculado", "an R that was estimated, not computed"),
    hint=Text(
        "R sale exacto a mano: X − Y = −X − ε es normal, ¿con qué varianza?",
        "R comes out exactly by hand: X − Y = −X − ε is normal, of which variance?",
    ),
)
def risk_by_simulation(n, rng):
    x, y = draw_examples(n, rng)
    return abs(np.mean((x - y) ** 2) / 2 - 0.6241)


@misconception(
    "supervised_learning.risk_gap",
    title=Text(
        "una varianza en lugar de un promedio de cuadrados",
        "a variance in place of a mean of squares",
    ),
    hint=Text(
        "la varianza resta la media de la muestra; la pérdida no resta nada",
        "the variance subtracts the sample's mean; the loss subtracts nothing",
    ),
)
def variance_for_mean_square(n, rng):
    x, y = draw_examples(n, rng)
    return abs(np.var(x - y) / 2 - 0.625)
