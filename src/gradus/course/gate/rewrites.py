"""Rewrites of a solution that mean the same: a fair test accepts each of them.

Two kinds: other code for the same computation, made from the syntax tree, and other types for the
same values, made by wrapping the function. A rewrite that would leave the cell as it is, or whose
meaning depends on types that cannot be seen in the source (torch tensors), is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from gradus.cells import bound_names


@dataclass(frozen=True)
class Rewrite:
    """A right answer to one exercise, made from the instructor's."""

    name: str
    source: str


def rewrites_of(solution: str) -> list[Rewrite]:
    """The rewrites of a solution cell that apply to it."""
    module = cst.parse_module(solution)
    tensors = re.search(r"\b(torch|model|nn)\b", solution) is not None
    found = [
        Rewrite(name, module.visit(transformer()).code)
        for name, transformer in TRANSFORMERS.items()
        if not (tensors and name in _ARRAYS_ONLY)
    ]
    if not tensors:
        returned = [node.value for node in _nodes(module) if isinstance(node, cst.Return)]
        pointless = {
            "dictionaries reversed": "{" not in solution,
            "lists for tuples": not any(isinstance(value, cst.Tuple) for value in returned),
        }
        found += [
            Rewrite(name, _wrapped(solution, conversion))
            for name, conversion in WRAPPERS.items()
            if not pointless.get(name)
        ]
    return [rewrite for rewrite in found if rewrite.source != solution]


class _Commuted(cst.CSTTransformer):
    """b + a for a + b, b * a for a * b."""

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        node = updated_node
        if not isinstance(node.operator, (cst.Add, cst.Multiply)) or _sequence(original_node):
            return node
        return node.with_changes(left=_guarded(node.right), right=_guarded(node.left))


class _Regrouped(cst.CSTTransformer):
    """a + (b + c) for a + b + c, and likewise for products."""

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        node = updated_node
        left = node.left
        if (
            isinstance(left, cst.BinaryOperation)
            and isinstance(node.operator, (cst.Add, cst.Multiply))
            and type(left.operator) is type(node.operator)
            and not left.lpar
            and not _sequence(original_node)
        ):
            inner = node.with_changes(left=left.right, lpar=(), rpar=())
            return node.with_changes(left=left.left, right=_guarded(inner))
        return node


class _Functions(cst.CSTTransformer):
    """np.add(a, b) for a + b, and so on."""

    names: dict[type[cst.BaseBinaryOp], str] = {  # noqa: RUF012
        cst.Add: "add",
        cst.Subtract: "subtract",
        cst.Multiply: "multiply",
        cst.Divide: "true_divide",
        cst.MatrixMultiply: "matmul",
    }

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        name = self.names.get(type(updated_node.operator))
        if name is None or _sequence(original_node):
            return updated_node
        return _call(f"np.{name}", updated_node.left, updated_node.right)


class _Reciprocal(cst.CSTTransformer):
    """a * (1.0 / b) for a / b: another rounding of the same number."""

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        node = updated_node
        if not isinstance(node.operator, cst.Divide):
            return node
        inverse = cst.BinaryOperation(cst.Float("1.0"), cst.Divide(), _guarded(node.right))
        return node.with_changes(operator=cst.Multiply(), right=_guarded(inverse))


class _Squares(cst.CSTTransformer):
    """np.square(x) for x ** 2."""

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        node = updated_node
        power = node.right
        if (
            isinstance(node.operator, cst.Power)
            and isinstance(power, cst.Integer)
            and power.value == "2"
        ):
            return _call("np.square", node.left)
        return node


class _Means(cst.CSTTransformer):
    """np.sum(x) / np.size(x) for np.mean(x)."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        node = updated_node
        if _is(node, "np.mean") and len(node.args) == 1:
            value = node.args[0].value
            return _guarded(
                cst.BinaryOperation(_call("np.sum", value), cst.Divide(), _call("np.size", value))
            )
        return node


class _SumsByLoop(cst.CSTTransformer):
    """Python's own sum, from the last term to the first, for np.sum over everything."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        node = updated_node
        if _is(node, "np.sum") and len(node.args) == 1:
            return _call("sum", _call("np.flip", _call("np.ravel", node.args[0].value)))
        return node


