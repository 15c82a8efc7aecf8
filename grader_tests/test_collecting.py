"""Collection: whose file it is, which one counts, and nothing that a file name can do."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import struct
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from gradus.cli import app
from gradus.course.collecting.collect import collect
from gradus.course.collecting.exchange import collect_exchange
from gradus.course.collecting.names import ClassList, Owner, Person, container_of, owner_of
from gradus.course.collecting.parcels import (
    MAX_FILE,
    Refused,
    clean_path,
    parcels,
    parcels_of_bytes,
)
from gradus.course.nbgrader import open_gradebook
from gradus.course.settings import Lms, read_course
from gradus.errors import GradusError

NAME = "01_perceptron"
ZONE = ZoneInfo("America/Santiago")
COURSE = """\
[course]
id = "CC6204"
title = "Deep Learning"
language = "es"
timezone = "America/Santiago"

[[assignments]]
name = "01_perceptron"
release = 2026-08-10T09:00:00
due = 2026-08-17T23:59:00

[[extensions]]
student = "asoto"
assignment = "01_perceptron"
due = 2026-08-20T23:59:00
"""
CLASS = [
    Person("jperez", "José Andrés", "Pérez Muñoz", "jose.perez@x.cl", "4711"),
    Person("asoto", "Ana", "Soto Ñandú", "", "4712"),
    Person("12345678-K", "María", "Pérez Rojas"),
    Person("rlee", "R.", "Lee"),
]
NOTEBOOK = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
MONDAY = (2026, 8, 17, 10, 0, 0)
TUESDAY = (2026, 8, 18, 10, 0, 0)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = tmp_path_factory.mktemp("collecting")
    (root / "course.toml").write_text(COURSE, encoding="utf-8")
    with open_gradebook(root, read_course(root)) as gradebook:
        for person in CLASS:
            gradebook.add_student(
                person.id,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email or None,
                lms_user_id=person.lms_user_id or None,
            )
    return root


@pytest.fixture
def root(template, tmp_path):
    """A course with a class list of four."""
    shutil.copytree(template, tmp_path / "course")
    return tmp_path / "course"


def _zip(place, files, time=MONDAY):
    """A zip from names or entries to bytes."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return place


def _bytes(files):
    return _zip(io.BytesIO(), files).getvalue()


def _collect(root, *places):
    report = collect(root, read_course(root), NAME, places)
    return report, {line.student: line for line in report.lines}


def _submitted(root, student="jperez"):
    folder = root / "submitted" / student / NAME
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("José Andrés Pérez Muñoz_1234567_assignsubmission_file_/perceptron.ipynb", "jperez"),
        ("Jose Andres Perez Muñoz_1234567_assignsubmission_file/a/perceptron (1).ipynb", "jperez"),
        ("Pérez Muñoz, José Andrés_12_assignsubmission_file_perceptron.ipynb", "jperez"),
        ("perezmunozjoseandres_4711_98765_perceptron-2.ipynb", "jperez"),
        ("perezmunozjoseandres_LATE_4711_98765_perceptron.ipynb", "jperez"),
        ("someone_LATE_4712_98765_perceptron.ipynb", "asoto"),
        ("Pérez Rojas María (12.345.678-k)/perceptron.ipynb", "12345678-K"),
        ("12345678-K_Perez_Rojas_Maria/Tarea 1.ipynb", "12345678-K"),
        ("Maria Perez 12.345.678-K - perceptron.ipynb", "12345678-K"),
        ("jperez/perceptron.ipynb", "jperez"),
        ("JPEREZ/perceptron.ipynb", "jperez"),
        ("jose.perez@x.cl/perceptron.ipynb", "jperez"),
        ("asoto_perceptron.ipynb", "asoto"),
        ("Ana Soto - perceptron.ipynb", "asoto"),
        ("Tarea 1 (descarga)/jperez/perceptron.ipynb", "jperez"),
        ("Soto N\u0303andu\u0301 Ana/perceptron.ipynb", "asoto"),
    ],
)
def test_a_platforms_name_is_understood(path, student):
    container = 1 if path.startswith("Tarea 1 (") else 0

    owner = owner_of(path, container, ClassList(CLASS), [], ZONE)

    assert isinstance(owner, Owner), owner
    assert owner.student == student


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("Nadie Conocido/perceptron.ipynb", "is of nobody"),
        ("perceptron.ipynb", "is of nobody"),
        ("Pérez/perceptron.ipynb", "is of nobody"),
        ("sotonanduana_4711_98765_perceptron.ipynb", "could be of asoto, jperez"),
        ("Nadie Conocido/jperez/perceptron.ipynb", "is of nobody"),
        ("Nadie_1_assignsubmission_file_/Ana Soto/perceptron.ipynb", "is of nobody"),
    ],
)
def test_what_is_not_certain_is_nobodys(path, reason):
    assert reason in owner_of(path, 0, ClassList(CLASS), [], ZONE)


