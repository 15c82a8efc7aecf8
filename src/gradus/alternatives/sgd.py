"""Week 6: right answers in other styles."""

import time

import numpy as np
import torch

from gradus.catalogue import alternative
from gradus.reference.sgd import minibatches, sgd_epoch, torch_step


@alternative("sgd.minibatches")
def generator_of_slices(n, m, rng):
    order = np.arange(n)
    rng.shuffle(order)
    for start in range(0, n, m):
        yield order[start : start + m]


@alternative("sgd.minibatches")
def array_split(n, m, rng):
    return np.split(rng.permutation(n), range(m, n, m))


@alternative("sgd.minibatches")
def lists_of_integers(n, m, rng):
    left = np.argsort(rng.random(n)).tolist()
    batches = []
    while left:
        batches.append(left[:m])
        left = left[m:]
    return batches


@alternative("sgd.sgd_epoch")
def own_permutation(params, X, Y, loss_and_grad, lr, m, rng):
    order = rng.permutation(len(X))
    new = {name: np.array(value, dtype=float) for name, value in params.items()}
    costs, sizes = [], []
    for start in range(0, len(X), m):
        rows = order[start : start + m]
        cost, grads = loss_and_grad(new, X[rows], Y[rows])
        new = {name: value - lr * np.asarray(grads[name]) for name, value in new.items()}
        costs.append(cost)
        sizes.append(len(rows))
    return new, np.average(costs, weights=sizes)


@alternative("sgd.sgd_epoch")
def shuffled_copies(params, X, Y, loss_and_grad, lr, m, rng):
    order = np.argsort(rng.random(len(Y)))
    X, Y = X[order], Y[order]
    total = 0.0
    for start in range(0, len(Y), m):
        x, y = X[start : start + m], Y[start : start + m]
        cost = loss_and_grad(params, x, y)[0]
        grads = loss_and_grad(params, x, y)[1]
        total += len(y) / len(Y) * cost
        params = {k: np.asarray(v) - lr * np.asarray(grads[k]) for k, v in params.items()}
    return params, total


@alternative("sgd.sgd")
def through_epochs(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    history = np.zeros(epochs)
    for epoch in range(epochs):
        params, history[epoch] = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
    return params, history


@alternative("sgd.sgd")
def all_in_one(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    params = {name: np.array(value, dtype=float) for name, value in params.items()}
    history = []
    for _ in range(epochs):
        total = 0.0
        for rows in minibatches(len(X), m, rng):
            cost, grads = loss_and_grad(params, X[rows], Y[rows])
            params = {name: params[name] - lr * np.asarray(grads[name]) for name in params}
            total += cost * len(rows)
        history.append(total / len(X))
    return params, history


@alternative("sgd.sgd")
def cost_and_gradient_apart(params, X, Y, loss_and_grad, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for rows in minibatches(len(X), m, rng):
            total += loss_and_grad(params, X[rows], Y[rows])[0] * len(rows) / len(X)
            grads = loss_and_grad(params, X[rows], Y[rows])[1]
            params = {name: params[name] - lr * np.asarray(grads[name]) for name in params}
        history.append(total)
    return params, history


@alternative("sgd.gradient_noise")
def all_draws_at_once(per_example_grads, m, rng, draws):
    G = np.asarray(per_example_grads)
    chosen = rng.integers(0, len(G), size=(draws, m))
    noise = G[chosen].mean(axis=1) - G.mean(axis=0)
    return np.mean(np.linalg.norm(noise, axis=1) ** 2)


@alternative("sgd.gradient_noise")
def choice_with_replacement(per_example_grads, m, rng, draws):
    g, total = np.mean(per_example_grads, axis=0), 0.0
    for _ in range(draws):
        rows = rng.choice(len(per_example_grads), size=m, replace=True)
        difference = np.mean(per_example_grads[rows], axis=0) - g
        total += difference @ difference
    return total / draws


@alternative("sgd.gradient_noise")
def multinomial_counts(per_example_grads, m, rng, draws):
    n = len(per_example_grads)
    shares = rng.multinomial(m, np.full(n, 1 / n), size=draws) / m
    errors = (shares - 1 / n) @ np.asarray(per_example_grads)
    return np.einsum("ij,ij->", errors, errors) / draws


@alternative("sgd.accumulate")
def weighted_average(grads, sizes):
    return np.average(np.array(grads), axis=0, weights=np.asarray(sizes, dtype=float))


@alternative("sgd.accumulate")
def running_sum(grads, sizes):
    total, count = np.zeros(np.shape(grads[0])), 0
    for grad, size in zip(grads, sizes, strict=True):
        total = total + np.asarray(grad) * size
        count += size
    return total / count


@alternative("sgd.torch_step")
def with_an_optimizer(model, X, y, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    optimizer.zero_grad()
    cost = torch.nn.CrossEntropyLoss()(model(X), y)
    cost.backward()
    optimizer.step()
    return cost.item()


@alternative("sgd.torch_step")
def with_autograd(model, X, y, lr):
    cost = torch.nn.functional.nll_loss(torch.log_softmax(model(X), dim=1), y)
    gradients = torch.autograd.grad(cost, list(model.parameters()))
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        parameter.data.add_(gradient, alpha=-lr)
    return cost.detach()


@alternative("sgd.torch_train")
def own_loop(model, X, y, lr, m, epochs, rng):
    history = []
    for _ in range(epochs):
        order = torch.as_tensor(rng.permutation(len(X)))
        costs = 0.0
        for rows in torch.split(order, m):
            costs += torch_step(model, X[rows], y[rows], lr) * len(rows)
        history.append(costs / len(X))
    return history


@alternative("sgd.torch_train")
def one_optimizer(model, X, y, lr, m, epochs, rng):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = np.zeros(epochs)
    for epoch in range(epochs):
        for rows in minibatches(len(X), m, rng):
            chosen = torch.as_tensor(np.asarray(rows))
            optimizer.zero_grad()
            cost = torch.nn.functional.cross_entropy(model(X[chosen]), y[chosen])
            cost.backward()
            optimizer.step()
            history[epoch] += cost.item() * len(rows) / len(X)
    return history


@alternative("sgd.throughput")
def sorted_middle(step, m, repeats, sync):
    wait = sync or (lambda: None)
    step()
    wait()
    seconds = []
    for _ in range(repeats):
        begin = time.monotonic()
        step()
        wait()
        seconds.append(time.monotonic() - begin)
    return m / sorted(seconds)[repeats // 2]


@alternative("sgd.throughput")
def median_of_rates(step, m, repeats, sync):
    rates = []
    for k in range(repeats + 1):
        if sync is not None:
            sync()
        begin = time.perf_counter_ns()
        step()
        if sync is not None:
            sync()
        if k > 0:
            rates.append(m * 1e9 / (time.perf_counter_ns() - begin))
    return np.median(rates)