class _Floats(cst.CSTTransformer):
    """np.asarray(x, dtype=float) for np.asarray(x): integers are taken as floats."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        node = updated_node
        if len(node.args) != 1 or not (_is(node, "np.asarray") or _is(node, "np.array")):
            return node
        dtype = cst.Arg(cst.Name("float"), keyword=cst.Name("dtype"))
        return node.with_changes(args=[*node.args, dtype])


class _Singles(cst.CSTTransformer):
    """cross_entropy(model(X).float(), y): torch's cost and gradients in float32."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        return _call_method(updated_node, "float") if _is_model(original_node) else updated_node


class _Mirrored(cst.CSTTransformer):
    """b <= a for a >= b."""

    mirror: dict[type[cst.BaseCompOp], cst.BaseCompOp] = {  # noqa: RUF012
        cst.LessThan: cst.GreaterThan(),
        cst.LessThanEqual: cst.GreaterThanEqual(),
        cst.GreaterThan: cst.LessThan(),
        cst.GreaterThanEqual: cst.LessThanEqual(),
        cst.Equal: cst.Equal(),
        cst.NotEqual: cst.NotEqual(),
    }

    def leave_Comparison(
        self, original_node: cst.Comparison, updated_node: cst.Comparison
    ) -> cst.BaseExpression:
        node = updated_node
        target = node.comparisons[0]
        operator = self.mirror.get(type(target.operator))
        if len(node.comparisons) != 1 or operator is None:
            return node
        return node.with_changes(
            left=_guarded(target.comparator),
            comparisons=[cst.ComparisonTarget(operator, _guarded(node.left))],
        )


class _Branches(cst.CSTTransformer):
    """The condition negated and its branches exchanged."""

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        node = updated_node
        return node.with_changes(
            test=cst.UnaryOperation(cst.Not(), _guarded(node.test)),
            body=_guarded(node.orelse),
            orelse=_guarded(node.body),
        )

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        node = updated_node
        if not isinstance(node.orelse, cst.Else):
            return node
        return node.with_changes(
            test=cst.UnaryOperation(cst.Not(), _guarded(node.test)),
            body=node.orelse.body,
            orelse=node.orelse.with_changes(body=node.body),
        )


class _Renamed(cst.CSTTransformer):
    """Every local variable under another name."""

    def __init__(self) -> None:
        super().__init__()
        self._locals: list[dict[str, str]] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        outer = self._locals[-1] if self._locals else {}
        kept = {name for inner in _functions(node) for name in _parameters(inner)}
        kept |= {f.name.value for f in _functions(node) if isinstance(f, cst.FunctionDef)}
        kept |= _declared(node)
        self._locals.append(outer | {n: f"{n}_here" for n in _assigned(node) - kept})

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._locals.pop()
        return updated_node

    def visit_Attribute_attr(self, node: cst.Attribute) -> None:
        self._locals.append({})

    def leave_Attribute_attr(self, node: cst.Attribute) -> None:
        self._locals.pop()

    def visit_Arg_keyword(self, node: cst.Arg) -> None:
        self._locals.append({})

    def leave_Arg_keyword(self, node: cst.Arg) -> None:
        self._locals.pop()

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        other = self._locals[-1].get(updated_node.value) if self._locals else None
        return updated_node.with_changes(value=other) if other else updated_node