def test_two_students_who_fit_equally_well_are_not_told_apart_by_chance():
    twins = ClassList([Person("a", "Ana", "Soto Rojas"), Person("b", "Ana", "Soto Lara")])

    assert "could be of a, b" in owner_of("Ana Soto/x.ipynb", 0, twins, [], ZONE)


def test_a_pattern_of_the_course_comes_first_and_gives_the_time():
    lms = Lms("ours", r"(?P<time>\d+-\d+)__(?P<id>[^/]+)__(?P<file>.+)")

    owner = owner_of("20260817-2358__jperez__p.ipynb", 0, ClassList(CLASS), [lms], ZONE)

    assert owner.student == "jperez"
    assert owner.time == datetime(2026, 8, 18, 3, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("paths", "shared"),
    [(["a/b/c", "a/d/e"], 1), (["a/b", "c/d"], 0), (["x"], 0), (["a/b/c"], 2), ([], 0)],
)
def test_the_container_is_what_all_share(paths, shared):
    assert container_of(paths) == shared


def test_a_download_becomes_submissions_and_a_report(root, tmp_path):
    place = _zip(
        tmp_path / "Tarea 1.zip",
        [
            ("Ana Soto Ñandú_12_assignsubmission_file_/perceptron (1).ipynb", NOTEBOOK),
            ("Ana Soto Ñandú_12_assignsubmission_file_/utils.py", b"x = 1"),
            ("R. Lee_13_assignsubmission_file_/informe.pdf", b"%PDF"),
            ("Otra Persona_14_assignsubmission_file_/perceptron.ipynb", NOTEBOOK),
            ("__MACOSX/._perceptron.ipynb", b"junk"),
        ],
        TUESDAY,
    )

    report, lines = _collect(root, place)

    assert sorted(report.missing) == ["12345678-K", "jperez"]
    assert (lines["asoto"].state, lines["asoto"].seconds_late) == ("new", 0)
    assert lines["rlee"].state == "no notebook"
    assert [reason for _, reason in report.refused] == ["is of nobody in the class list"]
    assert _submitted(root, "asoto") == {
        "perceptron.ipynb": NOTEBOOK,
        "utils.py": b"x = 1",
        "timestamp.txt": b"2026-08-18T14:00:00+00:00",
    }


def test_lateness_counts_from_the_students_own_due_instant(root, tmp_path):
    place = _zip(
        tmp_path / "a.zip", [("jperez/p.ipynb", NOTEBOOK), ("asoto/p.ipynb", NOTEBOOK)], TUESDAY
    )

    _, lines = _collect(root, place)

    assert lines["jperez"].seconds_late == 10 * 3600 + 60
    assert lines["asoto"].seconds_late == 0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_latest_counts_and_all_are_kept(root, tmp_path, order):
    places = [
        _zip(tmp_path / "early.zip", [("jperez/perceptron.ipynb", NOTEBOOK)], MONDAY),
        _zip(tmp_path / "late.zip", [("jperez/perceptron (2).ipynb", NOTEBOOK + b" ")], TUESDAY),
    ]

    for index in order:
        _, lines = _collect(root, places[index])

    assert _submitted(root)["perceptron.ipynb"] == NOTEBOOK + b" "
    assert len(list((root / "received" / NAME / "jperez").iterdir())) == 2
    assert "2 hand-ins kept" in lines["jperez"].notes


