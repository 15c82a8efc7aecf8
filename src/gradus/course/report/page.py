"""The report as one page that needs nothing else: no network, no script."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import isnan
from pathlib import Path
from statistics import median

import numpy as np

from gradus.catalogue import Misconception
from gradus.course.report import charts, statistics
from gradus.course.report.gather import FAULTS, ClassResults, Result, gather
from gradus.course.settings import Course
from gradus.errors import GradusError
from gradus.text import Language, Text

FELL = 0.4
"""A fraction of the points this far below a student's own mean deserves a look."""
ENOUGH = 10
"""Students, below which a correlation says little."""

_Say = Callable[[str, str], str]

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1d1d1f; background: #fff; margin: 0 auto;
  max-width: 62rem; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
.lead { font-size: 1.05rem; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
caption { text-align: left; color: #55555c; font-size: .9rem; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem;
  border-bottom: 1px solid #d8d8dc; overflow-wrap: break-word; max-width: 24rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.look { color: #a63c00; font-weight: 600; } .small { color: #55555c; font-size: .9rem; }
svg { max-width: 100%; height: auto; display: block; margin: .5rem 0; }
svg text { font: 13px system-ui, sans-serif; fill: #1d1d1f; }
svg .bar { fill: #0072b2; } svg .ground { fill: #ececf0; }
svg .axis { stroke: #1d1d1f; }
svg .mark { stroke: #a63c00; stroke-width: 2; stroke-dasharray: 6 4; }
svg .value, svg .label { text-anchor: middle; } svg .name { text-anchor: end; }
"""


@dataclass(frozen=True)
class Look:
    """A student whom a person should look at, and why."""

    student: str
    name: str
    reasons: list[Text]


def students_to_look_at(data: ClassResults) -> list[Look]:
    """Who needs a look: refused, stopped by a fault, empty, fallen, or waiting for a hand."""
    looks = []
    for result in data.results:
        reasons = list(_reasons(data, result))
        if reasons:
            looks.append(Look(result.student, result.name, reasons))
    return looks


def summary_line(course: Course, data: ClassResults) -> str:
    """The report in one line for the terminal."""
    totals = np.array([result.final for result in data.results])
    summary = statistics.summarise(totals)
    passed = sum(course.scale.passes(result.final, data.maximum) for result in data.results)
    reliability = statistics.alpha(_matrix(data))
    alpha = "-" if reliability is None else f"{reliability:.2f}"
    return (
        f"{data.assignment.name}: {summary.count} graded, {len(data.missing)} missing, "
        f"mean {summary.mean:.1f} of {data.maximum:g} (median {summary.median:g}), "
        f"{passed} pass, α {alpha}, {len(students_to_look_at(data))} need a look."
    )


def write_report(
    root: Path,
    course: Course,
    name: str,
    *,
    language: Language | None = None,
    to: Path | None = None,
) -> tuple[Path, str]:
    """Write the page of an assignment; where it lies, and the summary in one line."""
    data = gather(root, course, name)
    path = to or root / "reports" / f"{name}.html"
    html = page(course, data, language or course.course.language)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise GradusError(f"{path} cannot be written: {error.strerror}.") from None
    return path, summary_line(course, data)


def page(course: Course, data: ClassResults, language: Language) -> str:
    """The whole page. Whatever came from a student or from a class list is shown as text."""

    def say(es: str, en: str) -> str:
        return Text(es, en).to(language)

    title = f"{course.course.id} · {data.assignment.name}"
    sections = [
        _overview(course, data, say),
        _questions(data, say),
        _misconceptions(data, say, language),
        _troubles(data, say, language),
        _times(data, say),
        _looks(data, say, language),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(sections)}</main></body></html>\n"
    )


def _overview(course: Course, data: ClassResults, say: _Say) -> str:
    totals = np.array([result.final for result in data.results])
    summary, maximum = statistics.summarise(totals), data.maximum
    passed = sum(course.scale.passes(result.final, maximum) for result in data.results)
    counts = statistics.histogram(totals, maximum)
    edges = [maximum * index / len(counts) for index in range(len(counts) + 1)]
    labels = [f"{low:g}-{high:g}" for low, high in pairwise(edges)]
    required = course.scale.requirement / 100
    described = ", ".join(f"{label}: {n}" for label, n in zip(labels, counts, strict=True))
    chart = charts.columns(
        say("Distribución de los puntajes", "Distribution of the scores"),
        say("Estudiantes por tramo de puntos: ", "Students by range of points: ") + described,
        labels,
        counts,
        mark=required,
        at=say("aprobación", "pass mark") + f" {required * maximum:g}",
    )
    late = sum(result.seconds_late > 0 for result in data.results)
    lead = say(
        f"{summary.count} entregas calificadas, {len(data.missing)} sin entregar, {late} con "
        f"atraso. Aprueban {passed}.",
        f"{summary.count} submissions graded, {len(data.missing)} missing, {late} late. "
        f"{passed} pass.",
    )
    if data.ungraded:
        lead += " " + say(
            f"{len(data.ungraded)} por calificar.", f"{len(data.ungraded)} not graded yet."
        )
    reliability = statistics.alpha(_matrix(data))
    facts = [
        (say("media", "mean"), f"{summary.mean:.1f} / {maximum:g}"),
        (say("mediana", "median"), f"{summary.median:g}"),
        (say("desviación estándar", "standard deviation"), _number(summary.deviation)),
        (say("mínimo y máximo", "lowest and highest"), f"{summary.lowest:g}, {summary.highest:g}"),
        (say("fiabilidad (α de Cronbach)", "reliability (Cronbach's α)"), _number(reliability)),
    ]
    table = _table(
        say("Puntajes después del descuento por atraso", "Scores after the late penalty"),
        [say("medida", "measure"), say("valor", "value")],
        [[escape(name), escape(value)] for name, value in facts],
        numbers={1},
    )
    return f'<p class="lead">{escape(lead)}</p>{chart}{table}'


def _questions(data: ClassResults, say: _Say) -> str:
    head = f"<h2>{escape(say('Preguntas', 'Questions'))}</h2>"
    if not data.counted:
        return head + _nothing(say)
    points, names = _matrix(data), list(data.questions)
    easy = statistics.difficulty(points, np.array(list(data.questions.values())))
    apart = statistics.discrimination(points)
    blank = Counter(name for result in data.counted for name in result.unanswered)
    full = [int((points[:, j] >= data.questions[n] - 1e-9).sum()) for j, n in enumerate(names)]
    chart = charts.rows(
        say("Facilidad de cada pregunta", "How easy each question was"),
        say("Fracción media de los puntos: ", "Mean fraction of the points: ")
        + ", ".join(f"{name} {value:.0%}" for name, value in zip(names, easy, strict=True)),
        names,
        easy,
        [f"{value:.0%}" for value in easy],
    )
    lines = [
        [
            f"<code>{escape(name)}</code>",
            f"{data.questions[name]:g}",
            f"{easy[j]:.2f}",
            _number(apart[j]),
            str(full[j]),
            str(blank[name]),
            escape(_remark(easy[j], apart[j], len(data.counted), say)),
        ]
        for j, name in enumerate(names)
    ]
    columns = [
        say("pregunta", "question"),
        say("puntos", "points"),
        say("facilidad", "easiness"),
        say("discriminación", "discrimination"),
        say("completas", "complete"),
        say("sin responder", "unanswered"),
        say("observación", "remark"),
    ]
    caption = say(
        "Facilidad: fracción media de los puntos. Discriminación: correlación (biserial puntual) "
        "con el resto del puntaje.",
        "Easiness: mean fraction of the points. Discrimination: (point-biserial) correlation with "
        "the rest of the score.",
    )
    return head + chart + _table(caption, columns, lines, numbers={1, 2, 3, 4, 5})


def _remark(easy: float, apart: float | None, students: int, say: _Say) -> str:
    if apart is not None and students >= ENOUGH:
        if apart < 0:
            return say("quienes saben más fallan más: revisar", "the better fail it: look at it")
        if apart < 0.2:
            return say("separa poco", "tells students apart poorly")
    if easy < 0.3:
        return say("difícil", "hard")
    return say("casi todos la logran", "nearly everyone gets it") if easy > 0.95 else ""


def _misconceptions(data: ClassResults, say: _Say, language: Language) -> str:
    found: dict[tuple[str, Misconception], list[str]] = defaultdict(list)
    for result in data.results:
        for question, entry in result.mistakes.items():
            found[question, entry].append(result.student)
    unnamed = Counter(
        question
        for result in data.counted
        for question, points in result.points.items()
        if points < data.questions[question] - 1e-9
        and question not in result.mistakes
        and question not in result.unanswered
        and question not in result.faults
    )
    head = f"<h2>{escape(say('Errores más comunes', 'Most common misconceptions'))}</h2>"
    common = sorted(found.items(), key=lambda item: (-len(item[1]), item[0][0]))
    lines = [
        [
            str(len(students)),
            f"<code>{escape(question)}</code>",
            _marked_up(entry.title.to(language)),
            _marked_up(entry.hint.to(language)),
            _folded(students),
        ]
        for (question, entry), students in common
    ]
    columns = [
        say("estudiantes", "students"),
        say("pregunta", "question"),
        say("se parece a", "looks like"),
        say("pista que reciben", "hint that they get"),
        say("quiénes", "who"),
    ]
    body = _table("", columns, lines, numbers={0}) if lines else _nothing(say)
    if unnamed:
        others = ", ".join(f"{name} {count}" for name, count in unnamed.most_common())
        label = say(
            "Respuestas erróneas sin error conocido: ", "Wrong answers with no known name: "
        )
        body += f"<p>{escape(label + others)}.</p>"
    return head + body


def _troubles(data: ClassResults, say: _Say, language: Language) -> str:
    head = f"<h2>{escape(say('Fallas y rechazos', 'Faults and refusals'))}</h2>"
    lines = [
        [
            escape(result.student),
            f"<code>{escape(question)}</code>",
            escape(FAULTS[kind].to(language)),
        ]
        for result in data.results
        for question, kind in result.faults.items()
    ]
    refused = say("entrega rechazada", "submission refused")
    lines += [
        [escape(result.student), escape(refused), escape(result.refusal)]
        for result in data.results
        if result.refusal is not None
    ]
    columns = [
        say("estudiante", "student"),
        say("dónde", "where"),
        say("qué pasó", "what happened"),
    ]
    return head + (_table("", columns, lines) if lines else _nothing(say))


def _times(data: ClassResults, say: _Say) -> str:
    seconds: dict[str, list[float]] = defaultdict(list)
    for result in data.counted:
        for question, taken in result.seconds.items():
            seconds[question].append(taken)
    if not seconds:
        return ""
    head = f"<h2>{escape(say('Tiempo de ejecución', 'Running time'))}</h2>"
    lines = [
        [
            f"<code>{escape(question)}</code>",
            f"{median(seconds[question]):.2f}",
            f"{max(seconds[question]):.2f}",
        ]
        for question in data.questions
        if question in seconds
    ]
    caption = say(
        "Segundos que corren la respuesta y sus tests, por entrega.",
        "Seconds that the answer and its tests run, per submission.",
    )
    columns = [say("pregunta", "question"), say("mediana", "median"), say("máximo", "longest")]
    return head + _table(caption, columns, lines, numbers={1, 2})


def _looks(data: ClassResults, say: _Say, language: Language) -> str:
    head = f"<h2>{escape(say('Conviene mirar', 'Students who need a look'))}</h2>"
    lines = [
        [
            escape(look.student),
            escape(look.name),
            escape("; ".join(reason.to(language) for reason in look.reasons)),
        ]
        for look in students_to_look_at(data)
    ]
    lines += [
        [escape(student), escape(name), escape(say("no entregó", "handed in nothing"))]
        for student, name in data.missing
    ]
    columns = [say("estudiante", "student"), say("nombre", "name"), say("motivo", "reason")]
    return head + (_table("", columns, lines) if lines else _nothing(say))


def _reasons(data: ClassResults, result: Result) -> Iterable[Text]:
    if result.refusal is not None:
        yield Text("entrega rechazada", "submission refused")
        return
    for question, kind in result.faults.items():
        fault = FAULTS[kind]
        yield Text(f"{question}: {fault.es}", f"{question}: {fault.en}")
    if result.waits:
        yield Text("espera una nota a mano", "waits for a mark by hand")
    if result.unanswered >= set(data.questions):
        yield Text("no respondió nada", "answered nothing")
    elif result.total <= 0:
        yield Text("sin puntos", "no points")
    before = data.earlier.get(result.student)
    if before and sum(before) / len(before) - result.total / data.maximum >= FELL:
        yield Text("muy por debajo de sus entregas anteriores", "far below their earlier work")
    if result.penalty > 0:
        lost = f"{result.penalty:g}"
        yield Text(f"pierde {lost} puntos por atraso", f"loses {lost} points by being late")


def _matrix(data: ClassResults) -> statistics.Points:
    rows = [[result.points[name] for name in data.questions] for result in data.counted]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(data.questions))


def _number(value: float | None) -> str:
    return "—" if value is None or isnan(value) else f"{value:.2f}"


def _folded(students: Sequence[str]) -> str:
    """A list that is opened by a click when it is long."""
    listed = escape(", ".join(sorted(students)))
    if len(students) <= 3:
        return listed
    return f"<details><summary>{len(students)}</summary>{listed}</details>"


def _marked_up(text: str) -> str:
    """Code and emphasis of the catalogue's Markdown; the rest is text."""
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", html)


def _nothing(say: _Say) -> str:
    return f"<p>{escape(say('Nada que informar.', 'Nothing to report.'))}</p>"


def _table(
    caption: str,
    columns: Sequence[str],
    lines: Sequence[Sequence[str]],
    numbers: Iterable[int] = (),
) -> str:
    """A table of cells that are HTML already; the first cell names its row."""
    right = set(numbers)

    def kind(index: int) -> str:
        return ' class="n"' if index in right else ""

    head = "".join(
        f'<th scope="col"{kind(index)}>{escape(column)}</th>'
        for index, column in enumerate(columns)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind(index)}>{cell}</td>" for index, cell in enumerate(line))
        + "</tr>"
        for line in lines
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