class _Intermediate(cst.CSTTransformer):
    """A variable for what is returned, and one for each value before it is assigned."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Any:
        node = updated_node
        statement = node.body[0]
        if len(node.body) != 1 or not isinstance(statement, (cst.Return, cst.Assign)):
            return node
        if statement.value is None or isinstance(statement.value, cst.Name):
            return node
        name = cst.Name("value_here")
        first = cst.Assign([cst.AssignTarget(name)], statement.value)
        return cst.FlattenSentinel(
            [
                node.with_changes(body=[first]),
                cst.SimpleStatementLine([statement.with_changes(value=name)]),
            ]
        )


class _ByIndex(cst.CSTTransformer):
    """A loop over positions for a loop over elements."""

    def __init__(self) -> None:
        super().__init__()
        self._loops = 0

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> Any:
        node = updated_node
        if not isinstance(node.body, cst.IndentedBlock) or node.orelse is not None:
            return node
        self._loops += 1
        items, index = f"items_{self._loops}", f"i_{self._loops}"
        listed = cst.Assign([cst.AssignTarget(cst.Name(items))], _call("list", node.iter))
        element = cst.Assign(
            [cst.AssignTarget(node.target)], cst.parse_expression(f"{items}[{index}]")
        )
        loop = node.with_changes(
            target=cst.Name(index),
            iter=cst.parse_expression(f"range(len({items}))"),
            body=node.body.with_changes(body=[cst.SimpleStatementLine([element]), *node.body.body]),
            leading_lines=(),
        )
        before = cst.SimpleStatementLine([listed], leading_lines=node.leading_lines)
        return cst.FlattenSentinel([before, loop])


class _Unrolled(cst.CSTTransformer):
    """x = x + e for x += e."""

    operators: dict[type[cst.BaseAugOp], cst.BaseBinaryOp] = {  # noqa: RUF012
        cst.AddAssign: cst.Add(),
        cst.SubtractAssign: cst.Subtract(),
        cst.MultiplyAssign: cst.Multiply(),
        cst.DivideAssign: cst.Divide(),
    }

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.AugAssign | cst.Assign:
        node = updated_node
        operator = self.operators.get(type(node.operator))
        if operator is None or isinstance(node.target, cst.Subscript):
            return node
        value = cst.BinaryOperation(node.target, operator, _guarded(node.value))
        return cst.Assign([cst.AssignTarget(node.target)], value)


class _Comprehensions(cst.CSTTransformer):
    """A loop that appends for a list comprehension that is returned or assigned."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Any:
        node = updated_node
        statement = node.body[0]
        value = getattr(statement, "value", None)
        if (
            not isinstance(statement, (cst.Return, cst.Assign))
            or not isinstance(value, cst.ListComp)
            or value.for_in.inner_for_in is not None
            or value.for_in.ifs
        ):
            return node
        name = cst.Name("list_here")
        append = cst.Expr(_call("list_here.append", value.elt))
        loop = cst.For(
            value.for_in.target,
            value.for_in.iter,
            cst.IndentedBlock([cst.SimpleStatementLine([append])]),
        )
        empty = cst.Assign([cst.AssignTarget(name)], cst.List([]))
        return cst.FlattenSentinel(
            [
                node.with_changes(body=[empty]),
                loop,
                cst.SimpleStatementLine([statement.with_changes(value=name)]),
            ]
        )


TRANSFORMERS: dict[str, Callable[[], cst.CSTTransformer]] = {
    "locals renamed": _Renamed,
    "intermediate variables": _Intermediate,
    "loops by index": _ByIndex,
    "comprehensions as loops": _Comprehensions,
    "branches exchanged": _Branches,
    "comparisons mirrored": _Mirrored,
    "sums commuted": _Commuted,
    "sums regrouped": _Regrouped,
    "NumPy functions": _Functions,
    "reciprocals": _Reciprocal,
    "np.square": _Squares,
    "means as sums": _Means,
    "floats for integers": _Floats,
    "float32 for torch": _Singles,
    "sums by loop": _SumsByLoop,
    "x = x + e": _Unrolled,
}
_ARRAYS_ONLY = {
    "NumPy functions",
    "np.square",
    "means as sums",
    "sums by loop",
    "x = x + e",
    "floats for integers",
}

# What a wrapper does to one returned value; arrays, numbers and the entries of a tuple pass here.
WRAPPERS: dict[str, str] = {
    "lists returned": "value.tolist() if isinstance(value, np.ndarray) else value",
    "floats returned": (
        "value.astype(float) if isinstance(value, np.ndarray) and value.dtype.kind in 'bi'"
        " else float(value) if isinstance(value, (bool, int, np.integer, np.bool_)) else value"
    ),
    "other rounding": (
        "value if _is_handed_on(value) else value * (1 + 2.0**-51) if isinstance(value, float)"
        " or isinstance(value, np.ndarray) and value.dtype.kind == 'f' else"
        " {name: _converted(entry) for name, entry in value.items()}"
        " if isinstance(value, dict) else value"
    ),
    "0-d arrays returned": (
        "np.array(value) if isinstance(value, (int, float, np.number, np.bool_)) else value"
    ),
    "Fortran order": (
        "np.asfortranarray(value) if isinstance(value, np.ndarray) and value.ndim > 1 else value"
    ),
    "dictionaries reversed": (
        "dict(reversed(list(value.items()))) if isinstance(value, dict) else value"
    ),
    "lists for tuples": "value",
}
_WRAPPER = """

_given = []


def _is_handed_on(value):
    # A label or a row of the data is not computed: it keeps its bits.
    numbers = [np.ravel(given) for given in _given if isinstance(given, (float, np.ndarray))]
    return isinstance(value, (float, np.ndarray)) and any(
        np.all(np.isin(value, given)) for given in numbers
    )


def _converted(value):
    return {conversion}


def _converted_all(value):
    if isinstance(value, tuple):
        return {outer}(_converted(entry) for entry in value)
    return _converted(value)


def _taken(value):
    if isinstance(value, list) and value and isinstance(value[0], (int, float, list)):
        return np.array(value)
    return value


def _wrapped(function):
    def wrapper(*args, **kwargs):
        args = [_taken(value) for value in args]
        kwargs = {{name: _taken(value) for name, value in kwargs.items()}}
        _given[:] = [*args, *kwargs.values()]
        return _converted_all(function(*args, **kwargs))

    return wrapper


{bindings}
"""