def test_collecting_again_changes_nothing(root, tmp_path):
    place = _zip(tmp_path / "a.zip", [("jperez/p.ipynb", NOTEBOOK), ("asoto/p.ipynb", NOTEBOOK)])
    _collect(root, place)
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()}

    _, lines = _collect(root, place)

    assert lines["jperez"].state == lines["asoto"].state == "same"
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("name", ["asoto/p.ipynb", "sotonanduana_4712_5_p.ipynb"])
def test_who_returns_to_an_earlier_answer_gets_it_back(root, tmp_path, name):
    days = [MONDAY, TUESDAY, (2026, 8, 19, 10, 0, 0)]
    for number, (day, data) in enumerate(zip(days, [b"A", b"B", b"A"], strict=True)):
        _collect(root, _zip(tmp_path / f"{number}.zip", [(name, data)], day))

    assert _submitted(root, "asoto")["perceptron.ipynb"] == b"A"


def test_a_resubmission_in_one_download_is_told_by_its_name(root, tmp_path):
    place = _zip(
        tmp_path / "a.zip",
        [
            ("jperez/perceptron (2).ipynb", NOTEBOOK + b"2"),
            ("jperez/perceptron (10).ipynb", NOTEBOOK + b"10"),
            ("jperez/perceptron.ipynb", NOTEBOOK),
            ("jperez/apuntes (99).ipynb", NOTEBOOK + b"99"),
        ],
    )

    _, lines = _collect(root, place)

    assert _submitted(root)["perceptron.ipynb"] == NOTEBOOK + b"10"
    assert lines["jperez"].notes == ["4 notebooks; perceptron (10).ipynb counts"]


def test_a_zip_handed_in_by_a_student_is_opened_and_its_times_are_not_believed(root, tmp_path):
    inner = _zip(io.BytesIO(), [("tarea/perceptron.ipynb", NOTEBOOK)], (2026, 8, 1, 0, 0, 0))
    place = _zip(tmp_path / "a.zip", [("jperez/tarea.zip", inner.getvalue())], TUESDAY)

    _, lines = _collect(root, place)

    assert lines["jperez"].state == "new"
    assert lines["jperez"].seconds_late > 0


def test_a_stranger_cannot_hand_in_for_somebody_else(root, tmp_path):
    inner = _bytes([("jperez/perceptron.ipynb", NOTEBOOK)])
    place = _zip(
        tmp_path / "a.zip",
        [
            ("Nadie/jperez.zip", inner),
            ("asoto/jperez/perceptron.ipynb", NOTEBOOK),
            ("asoto/12345678-K/perceptron.ipynb", NOTEBOOK),
        ],
    )

    _, lines = _collect(root, place)

    assert lines["jperez"].state == lines["12345678-K"].state == "missing"
    assert lines["asoto"].state == "new"


def test_canvas_times_are_those_of_the_download_and_not_believed(root, tmp_path):
    place = _zip(
        tmp_path / "a.zip", [("sotonanduana_LATE_4712_5_perceptron.ipynb", NOTEBOOK)], TUESDAY
    )

    _, lines = _collect(root, place)

    assert "timestamp.txt" not in _submitted(root, "asoto")
    assert lines["asoto"].notes == [
        "late, says the platform; it does not say how late",
        "no time of hand-in; not counted as late",
    ]


def test_what_came_through_the_exchange_is_kept_before_it_is_replaced(root, tmp_path):
    folder = root / "submitted" / "jperez" / NAME
    folder.mkdir(parents=True)
    (folder / "perceptron.ipynb").write_bytes(b"exchange")
    (folder / "timestamp.txt").write_text("2026-08-16 10:00:00.000000 UTC")
    place = _zip(tmp_path / "a.zip", [("jperez/p.ipynb", NOTEBOOK)], MONDAY)

    _, lines = _collect(root, place)

    kept = sorted((root / "received" / NAME / "jperez").iterdir())
    assert (kept[0] / "perceptron.ipynb").read_bytes() == b"exchange"
    assert lines["jperez"].state == "replaced"
    assert _submitted(root)["perceptron.ipynb"] == NOTEBOOK


