"""The verifier: right derivatives and optimizers pass, planted wrong ones are found."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import types

import numpy as np
import pytest
import scipy.optimize

from gradus import claims
from gradus.catalogue import reference_of, topics
from gradus.reference import activations
from gradus.verification.agreement import judge_agreement
from gradus.verification.derivatives import judge_derivative
from gradus.verification.optimizers import judge_minimizer, judge_optimizer
from gradus.verification.verify import as_json, judge, undeclared, verify


@pytest.fixture(scope="module")
def verification():
    return verify()


@pytest.fixture
def declared(monkeypatch):
    """What a test declares, kept out of the registry of the reference."""
    registry = {}
    monkeypatch.setattr(claims, "_claims", registry)
    return lambda: list(registry.values())[-1]


def test_every_claim_of_the_reference_holds(verification):
    wrong = {e.name: e.problems for e in verification.entries if not e.ok}

    assert wrong == {}
    assert verification.undeclared == []
    assert as_json(verification)["worst_relative_error"] < 1e-7
    assert verification.seconds < 60


def test_every_derivative_is_judged_by_all_methods(verification):
    for entry in verification.entries:
        if entry.kind == "derivative" and "autograd" in entry.errors:
            assert {"central", "richardson", "complex step"} < set(entry.errors)
            assert entry.gradcheck
            assert entry.planted == entry.found > 0
            assert entry.worst_input


def test_the_command_prints_one_object():
    command = [sys.executable, "-c", "from gradus.cli import main; main()", "verify", "--json"]

    result = subprocess.run(
        command, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False
    )

    assert result.returncode == 0, result.stderr
    table = json.loads(result.stdout)
    assert {entry["verdict"] for entry in table["entries"]} == {"ok"}


def test_a_declaration_leaves_the_function_as_it_is():
    assert str(inspect.signature(activations.d_elu)) == (
        "(z: 'ArrayLike', alpha: 'float' = 1.0) -> 'Floats'"
    )
    assert not hasattr(activations.d_elu, "__wrapped__")
    assert "def d_elu(z" in inspect.getsource(activations.d_elu)
    assert "claims" not in topics()


SOFTPLUS = {
    "wrt": "z",
    "domain": claims.interval(-20, 20),
    "formula": lambda xp, z: xp.log(1 + xp.exp(z)),
    "elementwise": True,
}


def _softplus(z):
    return np.logaddexp(0.0, z)


def test_a_new_function_is_verified_by_its_declaration_alone(declared):
    claims.derivative_of(_softplus, **SOFTPLUS)(activations.sigmoid)

    entry = judge(declared())

    assert entry.ok, entry.problems
    assert entry.worst < 1e-7


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z: 2 * activations.sigmoid(z),
        lambda z: -activations.sigmoid(z),
        lambda z: activations.sigmoid(z) + 1e-6,
        lambda z: activations.sigmoid(np.asarray(z) * (1 + 1e-6)),
        lambda z: np.where(np.asarray(z) < -19, 0.0, activations.sigmoid(z)),
        lambda z: np.round(activations.sigmoid(z), 7),
        lambda z: activations.sigmoid(z)[::-1],
        lambda z: activations.sigmoid(z)[:, None],
        lambda z: np.full_like(z, np.nan),
        lambda z: np.mean(activations.sigmoid(z)),
    ],
    ids=["twice", "sign", "offset", "stretch", "tail", "rounded", "order", "shape", "nan", "mean"],
)
def test_a_planted_wrong_derivative_is_found(wrong, declared):
    claims.derivative_of(_softplus, **SOFTPLUS)(wrong)

    assert not judge_derivative(declared()).ok


@pytest.mark.parametrize(("value", "ok"), [(0.0, True), (0.5, True), (1.0, True), (1.1, False)])
def test_a_subgradient_is_any_value_between_the_one_sided_derivatives(value, ok, declared):
    def subgradient(z):
        return np.where(z == 0, value, np.where(z > 0, 1.0, 0.0))

    claims.derivative_of(
        activations.relu,
        wrt="z",
        domain=claims.interval(-3, 3, away_from=0.0),
        kinks=lambda rng: {"z": np.zeros(2)},
        elementwise=True,
    )(subgradient)

    assert judge_derivative(declared()).ok is ok


def _network(params, X, Y):
    return float(np.sum((np.tanh(X @ params["W"] + params["b"]) - Y) ** 2) / 2)


def _network_formula(xp, params, X, Y):
    return xp.sum((xp.tanh(X @ params["W"] + params["b"]) - Y) ** 2) / 2


def _network_gradient(params, X, Y):
    H = np.tanh(X @ params["W"] + params["b"])
    dZ = (H - Y) * (1 - H**2)
    return {"W": X.T @ dZ, "b": dZ.sum(axis=0)}


def _network_domain(rng):
    return {
        "params": {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)},
        "X": rng.normal(size=(5, 3)),
        "Y": rng.normal(size=(5, 2)),
    }


def _lose_the_bias(gradient):
    return {**gradient, "b": np.zeros(2)}


def _one_entry_off(gradient):
    return {**gradient, "W": gradient["W"] * np.array([[1, 1], [1, 1], [1 + 1e-6, 1]])}


@pytest.mark.parametrize(
    ("spoil", "ok"),
    [(lambda g: g, True), (_lose_the_bias, False), (_one_entry_off, False)],
    ids=["right", "no bias", "one entry"],
)
def test_a_gradient_in_a_dict_is_judged_coordinate_by_coordinate(spoil, ok, declared):
    claims.derivative_of(
        _network,
        wrt="params",
        domain=_network_domain,
        formula=_network_formula,
        call=lambda f, **at: spoil(f(**at)),
    )(_network_gradient)

    entry = judge_derivative(declared())

    assert entry.ok is ok
    assert set(entry.identities) == {"adjoint", "Hessian symmetry", "Hessian-vector"}


def test_a_gradient_of_nothing_is_refused_without_a_formula(declared):
    """(y, −x) is the gradient of no function; the Jacobian is not symmetric."""

    def field(x):
        return np.array([x[1], -x[0]])

    claims.derivative_of(
        lambda x: float(x[0] * x[1]), wrt="x", domain=lambda rng: {"x": rng.normal(size=2)}
    )(field)

    entry = judge_derivative(declared())

    assert not entry.ok
    assert entry.identities["Hessian symmetry"] > 1e-3


@pytest.mark.parametrize(("matrix", "ok"), [(lambda A: A, True), (lambda A: A.T, False)])
def test_a_jacobian_has_a_row_for_each_value(matrix, ok, declared):
    claims.derivative_of(
        lambda x, A: np.sin(A @ x),
        wrt="x",
        domain=lambda rng: {"x": rng.normal(size=3), "A": rng.normal(size=(3, 3))},
        formula=lambda xp, x, A: xp.sin(A @ x),
    )(lambda x, A: np.cos(A @ x)[:, None] * matrix(A))

    assert judge_derivative(declared()).ok is ok


def _adam(theta, grad, state, lr, *, beta1=0.9, beta2=0.999, eps=1e-8, correct=True, inside=False):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if correct else (m, v)
    root = np.sqrt(v_hat + eps) if inside else np.sqrt(v_hat) + eps
    return theta - lr * m_hat / root, {"t": t, "m": m, "v": v}


def _swapped(theta, grad, state, lr, *, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(theta, grad, state, lr, beta1=beta2, beta2=beta1, eps=eps)


def _no_correction(*args, **settings):
    return _adam(*args, **settings, correct=False)


def _inside(*args, **settings):
    return _adam(*args, **settings, inside=True)


def _first_rate_kept(theta, grad, state, lr, **settings):
    rate = state.get("lr", lr)
    theta, state = _adam(theta, grad, state, rate, **settings)
    return theta, {**state, "lr": rate}


@pytest.mark.parametrize(
    ("update", "ok"),
    [
        (_adam, True),
        (_swapped, False),
        (_no_correction, False),
        (_inside, False),
        (_first_rate_kept, False),
    ],
)
def test_an_optimizer_follows_torch_or_is_refused(update, ok, declared):
    claims.optimizer(
        lambda beta1=0.9, beta2=0.999, eps=1e-8: ("Adam", {"betas": (beta1, beta2), "eps": eps}),
        settings=({}, {"beta1": 0.5, "beta2": 0.9, "eps": 0.3}),
    )(update)

    assert judge_optimizer(declared()).ok is ok


def _bfgs(f, grad, x0):
    return scipy.optimize.minimize(f, x0, jac=grad, method="BFGS", options={"gtol": 1e-8}).x


def _ten_steps(f, grad, x0):
    return scipy.optimize.minimize(f, x0, jac=grad, method="BFGS", options={"maxiter": 10}).x


@pytest.mark.parametrize(("minimize", "ok"), [(_bfgs, True), (_ten_steps, False)])
def test_a_minimiser_that_stops_early_is_refused(minimize, ok, declared):
    claims.minimizer(minimize)

    assert judge_minimizer(declared()).ok is ok


def _two_loop(grad, S, Y, *, forget=False):
    if not S:
        return -grad
    if forget:
        return grad
    return -(scipy.optimize.LbfgsInvHessProduct(np.array(S), np.array(Y)) @ grad)


@pytest.mark.parametrize(
    ("direction", "ok"),
    [(_two_loop, True), (lambda g, S, Y: _two_loop(g, S, Y, forget=True), False)],
)
def test_a_direction_that_climbs_is_refused(direction, ok, declared):
    claims.descent_direction(direction)

    assert judge_minimizer(declared()).ok is ok


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        (lambda x: 1.0 * np.cosh(x), True),
        (lambda x: np.cosh(x) + 1e-6, False),
        (lambda x: x[0], False),
    ],
)
def test_an_agreement_is_judged_by_shape_and_value(answer, ok, declared):
    claims.equals(
        lambda x: (np.exp(x) + np.exp(-x)) / 2, domain=lambda rng: {"x": rng.normal(size=4)}
    )(answer)

    assert judge_agreement(declared()).ok is ok


def test_a_derivative_that_claims_nothing_is_named():
    module = types.ModuleType("gradus.reference.fresh")
    exec("def d_softplus(z): return z\ndef other(z): return z", vars(module))
    for name in ("d_softplus", "other"):
        vars(module)[name].__module__ = module.__name__

    assert undeclared([module, reference_of("activations")], claims.claims()) == [
        "fresh.d_softplus"
    ]


def test_a_second_claim_needs_a_label(declared):
    claims.derivative_of(_softplus, **SOFTPLUS)(activations.sigmoid)

    with pytest.raises(ValueError, match="claims twice"):
        claims.derivative_of(_softplus, **SOFTPLUS)(activations.sigmoid)
    claims.derivative_of(_softplus, **SOFTPLUS, label="again")(activations.sigmoid)