def _wrapped(solution: str, conversion: str) -> str:
    outer = "list" if conversion == "value" else "tuple"
    functions = {
        statement.name.value
        for statement in cst.parse_module(solution).body
        if isinstance(statement, cst.FunctionDef)
    }
    bindings = [
        f"{name} = _wrapped({name})" if name in functions else f"{name} = _converted_all({name})"
        for name in bound_names(solution)
    ]
    return solution + _WRAPPER.format(
        conversion=conversion, outer=outer, bindings="\n".join(bindings)
    )


def _call(function: str, *arguments: cst.BaseExpression) -> cst.Call:
    return cst.Call(cst.parse_expression(function), [cst.Arg(value) for value in arguments])


def _call_method(node: cst.BaseExpression, name: str) -> cst.Call:
    return cst.Call(cst.Attribute(node, cst.Name(name)))


def _is_model(node: cst.Call) -> bool:
    return isinstance(node.func, cst.Name) and node.func.value == "model"


def _is(node: cst.Call, name: str) -> bool:
    return node.func.deep_equals(cst.parse_expression(name))


def _guarded(node: cst.BaseExpression) -> cst.BaseExpression:
    if node.lpar or isinstance(node, (cst.Name, cst.Call, cst.Attribute, cst.Subscript)):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _sequence(node: cst.BinaryOperation) -> bool:
    """Whether + or * may join or repeat lists, tuples or strings."""
    kinds = (cst.List, cst.Tuple, cst.ListComp, cst.SimpleString, cst.FormattedString)
    return any(
        isinstance(side, kinds)
        or (
            (isinstance(side, cst.Call) and isinstance(side.func, cst.Name))
            and side.func.value in ("list", "tuple", "str", "sorted")
        )
        for side in (node.left, node.right)
    )


def _nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    return [node, *(inner for child in node.children for inner in _nodes(child))]


def _functions(node: cst.FunctionDef) -> list[cst.FunctionDef | cst.Lambda]:
    return [inner for inner in _nodes(node) if isinstance(inner, (cst.FunctionDef, cst.Lambda))]


def _parameters(node: Any) -> set[str]:
    groups: Sequence[Any] = (*node.params.params, *node.params.kwonly_params)
    stars = [node.params.star_arg, node.params.star_kwarg]
    return {p.name.value for p in (*groups, *stars) if isinstance(p, cst.Param)}


def _declared(node: cst.FunctionDef) -> set[str]:
    return {
        item.name.value
        for inner in _nodes(node)
        if isinstance(inner, (cst.Global, cst.Nonlocal))
        for item in inner.names
    }


def _assigned(node: cst.FunctionDef) -> set[str]:
    found: set[str] = set()
    for inner in _nodes(node.body):
        targets: list[cst.CSTNode] = []
        if isinstance(inner, cst.Assign):
            targets = [target.target for target in inner.targets]
        elif isinstance(inner, (cst.For, cst.CompFor, cst.AugAssign, cst.AnnAssign)):
            targets = [inner.target]
        while targets:
            target = targets.pop()
            if isinstance(target, cst.Name):
                found.add(target.value)
            elif isinstance(target, (cst.Tuple, cst.List)):
                targets += [element.value for element in target.elements]
            elif isinstance(target, cst.StarredElement):
                targets.append(target.value)
    return found