def test_a_later_one_from_the_exchange_stays(root, tmp_path):
    folder = root / "submitted" / "jperez" / NAME
    folder.mkdir(parents=True)
    (folder / "perceptron.ipynb").write_bytes(b"exchange")
    (folder / "timestamp.txt").write_text("2026-08-18 10:00:00.000000 UTC")

    _, lines = _collect(root, _zip(tmp_path / "a.zip", [("jperez/p.ipynb", NOTEBOOK)], MONDAY))

    assert lines["jperez"].state == "same"
    assert _submitted(root)["perceptron.ipynb"] == b"exchange"


def _special(name, mode):
    entry = zipfile.ZipInfo(name, MONDAY)
    entry.create_system = 3
    entry.external_attr = (mode | 0o644) << 16
    return entry


GOOD = [("jperez/perceptron.ipynb", NOTEBOOK)]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("../../evil.ipynb", b"", "points outside"),
        ("asoto/../../../evil.ipynb", b"", "points outside"),
        ("..\\..\\evil.ipynb", b"", "points outside"),
        ("/etc/cron.d/evil", b"", "absolute path"),
        ("C:\\evil.ipynb", b"", "absolute path"),
        ("asoto/a\x1b[2J.ipynb", b"", "control characters"),
        ("asoto/" + "x" * 300 + ".ipynb", b"", "no file should have"),
        ("asoto/" + "d/" * 40 + "p.ipynb", b"", "no file should have"),
        (_special("asoto/perceptron.ipynb", stat.S_IFLNK), b"/etc/passwd", "is a link"),
        (_special("asoto/perceptron.ipynb", stat.S_IFCHR), b"", "is a device"),
        (_special("asoto/perceptron.ipynb", stat.S_IFIFO), b"", "is a pipe"),
        ("asoto/perceptron.ipynb", bytes(MAX_FILE + 1), "larger than 50 MiB"),
        ("asoto/timestamp.txt", b"1990-01-01", "keeps for itself"),
        ("asoto/t.zip", b"PK\x05\x06 no zip", "not a zip"),
        ("asoto/t.zip", _bytes([("../../evil.ipynb", b"")]), "points outside"),
        ("asoto/t.zip", _bytes([("inner.zip", _bytes(GOOD))]), "zip within a zip"),
        ("asoto/t.zip", b"PK\x01\x02" * 30_000, "more than 20000 files"),
    ],
)
def test_a_hostile_file_is_refused_and_the_others_are_taken(root, tmp_path, name, data, reason):
    place = _zip(tmp_path / "a.zip", [(name, data), *GOOD])

    report, lines = _collect(root, place)

    assert len(report.refused) == 1
    assert reason in report.refused[0][1]
    assert report.refused[0][0].isprintable()
    assert lines["jperez"].state == "new"
    assert lines["asoto"].state == "missing"
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_that_lies_about_its_size_is_stopped(root, tmp_path):
    place = _zip(tmp_path / "a.zip", [("asoto/b.ipynb", bytes(MAX_FILE * 3)), *GOOD])
    raw = place.read_bytes().replace(struct.pack("<I", MAX_FILE * 3), struct.pack("<I", 10))
    place.write_bytes(raw)

    report, lines = _collect(root, place)

    assert [path for path, _ in report.refused] == ["asoto/b.ipynb"]
    assert lines["jperez"].state == "new"


def test_a_damaged_or_encrypted_file_costs_only_itself(root, tmp_path):
    place = _zip(tmp_path / "a.zip", [("asoto/a.ipynb", b"A" * 100), ("rlee/b.ipynb", b"B"), *GOOD])
    raw = bytearray(place.read_bytes())
    first = raw.index(b"asoto/a.ipynb") + len("asoto/a.ipynb")
    raw[first : first + 2] = b"\xff\xff"
    directory = raw.rindex(b"rlee/b.ipynb") - 46
    raw[directory + 8] |= 1
    place.write_bytes(raw)

    report, lines = _collect(root, place)

    assert sorted(reason for _, reason in report.refused) == ["is damaged", "is encrypted"]
    assert lines["jperez"].state == "new"


