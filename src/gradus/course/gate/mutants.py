"""Mutants of a solution: what one slip of the pen would have made of it.

Each operator looks at one node of the syntax tree and says what a student might have written in its
place. Only what stands inside a solution region is changed; mutants that Python compiles to the
same code as another, or as the solution, are left out.
"""

from __future__ import annotations

import difflib
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from gradus.cells import BEGIN_SOLUTION, END_SOLUTION

Inside: TypeAlias = Callable[[cst.CSTNode], bool]
Operator: TypeAlias = Callable[[Any, Inside], Iterator[cst.CSTNode]]


@dataclass(frozen=True)
class Mutant:
    """A wrong answer to one exercise, named by the lines that it changes."""

    operator: str
    source: str
    original: str
    mutated: str


def mutants_of(solution: str) -> list[Mutant]:
    """The mutants of a solution cell, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(solution), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    regions = _regions(solution)

    def inside(node: cst.CSTNode) -> bool:
        place = positions.get(node)
        return place is not None and any(
            first < place.start.line and place.end.line < last for first, last in regions
        )

    seen = {_compiled(solution)}
    found: list[Mutant] = []
    for node in _walk(wrapper.module):
        for kind, operators in OPERATORS.items():
            if not isinstance(node, kind):
                continue
            # These hold the region, and their operators look at each statement themselves.
            around = isinstance(node, (cst.Module, cst.IndentedBlock, cst.FunctionDef))
            if not (around or inside(node)):
                continue
            for name, operator in operators:
                for replacement in operator(node, inside):
                    mutant = _mutant(wrapper.module, solution, name, node, replacement)
                    if mutant is not None and (code := _compiled(mutant.source)) not in seen:
                        seen.add(code)
                        found.append(mutant)
    return found


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, stripped: those of ``before`` and those of ``after``."""
    old, new = before.splitlines(), after.splitlines()
    removed, added = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += [line.strip() for line in old[i:j]]
            added += [line.strip() for line in new[k:m]]
    return "\n".join(removed), "\n".join(added)


def _mutant(
    module: cst.Module, solution: str, name: str, node: cst.CSTNode, replacement: cst.CSTNode
) -> Mutant | None:
    changed = replacement if node is module else module.deep_replace(node, replacement)
    source = cast(cst.Module, changed).code
    try:
        _code(source)
    except SyntaxError:
        return None
    return Mutant(name, source, *changed_lines(solution, source))


def _regions(solution: str) -> list[tuple[int, int]]:
    lines = [line.strip() for line in solution.splitlines()]
    begins = [number for number, line in enumerate(lines, 1) if line == BEGIN_SOLUTION]
    ends = [number for number, line in enumerate(lines, 1) if line == END_SOLUTION]
    return list(zip(begins, ends, strict=True))


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _compiled(source: str) -> Any:
    return _essence(_code(source, optimize=2))


