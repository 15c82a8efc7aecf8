"""The examination: agreement, verdicts, diagnosis, and messages that give nothing away."""

from __future__ import annotations

import numpy as np
import pytest

from gradus.exam import Text, Wrong, call, careful, examine, lending, once
from gradus.exam.agreement import disagreement
from gradus.processes import SECRET
from gradus.reference import perceptron
from gradus.text import VARIABLE

ON = Text("números", "numbers")
Z = np.array([-1.5, 0.0, 2.25])
PROBES = (call(Z), call(0.5))


@pytest.mark.parametrize(
    "received",
    [1, 1.0, True, np.float32(1), np.array(1), np.array(True)],
    ids=repr,
)
def test_any_kind_of_number_is_accepted(received):
    assert disagreement(received, 1.0) is None


@pytest.mark.parametrize(
    "received", [[1, 2], (1.0, 2.0), np.array([1, 2], dtype=np.int8), [np.array(1), 2.0]], ids=repr
)
def test_any_kind_of_vector_is_accepted(received):
    assert disagreement(received, np.array([1.0, 2.0])) is None


@pytest.mark.parametrize(
    "received",
    [
        None,
        "1",
        [1, 2, 3],
        [[1, 2]],
        np.nan,
        [1, np.nan],
        [1, 2.1],
        [1 + 2j, 2],
        {},
        slice(1),
        [[1], [1, 2]],
    ],
    ids=repr,
)
def test_anything_else_is_not(received):
    assert disagreement(received, np.array([1.0, 2.0])) is not None


def test_infinities_must_be_equal():
    assert disagreement(np.inf, np.inf) is None
    assert disagreement(-np.inf, np.inf) is not None
    assert disagreement(1e300, np.inf) is not None


def test_a_tuple_is_compared_entry_by_entry():
    expected = (np.zeros(2), 1.0, [3, 0])

    assert disagreement([[0, 0], 1, np.array([3, 0])], expected) is None
    assert "value 3 of the 3" in disagreement((np.zeros(2), 1.0, [3]), expected).en
    assert disagreement((np.zeros(2), 1.0), expected) is not None
    assert disagreement(None, expected) is not None


def test_a_dictionary_is_compared_key_by_key():
    assert disagreement({"a": [1]}, {"a": np.ones(1)}) is None
    assert disagreement({}, {"a": np.ones(1)}) is not None
    assert disagreement({"a": [2]}, {"a": np.ones(1)}) is not None


def _verdict(answer, probes=PROBES):
    try:
        with examine("perceptron.heaviside", answer) as exam:
            exam.agrees(ON, *probes)
    except Wrong as wrong:
        return str(wrong)
    return None


def test_a_right_answer_raises_nothing():
    assert _verdict(perceptron.heaviside) is None


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (lambda z: None, "None"),
        (lambda z: "1", "`str`"),
        (lambda z: 1, "forma"),
        (lambda z: z / 0 * np.nan, "nan"),
        (lambda z: undefined, "`NameError`"),  # noqa: F821
        (lambda z, w: 1, "`TypeError`"),
    ],
)
def test_a_wrong_answer_is_told_what_failed(answer, part):
    assert part in _verdict(answer)


@pytest.mark.parametrize(("language", "part"), [("es", "Se parece a"), ("en", "It looks like")])
def test_the_message_speaks_the_language_of_the_course(monkeypatch, language, part):
    monkeypatch.setenv(VARIABLE, language)

    assert part in _verdict(lambda z: np.where(z > 0, 1, 0))


def test_a_message_holds_no_input_and_no_expected_value():
    def nosy(z):
        raise ValueError(f"the input is {z}")

    message = _verdict(nosy, probes=[call(np.array([123.456]))])

    assert "123.456" not in message
    assert "ValueError" in message


def test_an_exception_class_cannot_carry_the_input_out():
    def nosy(z):
        raise type(f"Input{z[0]}", (ValueError,), {})

    message = _verdict(nosy, probes=[call(np.array([123.456]))])

    assert "123" not in message
    assert "`ValueError`" in message


def test_changing_an_argument_is_wrong_even_if_the_result_is_right():
    def in_place(z):
        result = perceptron.heaviside(z)
        z[:] = 0
        return result

    assert "argumentos" in _verdict(in_place, probes=[call(Z)])


def test_careful_checks_every_call():
    def in_place(z):
        z += 1
        return z

    with (
        pytest.raises(Wrong, match="argumentos"),
        examine("perceptron.heaviside", in_place) as exam,
    ):
        exam.agrees(ON, lambda f: careful(f)(Z.copy()))


def test_a_mistake_that_nobody_catalogued_gets_no_diagnosis():
    message = _verdict(lambda z: np.where(np.abs(z) > 1, 1, 0))

    assert message is not None
    assert "parece" not in message


def test_within_accepts_the_whole_set_and_nothing_else():
    def examined(value):
        try:
            with examine("activations.d_relu", lambda z: value) as exam:
                exam.within(ON, call(np.zeros(2)), np.zeros(2), np.ones(2))
        except Wrong:
            return False
        return True

    assert [examined(v) for v in ([0, 1], [0.5, 0.5], [1.2, 0], [0, -0.1], 0.5, None)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_property_that_does_not_hold_is_told():
    with pytest.raises(Wrong, match="esto no se cumple: f crece"):  # noqa: SIM117
        with examine("perceptron.heaviside", lambda z: -z) as exam:
            exam.holds(Text("f crece", "f grows"), lambda f: f(1.0) > f(0.0))


def test_quiet_refuses_an_overflow_that_leaves_no_trace():
    def loud(z):
        return np.where(np.exp(-z) == np.inf, 0.0, 1 / (1 + np.exp(-z)))

    with pytest.raises(Wrong, match="desborda"), examine("activations.sigmoid", loud) as exam:
        exam.agrees(ON, call(np.array([-1000.0])), quiet=True)


def test_hidden_inputs_depend_on_the_secret_and_on_the_key_only(monkeypatch):
    def draw(key):
        return examine(key, None).rng.normal()

    monkeypatch.setenv(SECRET, "one")
    first, again, other_key = (draw(f"perceptron.{n}") for n in ("xor", "xor", "margin"))
    monkeypatch.setenv(SECRET, "two")

    assert first == again
    assert len({first, other_key, draw("perceptron.xor")}) == 3


def test_lending_binds_right_answers_and_gives_the_students_back():
    own = object()
    namespace = {"heaviside": own}

    lending.begin(namespace, "perceptron", ["heaviside", "perceptron"])
    during = dict(namespace)
    lending.end(namespace)

    assert during == {"heaviside": perceptron.heaviside, "perceptron": perceptron.perceptron}
    assert namespace == {"heaviside": own}


def test_what_laws_share_is_computed_once_for_each_answer():
    """Also where an answer is gone and the next one could get its place in memory."""
    asked = []
    probe = once(lambda answer: asked.append(1) or answer())

    values = [(probe(answer), probe(answer)) for answer in (lambda n=n: n for n in range(50))]

    assert values == [(n, n) for n in range(50)]
    assert len(asked) == 50