def test_one_student_cannot_fill_the_disk(root, tmp_path):
    many = [(f"asoto/{number}.txt", b"x") for number in range(300)]

    report, lines = _collect(root, _zip(tmp_path / "a.zip", [*many, *GOOD]))

    assert len(report.refused) == 100
    assert "beyond the first 200 files of asoto" in report.refused[0][1]
    assert lines["jperez"].state == "new"


def test_links_and_pipes_in_a_folder_are_refused(root, tmp_path):
    folder = tmp_path / "download"
    (folder / "jperez").mkdir(parents=True)
    (folder / "jperez" / "perceptron.ipynb").write_bytes(NOTEBOOK)
    (folder / "asoto").mkdir()
    (folder / "asoto" / "perceptron.ipynb").symlink_to("/etc/passwd")
    (folder / "rlee").symlink_to(folder / "jperez")
    os.mkfifo(folder / "asoto" / "pipe.ipynb")

    report, lines = _collect(root, folder)

    assert sorted(report.refused) == [
        ("asoto/perceptron.ipynb", "is a link"),
        ("asoto/pipe.ipynb", "is a pipe"),
        ("rlee", "is a link"),
    ]
    assert [s for s, line in lines.items() if line.state == "new"] == ["jperez"]


def test_names_that_are_not_declared_as_utf8_are_understood(root, tmp_path):
    place = tmp_path / "a.zip"
    _zip(place, [("Jos__ Andr__s P__rez Mu__oz/p.ipynb", NOTEBOOK)])
    meant = "José Andrés Pérez Muñoz/p.ipynb".encode()
    place.write_bytes(place.read_bytes().replace(b"Jos__ Andr__s P__rez Mu__oz/p.ipynb", meant))

    _, lines = _collect(root, place)

    assert lines["jperez"].state == "new"


@pytest.mark.parametrize("content", [None, b"", b"no zip at all"])
def test_a_place_that_is_no_download_is_one_sentence(root, tmp_path, content):
    place = tmp_path / "a.zip"
    if content is not None:
        place.write_bytes(content)

    with pytest.raises(GradusError, match=r"There is no|neither a folder nor a zip"):
        _collect(root, place)


def test_without_a_class_list_nobody_is_guessed(root, tmp_path):
    (root / "gradebook.db").unlink()

    with pytest.raises(GradusError, match="nbgrader db student import"):
        _collect(root, _zip(tmp_path / "a.zip", GOOD))


@pytest.fixture
def inbound(root):
    """Where the exchange keeps what students of this course submit."""
    exchange = root / "exchange"
    inbound = exchange / "CC6204" / "inbound"
    inbound.mkdir(parents=True)
    exchange.chmod(0o777)
    with (root / "course.toml").open("a") as settings:
        settings.write(f'\n[exchange]\nroot = "{exchange}"\n')
    return inbound


def _submit(inbound, student, time):
    folder = inbound / f"{student}+{NAME}+2026-08-{time} UTC"
    folder.mkdir()
    (folder / "perceptron.ipynb").write_bytes(NOTEBOOK)
    (folder / "timestamp.txt").write_text(f"2026-08-{time} UTC")
    return folder


def test_the_exchange_is_collected_and_reported(root, inbound):
    _submit(inbound, "jperez", "16 10:00:00.000000")
    _submit(inbound, "jperez", "19 10:00:00.000000")
    _submit(inbound, "stranger", "16 10:00:00.000000")

    collect_exchange(root, read_course(root), NAME)
    _, lines = _collect(root)

    assert lines["jperez"].handed_in == "2026-08-19T10:00:00+00:00"
    assert lines["jperez"].seconds_late > 0
    assert lines["asoto"].state == "missing"
    assert "not in the class list" in lines["stranger"].notes


