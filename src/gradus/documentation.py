"""docs/reference.md from the docstrings of the reference; ``--check`` says if it is out of step."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import gradus.reference
from gradus.catalogue import reference_of, topics
from gradus.claims import Claim, DerivativeClaim, MinimizerClaim, OptimizerClaim, claims

PAGE = Path("docs/reference.md")
_REMAKE = "python -m gradus.documentation"
_ROLE = re.compile(r":\w+:`~?([^`]+)`")
_UNDERLINE = re.compile(r"-{3,}")


def page() -> str:
    """The whole page."""
    modules = sorted((reference_of(topic) for topic in topics()), key=_week)
    parts = [
        "# The reference package",
        f"<!-- Made by `{_REMAKE}` from the docstrings; edit those. -->",
        markdown(inspect.getdoc(gradus.reference) or ""),
        "What `gradus verify` holds a function against is said below it; how, in "
        "[verification.md](verification.md).",
    ]
    for module in modules:
        parts += _module(module)
    return "\n\n".join(parts) + "\n"


def _week(module: ModuleType) -> tuple[int, str]:
    """Modules in the order of the course; those without a week come last."""
    found = re.match(r"Week (\d+)", inspect.getdoc(module) or "")
    return (int(found[1]) if found else sys.maxsize, module.__name__)


def _module(module: ModuleType) -> list[str]:
    title, _, rest = (inspect.getdoc(module) or module.__name__).partition("\n")
    topic = module.__name__.rsplit(".", maxsplit=1)[-1]
    parts = [f"## {title.rstrip('.')}", f"`gradus.reference.{topic}`"]
    if rest.strip():
        parts.append(markdown(rest.strip()))
    for name, heading, docstring in _definitions(module):
        parts += [f"### `{heading}`", markdown(docstring)]
        if verified := _verified(f"{topic}.{name}"):
            parts.append(verified)
    return parts


def _definitions(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Name, heading and docstring of each public function, class and value, in order."""
    body = ast.parse(inspect.getsource(module)).body
    for node, following in zip(body, [*body[1:], None], strict=True):
        match node:
            case ast.FunctionDef() | ast.ClassDef() if not node.name.startswith("_"):
                heading = node.name + (
                    _signature(node) if isinstance(node, ast.FunctionDef) else ""
                )
                yield node.name, heading, ast.get_docstring(node) or ""
            case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
                match following:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        yield name, name, inspect.cleandoc(text)
                    case _:
                        pass
            case _:
                pass


def _signature(node: ast.FunctionDef) -> str:
    """The arguments and their defaults, without types: shapes are in the text."""
    arguments = node.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        argument.annotation = None
    return f"({ast.unparse(arguments)})"


def markdown(docstring: str) -> str:
    """A NumPy-style docstring as Markdown: sections in bold, entries as a list."""
    lines = _ROLE.sub(r"`\1`", docstring).replace("``", "`").splitlines()
    found: list[str] = []
    in_section = False
    for i, line in enumerate(lines):
        underline = _UNDERLINE.fullmatch(lines[i + 1].strip()) if i + 1 < len(lines) else None
        if underline:
            found += [f"**{line.strip()}**", ""]
            in_section = True
        elif not _UNDERLINE.fullmatch(line.strip()):
            found.append(_entry(line) if in_section else line)
    return "\n".join(found).strip()


def _entry(line: str) -> str:
    """``name : what`` becomes an item; a continuation stays within it."""
    name, colon, what = line.partition(" : ")
    if not colon or line.startswith(" "):
        return line
    return f"- `{name}`: {what}"


def _verified(name: str) -> str:
    """What is claimed of a function, in a sentence; empty if nothing is."""
    sentences = [_claimed(c) for c in claims() if c.name.split(" ")[0] == name]
    return "*Verified:* " + "; ".join(sentences) + "." if sentences else ""


def _claimed(claim: Claim) -> str:
    match claim:
        case DerivativeClaim():
            means = "differences"
            if claim.formula is not None:
                means += ", complex step and `torch.autograd`"
            if claim.kinks is not None:
                means += "; at the kink as a subgradient"
            label = claim.name.partition(" ")[2]
            return f"derivative{f' ({label})' if label else ''} against {means}"
        case OptimizerClaim():
            return f"200 steps against `torch.optim.{claim.torch()[0]}`"
        case MinimizerClaim():
            return "minimisers against SciPy's BFGS and L-BFGS-B"
        case _:
            return "value against an independent computation"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` only compare it."""
    text = page()
    if arguments == ["--check"]:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE} is not what the docstrings say; run `{_REMAKE}` and commit the result.")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