def _code(source: str, optimize: int = -1) -> types.CodeType:
    """The source compiled, without Python's warning of what looks like a slip of the pen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(source, "<cell>", "exec", optimize=optimize)


def _essence(code: types.CodeType) -> Any:
    """What a code object does, without where it stands."""
    constants = tuple(
        _essence(value)
        if isinstance(value, types.CodeType)
        else (type(value).__name__, repr(value))
        for value in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_exceptiontable


def _parsed(source: str) -> cst.BaseExpression:
    return cst.parse_expression(source)


def _minus(node: cst.BaseExpression) -> cst.UnaryOperation:
    return cst.UnaryOperation(cst.Minus(), _guarded(node))


def _guarded(node: cst.BaseExpression) -> cst.BaseExpression:
    """In parentheses, unless it binds tightly as it is."""
    tight = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Integer, cst.Float)
    if isinstance(node, tight) or node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _plus(node: cst.BaseExpression, step: int) -> cst.BinaryOperation:
    sign = cst.Add() if step > 0 else cst.Subtract()
    return cst.BinaryOperation(_guarded(node), sign, cst.Integer("1"))


# Arithmetic -------------------------------------------------------------------------------------

_ARITHMETIC: dict[type[cst.BaseBinaryOp], cst.BaseBinaryOp] = {
    cst.Add: cst.Subtract(),
    cst.Subtract: cst.Add(),
    cst.Multiply: cst.Divide(),
    cst.Divide: cst.Multiply(),
    cst.FloorDivide: cst.Divide(),
    cst.Modulo: cst.FloorDivide(),
    cst.Power: cst.Multiply(),
    cst.MatrixMultiply: cst.Multiply(),
}
_AUGMENTED: dict[type[cst.BaseAugOp], cst.BaseAugOp] = {
    cst.AddAssign: cst.SubtractAssign(),
    cst.SubtractAssign: cst.AddAssign(),
    cst.MultiplyAssign: cst.DivideAssign(),
    cst.DivideAssign: cst.MultiplyAssign(),
}


def _other_operator(node: cst.BinaryOperation, _: Inside) -> Iterator[cst.CSTNode]:
    if type(node.operator) in _ARITHMETIC:
        yield node.with_changes(operator=_ARITHMETIC[type(node.operator)])


def _missing_term(node: cst.BinaryOperation, _: Inside) -> Iterator[cst.CSTNode]:
    if isinstance(node.operator, cst.MatrixMultiply):
        return
    for kept in (node.left, node.right):
        yield kept if node.lpar == () else _guarded(kept)


def _operands_exchanged(node: cst.BinaryOperation, _: Inside) -> Iterator[cst.CSTNode]:
    if not isinstance(node.operator, (cst.Add, cst.Multiply)):
        yield node.with_changes(left=_guarded(node.right), right=_guarded(node.left))


def _other_update(node: cst.AugAssign, _: Inside) -> Iterator[cst.CSTNode]:
    if type(node.operator) in _AUGMENTED:
        yield node.with_changes(operator=_AUGMENTED[type(node.operator)])
    if isinstance(node.target, cst.Name):
        yield cst.Assign([cst.AssignTarget(node.target)], node.value)


def _sign_lost(node: cst.UnaryOperation, _: Inside) -> Iterator[cst.CSTNode]:
    if isinstance(node.operator, (cst.Minus, cst.Not)):
        yield _guarded(node.expression)


def _constant(node: cst.Integer | cst.Float, _: Inside) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Integer):
        whole = node.evaluated_value
        yield cst.Integer(str(whole + 1))
        yield cst.Integer(str(whole - 1)) if whole else _guarded(_minus(cst.Integer("1")))
        return
    value = float(node.evaluated_value)
    if value == 0:
        yield cst.Float("1.0")
    elif abs(value) < 1e-3:  # a tolerance or a step: twice as much would be as good
        yield cst.Float(repr(1e4 * value))
    else:
        yield cst.Float(repr(2 * value))
    if value == 1:
        yield cst.Float("0.0")


# Comparisons and branches -----------------------------------------------------------------------

_COMPARISONS: dict[type[cst.BaseCompOp], list[cst.BaseCompOp]] = {
    cst.LessThan: [cst.LessThanEqual(), cst.GreaterThan()],
    cst.LessThanEqual: [cst.LessThan(), cst.GreaterThanEqual()],
    cst.GreaterThan: [cst.GreaterThanEqual(), cst.LessThan()],
    cst.GreaterThanEqual: [cst.GreaterThan(), cst.LessThanEqual()],
    cst.Equal: [cst.NotEqual()],
    cst.NotEqual: [cst.Equal()],
    cst.Is: [cst.IsNot()],
    cst.IsNot: [cst.Is()],
    cst.In: [cst.NotIn()],
    cst.NotIn: [cst.In()],
}


def _other_comparison(node: cst.ComparisonTarget, _: Inside) -> Iterator[cst.CSTNode]:
    for operator in _COMPARISONS.get(type(node.operator), []):
        yield node.with_changes(operator=operator)


def _other_connective(node: cst.BooleanOperation, _: Inside) -> Iterator[cst.CSTNode]:
    yield node.with_changes(operator=cst.Or() if isinstance(node.operator, cst.And) else cst.And())
    yield node.left
    yield node.right


def _truth(node: cst.Name, _: Inside) -> Iterator[cst.CSTNode]:
    if node.value in ("True", "False"):
        yield cst.Name("False" if node.value == "True" else "True")


def _condition(node: cst.If | cst.IfExp | cst.While, _: Inside) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), _guarded(node.test)))
    yield node.with_changes(test=cst.Name("False"))
    if not isinstance(node, cst.While):
        yield node.with_changes(test=cst.Name("True"))


def _filter_lost(node: cst.CompFor, _: Inside) -> Iterator[cst.CSTNode]:
    if node.ifs:
        yield node.with_changes(ifs=[])


# Calls and arguments ----------------------------------------------------------------------------

_PAIRS = [
    ("min", "max"),
    ("minimum", "maximum"),
    ("argmin", "argmax"),
    ("amin", "amax"),
    ("sum", "mean"),
    ("std", "var"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("exp", "expm1"),
    ("log", "log1p"),
    ("floor", "ceil"),
    ("sin", "cos"),
    ("tanh", "arctan"),
    ("eye", "ones"),
    ("hstack", "vstack"),
]
_ONE_WAY = {
    "median": "mean",
    "array": "asarray",
    "copy": "asarray",
    "permutation": "arange",
    "append": "insert",
    "cumsum": "cumprod",
    "outer": "inner",
    "solve": "dot",
    "extend": "append",
    "float64": "int64",
}
_OTHER_FUNCTION = (
    _ONE_WAY | {left: right for left, right in _PAIRS} | {right: left for left, right in _PAIRS}
)
_BUILTIN_PAIRS = {"min": "max", "max": "min", "any": "all", "all": "any", "sum": "max"}
_CASTS = ("array", "asarray", "float", "int", "list", "tuple", "dict", "float64", "zip", "range")
_CREATORS = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like")


_SYMMETRIC = (
    "maximum",
    "minimum",
    "add",
    "multiply",
    "hypot",
    "isclose",
    "array_equal",
    "allclose",
)


def _called(node: cst.Call) -> str:
    function = node.func
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def _other_function(node: cst.Call, _: Inside) -> Iterator[cst.CSTNode]:
    function = node.func
    if isinstance(function, cst.Attribute) and function.attr.value in _OTHER_FUNCTION:
        if function.attr.value == "array" and isinstance(node.args[0].value, (cst.List, cst.Tuple)):
            return  # nothing that could be shared
        other = cst.Name(_OTHER_FUNCTION[function.attr.value])
        yield node.with_changes(func=function.with_changes(attr=other))
    if isinstance(function, cst.Name) and function.value in _BUILTIN_PAIRS:
        yield node.with_changes(func=cst.Name(_BUILTIN_PAIRS[function.value]))


def _call_lost(node: cst.Call, _: Inside) -> Iterator[cst.CSTNode]:
    positional = [argument for argument in node.args if argument.keyword is None]
    if len(positional) == 1 and not positional[0].star and _called(node) not in _CASTS:
        yield _guarded(positional[0].value)
    if isinstance(node.func, cst.Attribute) and not positional:
        yield node.func.value


def _arguments(node: cst.Call, _: Inside) -> Iterator[cst.CSTNode]:
    for index in range(len(node.args) - 1 if _called(node) not in _SYMMETRIC else 0):
        left, right = node.args[index], node.args[index + 1]
        if left.keyword is None and right.keyword is None and not (left.star or right.star):
            args = list(node.args)
            args[index] = left.with_changes(value=right.value)
            args[index + 1] = right.with_changes(value=left.value)
            yield node.with_changes(args=args)
    for index, argument in enumerate(node.args):
        if argument.keyword is not None and argument.keyword.value != "strict":
            rest = [*node.args[:index], *node.args[index + 1 :]]
            if rest:
                rest[-1] = rest[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            yield node.with_changes(args=rest)


def _axis(node: cst.Arg, _: Inside) -> Iterator[cst.CSTNode]:
    if node.keyword is not None and node.keyword.value in ("axis", "dim"):
        for value in ("0", "1", "None"):
            yield node.with_changes(value=_parsed(value))


def _truncation(node: cst.Call, _: Inside) -> Iterator[cst.CSTNode]:
    """Whole numbers where reals belong."""
    name = _called(node)
    given = [a for a in node.args if a.keyword is not None and a.keyword.value == "dtype"]
    if name in _CREATORS and not given:
        dtype = cst.Arg(
            cst.Name("int"),
            keyword=cst.Name("dtype"),
            equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
        )
        yield node.with_changes(args=[*node.args, dtype])
    if isinstance(node.func, cst.Name) and name == "float":
        yield node.with_changes(func=cst.Name("int"))


def _truncated_dtype(node: cst.Arg, _: Inside) -> Iterator[cst.CSTNode]:
    if isinstance(node.value, cst.Name) and node.value.value == "float":
        yield node.with_changes(value=cst.Name("int"))


def _attribute_lost(node: cst.Attribute, _: Inside) -> Iterator[cst.CSTNode]:
    if node.attr.value == "T":
        yield node.value
    if node.attr.value == "inf":
        yield cst.Float("0.0")


# Off by one -------------------------------------------------------------------------------------


def _length(node: cst.Call, _: Inside) -> Iterator[cst.CSTNode]:
    if _called(node) == "len":
        yield _guarded(_plus(node, 1))
        yield _guarded(_plus(node, -1))
    if _called(node) == "range" and len(node.args) == 1:
        value = node.args[0].value
        for step in (1, -1):
            yield node.with_changes(args=[cst.Arg(_plus(value, step))])
        yield node.with_changes(args=[cst.Arg(cst.Integer("1")), cst.Arg(value)])
    if _called(node) == "enumerate" and len(node.args) == 1:
        yield node.with_changes(args=[node.args[0], cst.Arg(cst.Integer("1"))])


def _slice(node: cst.Slice, _: Inside) -> Iterator[cst.CSTNode]:
    for side in ("lower", "upper"):
        bound = getattr(node, side)
        if isinstance(bound, cst.Integer):
            continue
        if bound is not None:
            yield node.with_changes(**{side: _plus(bound, 1)})
            yield node.with_changes(**{side: _plus(bound, -1)})
        elif side == "upper" and (node.lower is not None or node.step is None):
            yield node.with_changes(upper=_minus(cst.Integer("1")))
        elif side == "lower":
            yield node.with_changes(lower=cst.Integer("1"))


def _index(node: cst.Index, _: Inside) -> Iterator[cst.CSTNode]:
    if isinstance(node.value, cst.Name) and len(node.value.value) == 1:
        yield node.with_changes(value=_plus(node.value, -1))


def _loop(node: cst.For, _: Inside) -> Iterator[cst.CSTNode]:
    """The first or the last round left out, or only the first done."""
    if not (isinstance(node.iter, cst.Call) and _called(node.iter) == "range"):
        everything = cst.Call(cst.Name("list"), [cst.Arg(node.iter)])
        for bounds in (
            cst.Slice(cst.Integer("1"), None),
            cst.Slice(None, _minus(cst.Integer("1"))),
        ):
            part = cst.Subscript(everything, [cst.SubscriptElement(bounds)])
            yield node.with_changes(iter=part)
    body = node.body
    if isinstance(body, cst.IndentedBlock):
        stop = cst.SimpleStatementLine([cst.Break()])
        yield node.with_changes(body=body.with_changes(body=[*body.body, stop]))


# Statements -------------------------------------------------------------------------------------


def _statement_lost(node: cst.Module | cst.IndentedBlock, inside: Inside) -> Iterator[cst.CSTNode]:
    body: Sequence[Any] = node.body
    for index, statement in enumerate(body):
        if inside(statement) and not _is_definition(statement):
            hole = cst.SimpleStatementLine([cst.Pass()], leading_lines=statement.leading_lines)
            yield node.with_changes(body=[*body[:index], hole, *body[index + 1 :]])


def _early_return(node: cst.IndentedBlock, inside: Inside) -> Iterator[cst.CSTNode]:
    """The return that closes the function, one level too deep."""
    body: Sequence[Any] = node.body
    for index in range(len(body) - 1):
        loop, last = body[index], body[index + 1]
        if (
            inside(loop)
            and isinstance(loop, (cst.For, cst.While))
            and isinstance(loop.body, cst.IndentedBlock)
            and isinstance(last, cst.SimpleStatementLine)
            and isinstance(last.body[0], cst.Return)
        ):
            plain = last.with_changes(leading_lines=())
            deeper = loop.body.with_changes(body=[*loop.body.body, plain])
            inner = loop.with_changes(body=deeper)
            yield node.with_changes(body=[*body[:index], inner, *body[index + 1 :]])


def _jump(node: cst.Break | cst.Continue, _: Inside) -> Iterator[cst.CSTNode]:
    yield cst.Continue() if isinstance(node, cst.Break) else cst.Break()


def _returned(node: cst.Return, _: Inside) -> Iterator[cst.CSTNode]:
    value = node.value
    if value is None or isinstance(value, (cst.Tuple, cst.List, cst.Dict, cst.ListComp)):
        return
    if isinstance(value, cst.Name) and value.value in ("True", "False", "None"):
        return
    if isinstance(value, cst.Attribute) and value.attr.value == "inf":
        yield node.with_changes(value=_minus(value))
        return
    yield node.with_changes(value=_minus(value))
    yield node.with_changes(value=_plus(value, 1))


def _elements(node: cst.Tuple | cst.List | cst.Dict, _: Inside) -> Iterator[cst.CSTNode]:
    elements: Sequence[Any] = node.elements
    for index in range(len(elements) - 1):
        left, right = elements[index], elements[index + 1]
        if hasattr(left, "value") and hasattr(right, "value"):
            swapped = list(elements)
            swapped[index] = left.with_changes(value=right.value)
            swapped[index + 1] = right.with_changes(value=left.value)
            yield node.with_changes(elements=swapped)


def _in_place(node: cst.FunctionDef, inside: Inside) -> Iterator[cst.CSTNode]:
    """``x = x + e`` done in place, where x may be somebody else's array too."""
    shared = {parameter.name.value for parameter in node.params.params} | _aliases(node)
    for inner in _walk(node.body):
        if not (isinstance(inner, cst.Assign) and inside(inner) and len(inner.targets) == 1):
            continue
        target, value = inner.targets[0].target, inner.value
        update = _updates().get(type(getattr(value, "operator", None)))
        if (
            update is not None
            and isinstance(value, cst.BinaryOperation)
            and isinstance(target, cst.Name)
            and target.value in shared
            and target.deep_equals(value.left)
        ):
            changed = cst.AugAssign(target, update, value.right)
            yield cast(cst.CSTNode, node.deep_replace(inner, changed))


