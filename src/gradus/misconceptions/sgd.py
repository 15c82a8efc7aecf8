"""Week 6: mistakes about minibatches, noise, torch and the clock."""

import time

import numpy as np
import torch

from gradus.catalogue import misconception
from gradus.reference.sgd import minibatches, sgd_epoch, torch_step
from gradus.text import Text


@misconception(
    "sgd.minibatches",
    title=Text("la última parte descartada", "the last part dropped"),
    hint=Text(
        "si m no divide a n, los que sobran forman un último minibatch más chico",
        "if m does not divide n, those that are left make a last, smaller minibatch",
    ),
)
def last_dropped(n, m, rng):
    order = rng.permutation(n)
    return [order[k * m : (k + 1) * m] for k in range(n // m)]


@misconception(
    "sgd.minibatches",
    title=Text("minibatches siempre en el mismo orden", "minibatches always in the same order"),
    hint=Text(
        "el algoritmo toma m ejemplos al azar: usa `rng` para barajar",
        "the algorithm takes m examples at random: use `rng` to shuffle",
    ),
)
def same_order(n, m, rng):
    return [np.arange(start, min(start + m, n)) for start in range(0, n, m)]


@misconception(
    "sgd.minibatches",
    title=Text("un sorteo con repetición", "a draw with replacement"),
    hint=Text(
        "en una época cada ejemplo se ve exactamente una vez",
        "within an epoch each example is seen exactly once",
    ),
)
def with_replacement(n, m, rng):
    drawn = rng.integers(0, n, size=n)
    return [drawn[start : start + m] for start in range(0, n, m)]


@misconception(
    "sgd.minibatches",
    title=Text("un azar propio que ignora `rng`", "a randomness of its own that ignores `rng`"),
    hint=Text(
        "con el mismo `rng` el orden se repite: así otros reproducen tu experimento",
        "with the same `rng` the order repeats: that is how others reproduce your experiment",
    ),
)
def own_generator(n, m, rng):
    order = np.random.default_rng().permutation(n)
    return [order[start : start + m] for start in range(0, n, m)]


@misconception(
    "sgd.minibatches",
    title=Text(
        "m minibatches en lugar de minibatches de m", "m minibatches in place of batches of m"
    ),
    hint=Text(
        "m es cuántos ejemplos tiene cada minibatch, no cuántos minibatches hay",
        "m is how many examples a minibatch has, not how many minibatches there are",
    ),
)
def that_many_batches(n, m, rng):
    return np.array_split(rng.permutation(n), min(m, n))


@misconception(
    "sgd.minibatches",
    title=Text("un orden barajado por bloques", "an order shuffled in blocks"),
    hint=Text(
        "si barajas bloques, los vecinos siguen juntos: baraja los índices y corta después",
        "if only blocks are shuffled neighbours stay together: shuffle the indices, then cut",
    ),
)
def shuffled_blocks(n, m, rng):
    blocks = [np.arange(start, start + m) for start in range(0, n - m + 1, m)]
    rest = [np.arange(n - n % m, n)] if n % m else []
    return [blocks[k] for k in rng.permutation(len(blocks))] + rest


@misconception(
    "sgd.sgd_epoch",
    title=Text("X barajado sin Y", "X shuffled without Y"),
    hint=Text(
        "las filas de X y sus etiquetas se toman con los mismos índices",
        "rows of X and their labels are taken with the same indices",
    ),
)
def shuffled_without_labels(params, X, Y, loss_and_grad, lr, m, rng):
    total, X = 0.0, X[rng.permutation(len(X))]
    for start in range(0, len(X), m):
        x, y = X[start : start + m], Y[start : start + m]
        cost, grads = loss_and_grad(params, x, y)
        params = {name: params[name] - lr * grads[name] for name in params}
        total += cost * len(x)
    return params, total / len(X)


@misconception(
    "sgd.sgd_epoch",
    title=Text("la última parte descartada", "the last part dropped"),
    hint=Text(
        "si m no divide a n, el último minibatch es más chico, pero también cuenta",
        "if m does not divide n, the last minibatch is smaller, but it counts as well",
    ),
)
def last_batch_dropped(params, X, Y, loss_and_grad, lr, m, rng):
    order, total = rng.permutation(len(X)), 0.0
    used = max(len(X) // m, 1) * m
    for start in range(0, min(used, len(X)), m):
        rows = order[start : start + m]
        cost, grads = loss_and_grad(params, X[rows], Y[rows])
        params = {name: params[name] - lr * grads[name] for name in params}
        total += cost * len(rows)
    return params, total / min(used, len(X))


@misconception(
    "sgd.sgd_epoch",
    title=Text("una media de minibatches desiguales", "a mean over unequal minibatches"),
    hint=Text(
        "el último minibatch es más chico: su costo pesa menos en la media sobre los ejemplos",
        "the last minibatch is smaller: its cost weighs less in the mean over the examples",
    ),
)
def mean_of_batches(params, X, Y, loss_and_grad, lr, m, rng):
    costs = []
    for rows in minibatches(len(X), m, rng):
        cost, grads = loss_and_grad(params, X[rows], Y[rows])
        params = {name: params[name] - lr * grads[name] for name in params}
        costs.append(cost)
    return params, np.mean(costs)


@misconception(
    "sgd.sgd_epoch",
    title=Text("argumentos cambiados en su lugar", "arguments changed in place"),
    hint=Text(
        "`params`, `X` e `Y` son de quien llama: haz arreglos nuevos, sin -= ni barajar ahí",
        "`params`, `X` and `Y` are the caller's: make new arrays, without -= or shuffling there",
    ),
)
def changed_in_place(params, X, Y, loss_and_grad, lr, m, rng):
    total = 0.0
    for rows in minibatches(len(X), m, rng):
        cost, grads = loss_and_grad(params, X[rows], Y[rows])
        for name in params:
            params[name] -= lr * grads[name]
        total += cost * len(rows)
    return params, total / len(X)


@misconception(
    "sgd.sgd_epoch",
    title=Text("un costo medido después del paso", "a cost measured after the step"),
    hint=Text(
        "el costo de cada minibatch se toma antes de la actualización que él mismo causa",
        "the cost of each minibatch is taken before the update that it causes",
    ),
)
def cost_after_update(params, X, Y, loss_and_grad, lr, m, rng):
    total = 0.0
    for rows in minibatches(len(X), m, rng):
        _, grads = loss_and_grad(params, X[rows], Y[rows])
        params = {name: params[name] - lr * grads[name] for name in params}
        total += loss_and_grad(params, X[rows], Y[rows])[0] * len(rows)
    return params, total / len(X)


@misconception(
    "sgd.sgd_epoch",
    title=Text("los mismos parámetros para toda la época", "the same parameters all epoch long"),
    hint=Text(
        "cada minibatch calcula su gradiente con los parámetros que dejó el anterior",
        "each minibatch computes its gradient with the parameters that the last one left",
    ),
)
def parameters_of_the_start(params, X, Y, loss_and_grad, lr, m, rng):
    total, new = 0.0, dict(params)
    for rows in minibatches(len(X), m, rng):
        cost, grads = loss_and_grad(params, X[rows], Y[rows])
        new = {name: new[name] - lr * grads[name] for name in new}
        total += cost * len(rows)
    return new, total / len(X)


@misconception(
    "sgd.sgd_epoch",
    title=Text("un orden que no es al azar", "an order that is not random"),
    hint=Text(
        "en cada época los ejemplos se toman en un orden nuevo, que sale de `rng`",
        "in each epoch the examples are taken in a fresh order, which comes from `rng`",
    ),
)
def not_shuffled(params, X, Y, loss_and_grad, lr, m, rng):
    total = 0.0
    for start in range(0, len(X), m):
        x, y = X[start : start + m], Y[start : start + m]
        cost, grads = loss_and_grad(params, x, y)
        params = {name: params[name] - lr * grads[name] for name in params}
        total += cost * len(x)
    return params, total / len(X)


@misconception(
    "sgd.sgd",
    title=Text("el mismo orden en cada época", "the same order in each epoch"),
    hint=Text(
        "si barajas una sola vez, todas las épocas ven los mismos minibatches",
        "if you shuffle once only, all epochs see the same minibatches",
    ),
)
def one_shuffle(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    history, batches = [], list(minibatches(len(X), m, rng))
    for _ in range(epochs):
        total = 0.0
        for rows in batches:
            cost, grads = loss_and_grad(params, X[rows], Y[rows])
            params = {name: params[name] - lr * grads[name] for name in params}
            total += cost * len(rows)
        history.append(total / len(X))
    return params, history


@misconception(
    "sgd.sgd",
    title=Text("épocas que empiezan de nuevo", "epochs that begin anew"),
    hint=Text(
        "cada época sigue desde donde quedó la anterior: guarda los parámetros que devuelve",
        "each epoch goes on where the last one ended: keep the parameters that it returns",
    ),
)
def starts_again(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    history, new = [], params
    for _ in range(epochs):
        new, cost = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
        history.append(cost)
    return new, history


@misconception(
    "sgd.sgd",
    title=Text("solo el último costo", "the last cost only"),
    hint=Text("la historia tiene un costo por época", "the history has one cost per epoch"),
)
def last_cost_only(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    cost = 0.0
    for _ in range(epochs):
        params, cost = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
    return params, [cost]


@misconception(
    "sgd.sgd",
    title=Text("una suma que sigue de una época a otra", "a sum that goes on from epoch to epoch"),
    hint=Text(
        "el costo de cada época empieza en 0: pon el total en 0 dentro del ciclo de épocas",
        "the cost of each epoch begins at 0: set the total to 0 inside the loop over epochs",
    ),
)
def total_not_reset(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    total, history = 0.0, []
    for _ in range(epochs):
        params, cost = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
        total += cost
        history.append(total)
    return params, history


@misconception(
    "sgd.sgd",
    title=Text("un entrenamiento que se detiene antes", "a training that stops early"),
    hint=Text(
        "quien llama decide cuántas épocas hay: complétalas aunque el costo suba",
        "whoever calls decides how many epochs there are: run them all even if the cost rises",
    ),
)
def stops_when_it_rises(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        params, cost = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
        history.append(cost)
        if len(history) > 1 and history[-1] > history[-2]:
            break
    return params, history


@misconception(
    "sgd.gradient_noise",
    title=Text("un sorteo sin repetición", "a draw without replacement"),
    hint=Text(
        "sin repetición el ruido llega a 0 con m = n; el texto sortea con repetición",
        "without replacement the noise reaches 0 at m = n; the text draws with replacement",
    ),
)
def without_replacement(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    squares = []
    for _ in range(draws):
        rows = rng.choice(len(G), size=min(m, len(G)), replace=False)
        squares.append(np.sum((G[rows].mean(axis=0) - G.mean(axis=0)) ** 2))
    return np.mean(squares)


@misconception(
    "sgd.gradient_noise",
    title=Text("una norma sin elevar al cuadrado", "a norm that is not squared"),
    hint=Text(
        "el texto promedia ‖g_m − g‖², al cuadrado: es lo que cae como 1/m",
        "the text averages ‖g_m − g‖², squared: that is what falls as 1/m",
    ),
)
def norm_not_squared(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    rows = rng.integers(0, len(G), size=(draws, m))
    return np.mean(np.linalg.norm(G[rows].mean(axis=1) - G.mean(axis=0), axis=1))


@misconception(
    "sgd.gradient_noise",
    title=Text("una suma en lugar de la media del minibatch", "a sum for the minibatch's mean"),
    hint=Text(
        "g_m es la media de m gradientes: con la suma el ruido crece en vez de caer",
        "g_m is the mean of m gradients: with the sum the noise grows where it should fall",
    ),
)
def summed_batch(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    rows = rng.integers(0, len(G), size=(draws, m))
    return np.mean(np.sum((G[rows].sum(axis=1) - m * G.mean(axis=0)) ** 2, axis=1))


@misconception(
    "sgd.gradient_noise",
    title=Text("un ruido medido desde el origen", "a noise measured from the origin"),
    hint=Text(
        "el ruido es la distancia al gradiente completo g, no a 0",
        "noise is the distance from the full gradient g, not from 0",
    ),
)
def from_the_origin(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    rows = rng.integers(0, len(G), size=(draws, m))
    return np.mean(np.sum(G[rows].mean(axis=1) ** 2, axis=1))


@misconception(
    "sgd.gradient_noise",
    title=Text("una media también sobre los parámetros", "a mean over the parameters too"),
    hint=Text(
        "‖·‖² suma los cuadrados de todas las coordenadas",
        "‖·‖² adds up the squares of all coordinates",
    ),
)
def mean_over_parameters(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    rows = rng.integers(0, len(G), size=(draws, m))
    return np.mean((G[rows].mean(axis=1) - G.mean(axis=0)) ** 2)


@misconception(
    "sgd.gradient_noise",
    title=Text("la fórmula en lugar de la medición", "the formula in place of the measurement"),
    hint=Text(
        "se pide el lado izquierdo: sortea minibatches con `rng` y promedia, sin usar la ley",
        "the left side is asked for: draw minibatches by `rng` and average, without using the law",
    ),
)
def law_not_measured(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    return np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1)) / m


@misconception(
    "sgd.accumulate",
    title=Text("una media que ignora los tamaños", "a mean that ignores the sizes"),
    hint=Text(
        "una parte con más ejemplos pesa más en el gradiente completo",
        "a part with more examples weighs more in the full gradient",
    ),
)
def plain_mean(grads, sizes):
    return np.mean(grads, axis=0)


@misconception(
    "sgd.accumulate",
    title=Text("una suma sin dividir", "a sum that is not divided"),
    hint=Text(
        "el gradiente completo es la media sobre todos los ejemplos: divide por cuántos son",
        "the full gradient is the mean over all examples: divide by how many there are",
    ),
)
def weighted_sum(grads, sizes):
    return np.sum(
        [size * np.asarray(grad) for grad, size in zip(grads, sizes, strict=True)], axis=0
    )


@misconception(
    "sgd.accumulate",
    title=Text("la suma de los gradientes", "the sum of the gradients"),
    hint=Text(
        "cada gradiente ya es una media: sumarlos cuenta de más",
        "each gradient is a mean already: adding them counts too much",
    ),
)
def plain_sum(grads, sizes):
    return np.sum(grads, axis=0)


@misconception(
    "sgd.accumulate",
    title=Text("una división por la cantidad de partes", "a division by the number of parts"),
    hint=Text(
        "los pesos ya son cantidades de ejemplos: divide por el total de ejemplos",
        "the weights are counts of examples already: divide by the total of examples",
    ),
)
def divided_by_parts(grads, sizes):
    total = np.sum(
        [size * np.asarray(grad) for grad, size in zip(grads, sizes, strict=True)], axis=0
    )
    return total / len(sizes)


@misconception(
    "sgd.torch_step",
    title=Text("gradientes viejos que se acumulan", "old gradients that accumulate"),
    hint=Text(
        "`backward` suma sobre lo que `.grad` ya tenía: bórralo antes",
        "`backward` adds to what `.grad` held already: clear it first",
    ),
)
def not_zeroed(model, X, y, lr):
    cost = torch.nn.functional.cross_entropy(model(X), y)
    cost.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(lr * parameter.grad)
    return cost.item()


@misconception(
    "sgd.torch_step",
    title=Text("un paso cuesta arriba", "a step uphill"),
    hint=Text("para bajar, el gradiente se resta", "to go down, the gradient is subtracted"),
)
def uphill(model, X, y, lr):
    model.zero_grad()
    cost = torch.nn.functional.cross_entropy(model(X), y)
    cost.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(lr * parameter.grad)
    return cost.item()


@misconception(
    "sgd.torch_step",
    title=Text("la suma en lugar de la media", "the sum in place of the mean"),
    hint=Text(
        "el costo es la media sobre el minibatch: con la suma, α dependería de m",
        "the cost is the mean over the minibatch: with the sum, α would depend on m",
    ),
)
def summed_cost(model, X, y, lr):
    model.zero_grad()
    cost = torch.nn.functional.cross_entropy(model(X), y, reduction="sum")
    cost.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(lr * parameter.grad)
    return cost.item()


@misconception(
    "sgd.torch_step",
    title=Text("un paso que nunca se da", "a step that is never taken"),
    hint=Text(
        "calcular los gradientes no mueve los parámetros: falta la actualización",
        "computing gradients does not move the parameters: the update is missing",
    ),
)
def no_update(model, X, y, lr):
    model.zero_grad()
    cost = torch.nn.functional.cross_entropy(model(X), y)
    cost.backward()
    return cost.item()


@misconception(
    "sgd.torch_step",
    title=Text("el costo después del paso", "the cost after the step"),
    hint=Text(
        "se devuelve el costo cuyo gradiente usó el paso",
        "what is returned is the cost whose gradient the step used",
    ),
)
def cost_after_step(model, X, y, lr):
    model.zero_grad()
    torch.nn.functional.cross_entropy(model(X), y).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(lr * parameter.grad)
        return torch.nn.functional.cross_entropy(model(X), y).item()


@misconception(
    "sgd.torch_step",
    title=Text("un softmax de más", "one softmax too many"),
    hint=Text(
        "la entropía cruzada de torch espera logits: el softmax ya lo hace ella",
        "torch's cross entropy expects logits: it applies the softmax itself",
    ),
)
def softmax_twice(model, X, y, lr):
    model.zero_grad()
    cost = torch.nn.functional.cross_entropy(torch.softmax(model(X), dim=1), y)
    cost.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(lr * parameter.grad)
    return cost.item()


@misconception(
    "sgd.torch_step",
    title=Text("gradientes borrados demasiado tarde", "gradients cleared too late"),
    hint=Text(
        "borrar al final sirve al próximo paso; a este le estorba lo que `.grad` ya tenía",
        "clearing at the end serves the next step; what `.grad` held already disturbs this one",
    ),
)
def zeroed_at_the_end(model, X, y, lr):
    cost = torch.nn.functional.cross_entropy(model(X), y)
    cost.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.sub_(lr * parameter.grad)
    model.zero_grad()
    return cost.item()


@misconception(
    "sgd.torch_train",
    title=Text("la última parte descartada", "the last part dropped"),
    hint=Text(
        "si m no divide a n queda un último minibatch más chico, que también entrena",
        "if m does not divide n a smaller last minibatch is left, which trains as well",
    ),
)
def train_drops_last(model, X, y, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        order, total = rng.permutation(len(X)), 0.0
        count = max(len(X) // m, 1)
        for k in range(count):
            rows = order[k * m : (k + 1) * m]
            total += torch_step(model, X[rows], y[rows], lr) * len(rows)
        history.append(total / min(count * m, len(X)))
    return history


@misconception(
    "sgd.torch_train",
    title=Text("una media de minibatches desiguales", "a mean over unequal minibatches"),
    hint=Text(
        "el último minibatch es más chico: pesa menos en la media sobre los ejemplos",
        "the last minibatch is smaller: it weighs less in the mean over the examples",
    ),
)
def train_mean_of_batches(model, X, y, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        costs = [torch_step(model, X[rows], y[rows], lr) for rows in minibatches(len(X), m, rng)]
        history.append(np.mean(costs))
    return history


@misconception(
    "sgd.torch_train",
    title=Text("un entrenamiento sin azar", "a training without randomness"),
    hint=Text(
        "los minibatches se sortean con `rng`, de nuevo en cada época",
        "minibatches are drawn with `rng`, anew in each epoch",
    ),
)
def train_in_order(model, X, y, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(X), m):
            x, labels = X[start : start + m], y[start : start + m]
            total += torch_step(model, x, labels, lr) * len(x)
        history.append(total / len(X))
    return history


@misconception(
    "sgd.torch_train",
    title=Text("un solo paso por época", "one step per epoch"),
    hint=Text(
        "una época recorre todos los ejemplos, de m en m",
        "an epoch goes through all examples, m at a time",
    ),
)
def one_step_per_epoch(model, X, y, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        rows = rng.permutation(len(X))[:m]
        history.append(torch_step(model, X[rows], y[rows], lr))
    return history


@misconception(
    "sgd.torch_train",
    title=Text("el mismo orden en cada época", "the same order in each epoch"),
    hint=Text(
        "si barajas una sola vez, todas las épocas ven los mismos minibatches",
        "if you shuffle once only, all epochs see the same minibatches",
    ),
)
def train_one_shuffle(model, X, y, lr, m, epochs, rng):
    history, batches = [], list(minibatches(len(X), m, rng))
    for _ in range(epochs):
        costs = [torch_step(model, X[rows], y[rows], lr) * len(rows) for rows in batches]
        history.append(sum(costs) / len(X))
    return history


@misconception(
    "sgd.throughput",
    title=Text("un reloj que no espera al trabajo en vuelo", "a clock that misses work in flight"),
    hint=Text(
        "`step` puede volver antes de terminar: llama a `sync` antes de leer el reloj",
        "`step` may return before it is done: call `sync` before reading the clock",
    ),
)
def never_synchronised(step, m, repeats, sync):
    step()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    if sync is not None:
        sync()
    return m / np.median(seconds)


@misconception(
    "sgd.throughput",
    title=Text("una medición sin calentamiento", "a measurement without warm-up"),
    hint=Text(
        "el primer paso paga la preparación: da uno antes de medir",
        "the first step pays for the preparation: take one before you measure",
    ),
)
def without_warm_up(step, m, repeats, sync):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return m / np.median(seconds)


@misconception(
    "sgd.throughput",
    title=Text("una media que un paso lento arrastra", "a mean that one slow step drags along"),
    hint=Text(
        "si otro programa interrumpe un paso, la media lo cuenta entero; la mediana no",
        "if another program interrupts one step, the mean counts all of it; the median does not",
    ),
)
def mean_for_median(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    start = time.perf_counter()
    for _ in range(repeats):
        step()
        if sync is not None:
            sync()
    return m * repeats / (time.perf_counter() - start)


@misconception(
    "sgd.throughput",
    title=Text("el paso más rápido", "the fastest step"),
    hint=Text(
        "el mejor tiempo puede ser un golpe de suerte: el texto pide la mediana",
        "the best time may be a stroke of luck: the text asks for the median",
    ),
)
def fastest_step(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return m / min(seconds)


@misconception(
    "sgd.throughput",
    title=Text("pasos por segundo", "steps per second"),
    hint=Text(
        "cada paso procesa m ejemplos: se piden ejemplos por segundo",
        "each step handles m examples: examples per second are asked for",
    ),
)
def steps_per_second(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return 1 / np.median(seconds)


@misconception(
    "sgd.throughput",
    title=Text("un calentamiento que sigue en vuelo", "a warm-up that is still in flight"),
    hint=Text(
        "espera también al paso de calentamiento antes de poner en marcha el reloj",
        "wait for the warm-up step as well before you start the clock",
    ),
)
def warm_up_in_flight(step, m, repeats, sync):
    step()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return m / np.median(seconds)


@misconception(
    "sgd.throughput",
    title=Text("un solo paso medido", "one step measured only"),
    hint=Text(
        "mide `repeats` pasos y toma la mediana: uno solo puede ser casualidad",
        "measure `repeats` steps and take the median: one alone may be chance",
    ),
)
def one_step_measured(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    seconds = []
    for _ in range(1):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return m / seconds[0]


@misconception(
    "sgd.throughput",
    title=Text("el paso del medio sin ordenar", "the middle step, unsorted"),
    hint=Text(
        "la mediana es el tiempo del medio después de ordenarlos",
        "the median is the middle of the times after sorting them",
    ),
)
def middle_of_the_run(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return m / seconds[repeats // 2]


@misconception(
    "sgd.throughput",
    title=Text("una velocidad redondeada", "a rounded rate"),
    hint=Text(
        "con pocos ejemplos por segundo los decimales cuentan: no redondees",
        "at few examples per second the decimals count: do not round",
    ),
)
def rounded_down(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        if sync is not None:
            sync()
        seconds.append(time.perf_counter() - start)
    return int(m / np.median(seconds))


@misconception(
    "sgd.throughput",
    title=Text("un reloj que solo cuenta el procesador", "a clock that counts the processor only"),
    hint=Text(
        "`process_time` se detiene mientras se espera: usa un reloj de pared, como `perf_counter`",
        "`process_time` stops while one waits: use a wall clock, such as `perf_counter`",
    ),
)
def processor_time(step, m, repeats, sync):
    step()
    if sync is not None:
        sync()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        step()
        if sync is not None:
            sync()
        seconds.append(time.process_time() - start)
    return m / max(np.median(seconds), 1e-9)