def test_a_link_in_the_exchange_is_not_followed(root, inbound, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the instructor's")
    folder = _submit(inbound, "jperez", "16 10:00:00.000000")
    (folder / "data.txt").symlink_to(secret)
    (folder / "more").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    (inbound / f"asoto+{NAME}+2026-08-16 10:00:00.000000 UTC").symlink_to(tmp_path)

    collect_exchange(root, read_course(root), NAME)

    assert set(_submitted(root)) == {"perceptron.ipynb", "timestamp.txt"}
    assert not (root / "submitted" / "asoto" / NAME).exists()


def test_without_an_exchange_it_says_what_to_give(root):
    with pytest.raises(GradusError, match="names no exchange"):
        collect_exchange(root, read_course(root), NAME)


PIECES = st.sampled_from(
    [
        "..",
        ".",
        "",
        "jperez",
        "asoto",
        "/",
        "C:",
        "x.ipynb",
        "x.zip",
        "\\",
        "~",
        "ñ",
        "é (1)",
        "\x00",
    ]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=5).map("/".join)


@given(HOSTILE)
def test_a_clean_path_stays_where_it_is_put(name):
    try:
        path = clean_path(name)
    except Refused:
        return
    assert not Path(path).is_absolute()
    assert ".." not in Path(path).parts
    assert path.isprintable() or not path.isascii()


@settings(max_examples=40)
@given(names=st.lists(HOSTILE.filter(bool), max_size=6, unique=True))
def test_no_name_writes_anywhere_else_or_stops_the_rest(template, tmp_path_factory, names):
    outer = tmp_path_factory.mktemp("fuzz")
    root = outer / "course"
    shutil.copytree(template, root)
    files = [(name, NOTEBOOK) for name in names if _can_be_written(name)]
    place = _zip(outer / "a.zip", [*files, *GOOD])

    _, lines = _collect(root, place)

    assert lines["jperez"].state == "new"
    outside = {path for path in outer.rglob("*") if not path.is_relative_to(root)}
    assert outside == {place}
    inside = {path.relative_to(root).parts[0] for path in root.rglob("*")}
    assert inside == {"course.toml", "gradebook.db", "received", "submitted"}


@settings(max_examples=150)
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8))
def test_a_damaged_zip_is_read_as_far_as_it_goes_or_refused(tmp_path_factory, flips):
    place = tmp_path_factory.mktemp("damaged") / "a.zip"
    raw = bytearray(_bytes([("asoto/t.zip", _bytes(GOOD)), *GOOD, ("a/é.ipynb", NOTEBOOK)]))
    for position, byte in flips:
        raw[position % len(raw)] = byte
    place.write_bytes(raw)

    try:
        entries = list(parcels(place, ZONE))
    except GradusError:
        return
    for entry in entries:
        assert entry.path.isprintable()


@settings(max_examples=150)
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8))
def test_a_damaged_inner_zip_is_read_as_far_as_it_goes_or_refused(flips):
    raw = bytearray(_bytes([*GOOD, ("a/é.ipynb", NOTEBOOK * 20)]))
    for position, byte in flips:
        raw[position % len(raw)] = byte

    with suppress(Refused):
        for entry in parcels_of_bytes(bytes(raw), ZONE):
            with suppress(Refused):
                entry.read()


def _can_be_written(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not name.startswith("jperez/")


def test_the_command_prints_a_report_and_says_what_needs_a_look(root, tmp_path, monkeypatch):
    place = _zip(tmp_path / "a.zip", [*GOOD, ("Nadie [red]/p.ipynb", NOTEBOOK)])
    monkeypatch.chdir(root)

    shown = CliRunner().invoke(app, ["collect", NAME, str(place)])
    told = CliRunner().invoke(app, ["collect", NAME, str(place), "--json"])

    assert shown.exit_code == told.exit_code == 1, shown.output
    assert "Nadie [red]/p.ipynb is of nobody in the class list" in shown.stdout
    assert "1 of 4 handed in (1 new, 0 replaced, 0 late)" in shown.stdout
    assert len(json.loads(told.stdout)["missing"]) == 3