def _updates() -> dict[type[Any], cst.BaseAugOp]:
    return {
        cst.Add: cst.AddAssign(),
        cst.Subtract: cst.SubtractAssign(),
        cst.Multiply: cst.MultiplyAssign(),
        cst.Divide: cst.DivideAssign(),
    }


def _aliases(node: cst.FunctionDef) -> set[str]:
    """Names that stand for an array which something else holds as well."""
    found: set[str] = set()
    for inner in _walk(node.body):
        if isinstance(inner, cst.Assign) and isinstance(
            inner.value, (cst.Name, cst.Attribute, cst.Subscript)
        ):
            found |= {t.target.value for t in inner.targets if isinstance(t.target, cst.Name)}
        if isinstance(inner, cst.Call) and _called(inner) == "append":
            found |= {a.value.value for a in inner.args if isinstance(a.value, cst.Name)}
    return found


def _is_definition(statement: cst.CSTNode) -> bool:
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return True
    line = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(line, (cst.Import, cst.ImportFrom, cst.Pass))


OPERATORS: dict[Any, list[tuple[str, Operator]]] = {
    cst.BinaryOperation: [
        ("operator", _other_operator),
        ("missing term", _missing_term),
        ("operands exchanged", _operands_exchanged),
    ],
    cst.AugAssign: [("operator", _other_update)],
    cst.UnaryOperation: [("sign", _sign_lost)],
    (cst.Integer, cst.Float): [("constant", _constant)],
    cst.ComparisonTarget: [("comparison", _other_comparison)],
    cst.BooleanOperation: [("connective", _other_connective)],
    cst.Name: [("constant", _truth)],
    (cst.If, cst.IfExp, cst.While): [("condition", _condition)],
    cst.CompFor: [("filter lost", _filter_lost)],
    cst.Call: [
        ("other function", _other_function),
        ("call lost", _call_lost),
        ("arguments", _arguments),
        ("dtype", _truncation),
        ("off by one", _length),
    ],
    cst.Arg: [("axis", _axis), ("dtype", _truncated_dtype)],
    cst.Attribute: [("attribute lost", _attribute_lost)],
    cst.Slice: [("off by one", _slice)],
    cst.Index: [("off by one", _index)],
    cst.For: [("loop", _loop)],
    (cst.Module, cst.IndentedBlock): [("statement lost", _statement_lost)],
    cst.IndentedBlock: [("early return", _early_return)],
    (cst.Break, cst.Continue): [("jump", _jump)],
    cst.Return: [("extra term", _returned)],
    (cst.Tuple, cst.List, cst.Dict): [("elements exchanged", _elements)],
    cst.FunctionDef: [("in place", _in_place)],
}
