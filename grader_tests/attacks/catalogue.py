"""The catalogue: what a hostile submission may try, and what it must not get.

``seen`` says where the attack is shown to succeed: against nbgrader with an untouched configuration,
in a class of many (``STOCK``) or alone with one classmate (``ALONE``, where it stops the class), or
nowhere, with the reason why that cannot be shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from grader_tests.attacks.course import (
    HIDDEN_CANARY,
    HOME_CANARY,
    INPUT,
    NOTEBOOK,
    OTHER_CANARY,
    SOLUTION_CANARY,
    VARIABLE_CANARY,
    WEEK,
    WRONG,
    Entry,
    Outcome,
)
from gradus.cells import grade_id

Kind = Literal["integrity", "confidentiality", "availability", "persistence", "feedback"]
STOCK, ALONE = "stock nbgrader", "stock nbgrader, which stops the class"
TOO_COSTLY = "not shown: without the limit it would take this machine down"
TOO_SLOW = "not shown: it would hold stock nbgrader for minutes"
OWN = "not shown: it aims at a part that only this grader has"
SURVIVED = "not shown: stock nbgrader survives it too"


@dataclass(frozen=True)
class Attack:
    """One attack; ``succeeded`` looks at what became of the hand-in."""

    name: str
    kind: Kind
    about: str
    entry: Entry
    succeeded: Callable[[Outcome], bool]
    neighbour: str = "plain"
    seen: str = STOCK


NEIGHBOURS: dict[str, Entry] = {
    "plain": Entry(),
    "prints": Entry(
        answer="def heaviside(z):\n    print('z is', np.shape(z))\n    return np.where(z >= 0, 1, 0)",
        after=("import sys\nprint('done')\nprint('warning', file=sys.stderr)",),
    ),
    "subclass": Entry(answer="def heaviside(z):\n    return np.ma.array(np.where(z >= 0, 1, 0))"),
    "magics": Entry(before=("%matplotlib inline", "%time sum(range(10))", "?np.where")),
    "ipython": Entry(before=("print(In[-1] == '')\nprint(len(Out))", "_ = get_ipython().user_ns")),
    "files": Entry(
        before=(
            "open('notes.txt', 'w').write('mine')",
            "from pathlib import Path\nimport tempfile\n"
            "Path.home().joinpath('cache.txt').write_text('x')\n"
            "tempfile.TemporaryFile().write(b'x' * 1000)",
        ),
        after=("assert open('notes.txt').read() == 'mine'",),
    ),
    "own file": Entry(
        before=("assert open('mine.csv').read() == '1,2'",),
        folder=lambda folder, root: (folder / "mine.csv").write_text("1,2") and None,
    ),
    "threads": Entry(
        before=(
            "import threading\nt = threading.Thread(target=lambda: print('hi'))\nt.start()\nt.join()",
            "import subprocess\nprint(subprocess.run(['echo', 'hi'], capture_output=True).stdout)",
        )
    ),
    "sockets": Entry(
        before=(
            "import socket\na, b = socket.socketpair()\na.send(b'x')\nassert b.recv(1) == b'x'",
        )
    ),
    "shared memory": Entry(
        before=(
            "from multiprocessing import shared_memory\n"
            "held = shared_memory.SharedMemory('mine', create=True, size=4096)\n"
            "held.close()\nheld.unlink()",
        )
    ),
    "memory": Entry(before=("big = np.ones(10_000_000)\nassert big.sum() == 1e7\ndel big",)),
    "slow": Entry(before=("import time\ntime.sleep(0.5)",)),
    "raises": Entry(before=("raise ValueError('on purpose')", "1 / 0", "undefined_name")),
    "exits": Entry(before=("import sys\nsys.exit(0)",)),
    "html": Entry(
        before=("from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))",),
        markdown="*emphasis*, $x < y$ and [a link](https://example.org)",
    ),
    "colab": Entry(
        change=lambda notebook: notebook.update(
            nbformat_minor=0,
            metadata={
                "colab": {"provenance": []},
                "kernelspec": {"name": "python3", "display_name": "?"},
            },
            cells=[{k: v for k, v in cell.items() if k != "id"} for cell in notebook.cells],
        )
    ),
    "extra cells": Entry(after=tuple(f"x{i} = {i}" for i in range(30))),
}


def _won(outcome: Outcome) -> bool:
    return outcome.points.get("heaviside_hidden", 0) > 0


def _shows(text: str) -> Callable[[Outcome], bool]:
    return lambda outcome: text in outcome.shown or text in outcome.feedback


def _left(name: str) -> Callable[[Outcome], bool]:
    return lambda outcome: name in outcome.side


def _ungraded(outcome: Outcome) -> bool:
    """No recorded state, or the right answer to the other question was lost with it."""
    return not outcome.recorded or outcome.points.get("perceptron_hidden") != 2


def _unrecorded(outcome: Outcome) -> bool:
    return not outcome.recorded


def _first_lost(outcome: Outcome) -> bool:
    """The right answer to the first question was lost."""
    return outcome.points.get("heaviside_hidden") != 2


def _pageless(outcome: Outcome) -> bool:
    return not outcome.feedback


def _in_page(text: str) -> Callable[[Outcome], bool]:
    return lambda outcome: text in outcome.feedback


def _tag_tests(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and not cell.metadata.nbgrader.solution:
            cell.metadata["tags"] = ["skip-execution"]


def _cell(notebook, name):
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def _perceptron(body):
    """Answers the second exercise with a function of this body."""

    def change(notebook):
        _cell(notebook, "perceptron")["source"] = f"def perceptron(x, w, b):\n{body}"

    return change


def _duplicate_test(notebook):
    notebook.cells.append(_cell(notebook, "heaviside_hidden").copy())


def _schema(version):
    def change(notebook):
        _cell(notebook, "heaviside_hidden").metadata.nbgrader["schema_version"] = version

    return change


def _garbage(text):
    return lambda folder, root: (folder / NOTEBOOK).write_text(text) and None


def _link_to_solution(folder, root):
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to(root / "source" / WEEK / NOTEBOOK)


def _link_beside(folder, root):
    (folder / "stolen.txt").symlink_to(root / "source" / WEEK / NOTEBOOK)


def _pipe(folder, root):
    os.mkfifo(folder / "pipe")


_FORGERS: list[tuple[str, str, Entry, str]] = [
    (
        "skip-execution tag",
        "test cells are tagged so that they are not executed",
        Entry(answer=WRONG, change=_tag_tests),
        "plain",
    ),
    (
        "do_execute replaced",
        "the kernel answers ok without running anything",
        Entry(
            answer=WRONG,
            after=(),
            before=(
                "async def nothing(*args, **kwargs):\n"
                "    return {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}\n"
                "get_ipython().kernel.do_execute = nothing",
            ),
        ),
        "ipython",
    ),
    (
        "ast transformer",
        "every later cell is compiled to nothing",
        Entry(
            answer=WRONG
            + "\n\nimport ast\n\n\nclass Empty(ast.NodeTransformer):\n    def visit_Module(self, node):\n"
            "        node.body = []\n        return node\n\n\nget_ipython().ast_transformers.append(Empty())",
        ),
        "ipython",
    ),
    (
        "input transformer",
        "the text of every later cell is emptied",
        Entry(
            answer=WRONG
            + "\n\nget_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])"
        ),
        "magics",
    ),
    (
        "assert stripped by a compiler flag",
        "later cells are compiled with optimisation, which drops assert",
        Entry(
            answer=WRONG + "\n\nimport builtins\n_compile = builtins.compile\n"
            "import IPython.core.compilerop as c\n"
            "c.CachingCompiler.__call__ = lambda self, node, name, mode: "
            "_compile(node, name, mode, self.flags, True, 2)"
        ),
        "magics",
    ),
    (
        "always equal object",
        "the returned object is equal to everything",
        Entry(
            answer="class Yes:\n    def __eq__(self, other):\n        return True\n\n\n"
            "def heaviside(z):\n    return Yes()"
        ),
        "subclass",
    ),
    (
        "always equal float",
        "the returned float subclass is equal to everything",
        Entry(
            answer="class F(float):\n    def __eq__(self, other):\n        return True\n\n\n"
            "def heaviside(z):\n    return F(7)"
        ),
        "subclass",
    ),
    (
        "always equal integer",
        "the returned int subclass is equal to everything",
        Entry(
            answer="class I(int):\n    def __eq__(self, other):\n        return True\n\n\n"
            "def heaviside(z):\n    return I(7)"
        ),
        "subclass",
    ),
    (
        "array subclass",
        "an ndarray subclass answers True to every comparison",
        Entry(
            answer="class A(np.ndarray):\n    def __eq__(self, other):\n        return np.True_\n\n\n"
            "def heaviside(z):\n    return np.full(np.shape(z), 7).view(A)"
        ),
        "subclass",
    ),
    (
        "array function override",
        "an object answers NumPy's own functions with True",
        Entry(
            answer="class O:\n    def __array_function__(self, *args):\n        return True\n\n"
            "    def __array_ufunc__(self, *args, **kwargs):\n        return True\n\n"
            "    def __eq__(self, other):\n        return self\n\n\n"
            "def heaviside(z):\n    return O()"
        ),
        "subclass",
    ),
    (
        "numpy patched",
        "np.all is replaced by a function that says yes",
        Entry(answer=WRONG, before=("np.all = lambda *args, **kwargs: True",)),
        "plain",
    ),
    (
        "builtins patched",
        "bool is replaced by a function that says yes",
        Entry(answer=WRONG, before=("import builtins\nbuiltins.bool = lambda value=0: True",)),
        "plain",
    ),
    (
        "given helper redefined",
        "the instructor's own comparison is defined anew",
        Entry(answer=WRONG, before=("def close(a, b):\n    return True",)),
        "plain",
    ),
    (
        "given helper redefined at call time",
        "the function under test replaces the instructor's comparison while it runs",
        Entry(
            answer="def heaviside(z):\n    global close\n    close = lambda a, b: True\n    return 7"
        ),
        "prints",
    ),
    (
        "module shadowed",
        "np is bound to an object of the student's",
        Entry(
            answer=WRONG
            + "\n\n\nclass N:\n    def __getattr__(self, name):\n        return lambda *a, **k: N()\n\n"
            "    def __bool__(self):\n        return True\n\n\nnp = N()\n"
            "close.__globals__['bool'] = lambda value: True"
        ),
        "plain",
    ),
    (
        "expected value from the caller's frame",
        "the function returns what the test expects, read from its frame",
        Entry(
            answer="import sys\n\n\ndef heaviside(z):\n"
            "    return sys._getframe(1).f_globals.get('expected', 1)"
        ),
        "prints",
    ),
    (
        "expected value from the test's text",
        "the function reads the text of the test and evaluates what it expects",
        Entry(
            answer="import re\n\n\ndef heaviside(z):\n"
            "    found = re.search(r'expected = (.*)', In[-1])\n"
            "    return eval(found.group(1)) if found else 1"
        ),
        "ipython",
    ),
    (
        "expected value from the garbage collector",
        "the function searches the interpreter for the test's namespace",
        Entry(
            answer="import gc\n\n\ndef heaviside(z):\n"
            "    for thing in gc.get_objects():\n"
            "        if isinstance(thing, dict) and 'expected' in thing and 'close' in thing:\n"
            "            return thing['expected']\n"
            "    return 1"
        ),
        "plain",
    ),
    (
        "frame's names rewritten",
        "the function replaces the comparison in its caller's namespace",
        Entry(
            answer="import sys\n\n\ndef heaviside(z):\n"
            "    sys._getframe(1).f_globals['close'] = lambda a, b: True\n    return 7"
        ),
        "plain",
    ),
    (
        "exception hook and tracing",
        "a trace function raises the end of the cell before its assertion",
        Entry(
            answer="import sys\n\n\ndef heaviside(z):\n"
            "    frame = sys._getframe(1)\n"
            "    frame.f_globals.update(close=type('C', (), {'__call__': lambda *a: True})())\n"
            "    return 7"
        ),
        "plain",
    ),
    (
        "reference imported",
        "the answer is the reference package's",
        Entry(answer="from gradus.reference.perceptron import heaviside"),
        "plain",
    ),
    (
        "solution loaded from source",
        "the answer is executed out of the instructor's notebook",
        Entry(
            answer="import json\n\nsource = json.load(open('{root}/source/"
            + WEEK
            + "/"
            + NOTEBOOK
            + "'))\n"
            "for cell in source['cells']:\n"
            "    if 'SOLUTION' in ''.join(cell['source']):\n"
            "        exec(''.join(cell['source']))"
        ),
        "own file",
    ),
    (
        "notebook is a link to the solutions",
        "the notebook handed in is a symbolic link to source/",
        Entry(answer=WRONG, folder=_link_to_solution),
        "own file",
    ),
]

_SECRETS: list[tuple[str, str, Entry, str, str]] = [
    (
        "input history",
        "the text of hidden tests is printed from In",
        Entry(after=("print(In)",)),
        HIDDEN_CANARY,
        "ipython",
    ),
    (
        "history magic",
        "the text of hidden tests is printed by %history",
        Entry(after=("%history",)),
        HIDDEN_CANARY,
        "magics",
    ),
    (
        "line cache",
        "the text of hidden tests is printed from linecache",
        Entry(
            after=(
                "import linecache\nprint([''.join(e[2]) for e in linecache.cache.values() if len(e) > 2])",
            )
        ),
        HIDDEN_CANARY,
        "ipython",
    ),
    (
        "caller's code",
        "the function prints the text of its caller",
        Entry(
            answer="import inspect\n\n\ndef heaviside(z):\n"
            "    print(inspect.getsource(inspect.currentframe().f_back))\n    return np.where(z >= 0, 1, 0)"
        ),
        HIDDEN_CANARY,
        "prints",
    ),
    (
        "the notebook's own file",
        "the graded notebook is read from the working folder",
        Entry(after=("print(open('" + NOTEBOOK + "').read())",)),
        HIDDEN_CANARY,
        "own file",
    ),
    (
        "the source folder",
        "the instructor's notebook is read",
        Entry(after=("print(open('{root}/source/" + WEEK + "/" + NOTEBOOK + "').read())",)),
        SOLUTION_CANARY,
        "own file",
    ),
    (
        "the gradebook's source cells",
        "hidden tests are read from the gradebook",
        Entry(
            after=(
                "import sqlite3\n"
                "print(sqlite3.connect('{root}/gradebook.db').execute('select source from source_cell').fetchall())",
            )
        ),
        HIDDEN_CANARY,
        "files",
    ),
    (
        "a classmate's work",
        "another submission is read",
        Entry(after=("print(open('{root}/submitted/classmate/" + WEEK + "/notes.ipynb').read())",)),
        OTHER_CANARY,
        "own file",
    ),
    (
        "a link beside the notebook",
        "a symbolic link to the solutions is handed in and read",
        Entry(after=("print(open('stolen.txt').read())",), folder=_link_beside),
        SOLUTION_CANARY,
        "own file",
    ),
    (
        "the instructor's home",
        "a file in the home folder is read",
        Entry(
            after=(
                "from pathlib import Path\nprint(Path.home().joinpath('diary.txt').read_text())",
            )
        ),
        HOME_CANARY,
        "files",
    ),
    (
        "the environment",
        "the instructor's environment variables are printed",
        Entry(after=("import os\nprint(dict(os.environ))",)),
        VARIABLE_CANARY,
        "plain",
    ),
    (
        "foreign processes",
        "the environment of the grading process is read from /proc",
        Entry(
            after=(
                "from pathlib import Path\n"
                "for process in Path('/proc').glob('[0-9]*/environ'):\n"
                "    try:\n        text = process.read_text()\n"
                "    except OSError:\n        continue\n"
                "    print('COURSE_TOKEN' in text and text)",
            )
        ),
        VARIABLE_CANARY,
        "threads",
    ),
    (
        "foreign command lines",
        "the command line of the grading process is read from /proc",
        Entry(
            after=(
                "from pathlib import Path\n"
                "lines = [p.read_bytes() for p in Path('/proc').glob('[0-9]*/cmdline')]\n"
                "print(['found-' + 'autograde' for line in lines if b'autograde' in line])",
            )
        ),
        "found-autograde",
        "threads",
    ),
    (
        "hidden input on stdout",
        "the function prints its input",
        Entry(answer="def heaviside(z):\n    print(z)\n    return np.where(z >= 0, 1, 0)"),
        INPUT,
        "prints",
    ),
    (
        "hidden input on stderr",
        "the function prints its input on stderr",
        Entry(
            answer="import sys\n\n\ndef heaviside(z):\n    print(z, file=sys.stderr)\n    return np.where(z >= 0, 1, 0)"
        ),
        INPUT,
        "prints",
    ),
    (
        "hidden input in an exception",
        "the function raises an exception that says its input",
        Entry(answer="def heaviside(z):\n    raise ValueError(z)"),
        INPUT,
        "raises",
    ),
    (
        "hidden input in an exception's name",
        "the function raises an exception named after its input",
        Entry(answer="def heaviside(z):\n    raise type(str(z), (Exception,), {})"),
        INPUT,
        "raises",
    ),
    (
        "hidden input in a display",
        "the function displays its input",
        Entry(
            answer="from IPython.display import HTML, display\n\n\ndef heaviside(z):\n    display(HTML(str(z)))\n    return np.where(z >= 0, 1, 0)"
        ),
        INPUT,
        "html",
    ),
    (
        "hidden input kept for later",
        "the function keeps its input, and a later cell prints it",
        Entry(
            answer="seen = []\n\n\ndef heaviside(z):\n    seen.append(z)\n    return np.where(z >= 0, 1, 0)",
            after=("print(seen)",),
        ),
        INPUT,
        "prints",
    ),
    (
        "hidden input in a file",
        "the function writes its input to a file, and a later cell prints it",
        Entry(
            answer="def heaviside(z):\n    print(z, file=open('seen.txt', 'a'))\n    return np.where(z >= 0, 1, 0)",
            after=("print(open('seen.txt').read())",),
        ),
        INPUT,
        "files",
    ),
    (
        "hidden input from a late thread",
        "a thread prints the input after the test",
        Entry(
            answer="import threading\n\n\ndef heaviside(z):\n"
            "    threading.Timer(0.3, lambda: print(z)).start()\n    return np.where(z >= 0, 1, 0)",
            after=("import time\ntime.sleep(0.6)",),
        ),
        INPUT,
        "threads",
    ),
]

_TRACES: list[tuple[str, str, str, str, str]] = [
    (
        "IPython start-up file",
        "a start-up file is planted that runs in the next submission",
        "from pathlib import Path\n"
        "folder = Path.home() / '.ipython/profile_default/startup'\n"
        "folder.mkdir(parents=True, exist_ok=True)\n"
        "(folder / 'planted-startup.py').write_text('')",
        "planted-startup",
        "files",
    ),
    (
        "matplotlib settings",
        "a settings file of matplotlib is planted",
        "from pathlib import Path\n"
        "folder = Path.home() / '.config/matplotlib'\n"
        "folder.mkdir(parents=True, exist_ok=True)\n"
        "(folder / 'planted-rc').write_text('')",
        "planted-rc",
        "files",
    ),
    (
        "shell profile",
        "the instructor's shell profile is changed",
        "from pathlib import Path\n(Path.home() / '.bashrc').write_text('echo')",
        ".bashrc",
        "files",
    ),
    (
        "file in the course",
        "a file is planted in the course folder",
        "open('{root}/planted-course', 'w')",
        "planted-course",
        "files",
    ),
    (
        "file in the exam",
        "a file is planted beside the instructor's notebook",
        "open('{root}/source/" + WEEK + "/planted-exam', 'w')",
        "planted-exam",
        "files",
    ),
    (
        "file in a classmate's folder",
        "a file is planted in another submission",
        "open('{root}/submitted/classmate/" + WEEK + "/planted-mate', 'w')",
        "planted-mate",
        "files",
    ),
    (
        "temporary file",
        "a file is left in /tmp for the next submission",
        "open('/tmp/planted-tmp-{mark}', 'w')",
        "planted-tmp",
        "files",
    ),
    (
        "shared memory",
        "a file is left in /dev/shm for the next submission",
        "open('/dev/shm/planted-shm-{mark}', 'w')",
        "planted-shm",
        "files",
    ),
    (
        "daemon",
        "a process outlives the grading",
        "import subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True)",
        "daemon",
        "threads",
    ),
    (
        "gradebook written",
        "99 is written into the gradebook",
        "import sqlite3\n"
        "book = sqlite3.connect('{root}/gradebook.db')\n"
        "book.execute('update grade set manual_score = 99')\nbook.commit()",
        "gradebook",
        "files",
    ),
    (
        "loopback connection",
        "a server on this machine is reached",
        "import socket\nsocket.create_connection(('127.0.0.1', {tcp}), timeout=1)",
        "reached-tcp",
        "sockets",
    ),
    (
        "loopback datagram",
        "a datagram reaches a server on this machine",
        "import socket\n"
        "s = socket.socket(type=socket.SOCK_DGRAM)\n"
        "for _ in range(3):\n    s.sendto(b'x', ('127.0.0.1', {udp}))",
        "reached-udp",
        "sockets",
    ),
    (
        "abstract socket",
        "a local service on an abstract socket is reached",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0{abstract}')",
        "reached-abstract",
        "sockets",
    ),
]

_FAULTS: list[tuple[str, str, Entry, str, str]] = [
    ("exit", "os._exit in a cell", Entry(before=("import os\nos._exit(1)",)), STOCK, "exits"),
    (
        "exit in a function",
        "os._exit in the function under test",
        Entry(answer="import os\n\n\ndef heaviside(z):\n    os._exit(1)"),
        STOCK,
        "exits",
    ),
    (
        "segmentation fault",
        "a null pointer is read",
        Entry(before=("import ctypes\nctypes.string_at(0)",)),
        STOCK,
        "raises",
    ),
    (
        "kill all processes",
        "every process in reach is killed",
        Entry(before=("import os\nos.kill(-1, 9)",)),
        TOO_COSTLY,
        "threads",
    ),
    (
        "kill the parent",
        "the process that started the kernel is killed",
        Entry(before=("import os\nos.kill(os.getppid(), 9)",)),
        TOO_COSTLY,
        "threads",
    ),
    (
        "supervisor stopped",
        "the first process of the sandbox is stopped before an endless loop",
        Entry(
            answer="import os, signal\n\n\ndef heaviside(z):\n"
            "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "    os.kill(os.getppid(), signal.SIGSTOP)\n    while True:\n        pass"
        ),
        OWN,
        "threads",
    ),
    (
        "supervisor starved",
        "the first process of the sandbox is left without files, processes and time",
        Entry(
            answer="import os, resource\n\n\ndef heaviside(z):\n"
            "    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_CPU):\n"
            "        resource.prlimit(os.getppid(), kind, (0, 0))\n    os._exit(0)"
        ),
        OWN,
        "threads",
    ),
    (
        "folder wrecked",
        "the folder is left deep and without permissions, so that the next kernel finds no place",
        Entry(
            answer="import os\n\n\ndef heaviside(z):\n    for _ in range(1500):\n        try:\n"
            "            os.mkdir('d')\n            os.chdir('d')\n        except OSError:\n            break\n"
            "    os.chmod('/home/student/work', 0)\n    os._exit(0)"
        ),
        OWN,
        "files",
    ),
    (
        "endless loop",
        "a cell never ends",
        Entry(answer="def heaviside(z):\n    while True:\n        pass"),
        SURVIVED,
        "slow",
    ),
    (
        "loop that swallows interrupts",
        "a cell never ends and ignores the Stop button",
        Entry(
            answer="def heaviside(z):\n    while True:\n        try:\n            while True:\n                pass\n"
            "        except BaseException:\n            pass"
        ),
        TOO_SLOW,
        "slow",
    ),
    (
        "loop in C",
        "a cell never comes back to the interpreter",
        Entry(answer="def heaviside(z):\n    return sum(range(10**13))"),
        TOO_SLOW,
        "slow",
    ),
    (
        "signal blocked",
        "interrupts are blocked before an endless loop",
        Entry(
            before=(
                "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\nwhile True:\n    pass",
            )
        ),
        TOO_SLOW,
        "slow",
    ),
    (
        "memory bomb",
        "more memory is asked for than there is",
        Entry(before=("hog = [np.ones(20_000_000) for _ in range(100)]",)),
        TOO_COSTLY,
        "memory",
    ),
    (
        "memory bomb in children",
        "many processes together take all memory",
        Entry(
            before=(
                "import os, time\n"
                "for _ in range(8):\n"
                "    if os.fork() == 0:\n"
                "        hog = np.ones(40_000_000)\n        time.sleep(60)\n        os._exit(0)\n"
                "time.sleep(2)",
            )
        ),
        TOO_COSTLY,
        "memory",
    ),
    (
        "fork bomb",
        "processes multiply without end",
        Entry(before=("import os\nwhile True:\n    os.fork()",)),
        TOO_COSTLY,
        "threads",
    ),
    (
        "thread bomb",
        "threads multiply without end",
        Entry(
            before=(
                "import threading, time\n"
                "for _ in range(5000):\n    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
            )
        ),
        TOO_COSTLY,
        "threads",
    ),
    (
        "disk fill in /tmp",
        "temporary files fill the disk",
        Entry(
            before=(
                "for i in range(10**6):\n    open(f'/tmp/fill-{i}', 'wb').write(b'x' * 4_000_000)",
            )
        ),
        TOO_COSTLY,
        "files",
    ),
    (
        "disk fill at home",
        "files at home fill the disk",
        Entry(
            before=("for i in range(10**6):\n    open(f'fill-{i}', 'wb').write(b'x' * 4_000_000)",)
        ),
        TOO_COSTLY,
        "files",
    ),
    (
        "disk fill in shared memory",
        "files in /dev/shm fill the memory",
        Entry(
            before=(
                "for i in range(10**6):\n    open(f'/dev/shm/fill-{i}', 'wb').write(b'x' * 4_000_000)",
            )
        ),
        TOO_COSTLY,
        "files",
    ),
    (
        "descriptors",
        "every file descriptor is taken",
        Entry(
            before=("import os\nkept = []\nwhile True:\n    kept.append(os.open('/dev/null', 0))",)
        ),
        SURVIVED,
        "files",
    ),
    (
        "output flood",
        "a cell prints without end",
        Entry(before=("while True:\n    print('x' * 100_000)",)),
        TOO_COSTLY,
        "prints",
    ),
    (
        "huge display",
        "a cell displays a hundred megabytes",
        Entry(
            before=("from IPython.display import HTML, display\ndisplay(HTML('x' * 100_000_000))",)
        ),
        TOO_COSTLY,
        "html",
    ),
    (
        "huge return value",
        "the function returns more than the wire carries",
        Entry(answer="def heaviside(z):\n    return np.zeros(20_000_000)"),
        OWN,
        "memory",
    ),
    (
        "endless iterator",
        "the function returns an iterator without end",
        Entry(answer="import itertools\n\n\ndef heaviside(z):\n    return itertools.count()"),
        OWN,
        "plain",
    ),
    (
        "bottomless list",
        "the function returns a list that holds itself",
        Entry(answer="def heaviside(z):\n    deep = []\n    deep.append(deep)\n    return deep"),
        OWN,
        "plain",
    ),
    (
        "system exit",
        "sys.exit in a function",
        Entry(answer="import sys\n\n\ndef heaviside(z):\n    sys.exit()"),
        SURVIVED,
        "exits",
    ),
    ("input", "a cell waits for the keyboard", Entry(before=("input('?')",)), SURVIVED, "raises"),
    (
        "sleep through the budget",
        "cells sleep until the notebook's time is up",
        Entry(after=("import time\ntime.sleep(60)",) * 4),
        TOO_SLOW,
        "slow",
    ),
    (
        "a million lines",
        "a cell of a million lines",
        Entry(before=("x = 1\n" * 1_000_000,)),
        TOO_SLOW,
        "extra cells",
    ),
    (
        "nested parentheses",
        "a cell that breaks parsers",
        Entry(before=("(" * 100_000,)),
        SURVIVED,
        "raises",
    ),
    (
        "null bytes and lone surrogates",
        "sources that no file can hold",
        Entry(before=("x = '\0'", "y = '\udc80'")),
        STOCK,
        "raises",
    ),
    (
        "forged frames on the wire",
        "the student's process writes replies of its own making to every descriptor",
        Entry(
            answer="import os, struct\n\n\ndef heaviside(z):\n"
            "    for payload in (b'\\xff' * 9, b'\\x82\\xa4type\\xa4done\\xa2id\\x01', b''):\n"
            "        for fd in range(3, 20):\n"
            "            try:\n                os.write(fd, struct.pack('!I', len(payload)) + payload)\n"
            "            except OSError:\n                pass\n"
            "    return 7"
        ),
        OWN,
        "sockets",
    ),
    (
        "oversized frame on the wire",
        "a frame of four gigabytes is announced",
        Entry(
            answer="import os\n\n\ndef heaviside(z):\n"
            "    for fd in range(3, 20):\n"
            "        try:\n            os.write(fd, b'\\xff\\xff\\xff\\xff')\n"
            "        except OSError:\n            pass\n"
            "    return 7"
        ),
        OWN,
        "sockets",
    ),
    (
        "closed descriptors",
        "every descriptor is closed",
        Entry(answer="import os\n\n\ndef heaviside(z):\n    os.closerange(3, 200)\n    return 7"),
        STOCK,
        "files",
    ),
    ("not json", "the file is no notebook", Entry(folder=_garbage("not json")), STOCK, "colab"),
    ("empty file", "the file is empty", Entry(folder=_garbage("")), STOCK, "colab"),
    (
        "json of another kind",
        "the file is a JSON list",
        Entry(folder=_garbage("[]")),
        STOCK,
        "colab",
    ),
    (
        "a pipe beside the notebook",
        "a named pipe is handed in, which nobody can copy",
        Entry(folder=_pipe),
        STOCK,
        "own file",
    ),
    (
        "duplicated test cell",
        "a test stands twice",
        Entry(change=_duplicate_test),
        ALONE,
        "extra cells",
    ),
    ("old schema", "metadata of an old version", Entry(change=_schema(1)), ALONE, "colab"),
    ("future schema", "metadata of a version to come", Entry(change=_schema(99)), ALONE, "colab"),
]

_SCRIPT = "<script>document.title='stolen'</script>"
# What is displayed, and what then stands on the page (nbconvert rewrites quotes).
_HTML: list[tuple[str, str, str, str]] = [
    ("script", "a script is displayed", _SCRIPT, _SCRIPT),
    (
        "event handler",
        "an image with a handler",
        "<img src=x onerror=alert(1)>",
        'onerror="alert(1)"',
    ),
    (
        "frame",
        "a frame is displayed",
        "<iframe src='https://example.org/evil'></iframe>",
        '<iframe src="https://example.org/evil"',
    ),
    (
        "remote image",
        "an image is fetched from elsewhere",
        "<img src='https://example.org/track.png'>",
        'src="https://example.org/track.png"',
    ),
    (
        "refresh",
        "the page is sent elsewhere",
        "<meta http-equiv='refresh' content='0;url=https://example.org'>",
        'http-equiv="refresh"',
    ),
    (
        "form",
        "a form asks for a password",
        "<form action='https://example.org'><input name=p></form>",
        '<form action="https://example.org"',
    ),
    (
        "style sheet",
        "a style sheet hides the grade",
        "<style>body { display: none !important }</style>",
        "<style>body { display: none",
    ),
]


def _attacks() -> list[Attack]:
    found = [
        Attack(name, "integrity", about, entry, _won, neighbour)
        for name, about, entry, neighbour in _FORGERS
    ]
    found += [
        Attack(name, "confidentiality", about, entry, _shows(canary), neighbour)
        for name, about, entry, canary, neighbour in _SECRETS
    ]
    found += [
        Attack(name, "persistence", about, Entry(before=(cell,)), _left(trace), neighbour)
        for name, about, cell, trace, neighbour in _TRACES
    ]
    found += [
        Attack(
            name,
            "availability",
            about,
            entry,
            _unrecorded if entry.folder else _ungraded,
            neighbour,
            seen,
        )
        for name, about, entry, seen, neighbour in _FAULTS
    ]
    for name, about, html, mark in _HTML:
        shown = f"from IPython.display import HTML, display\ndisplay(HTML({html!r}))"
        found.append(
            Attack(
                f"{name} in an output",
                "feedback",
                about,
                Entry(after=(shown,)),
                _in_page(mark),
                "html",
            )
        )
    patched = (
        "import gc\n\nfor thing in gc.get_objects():\n"
        "    if type(thing).__name__ == 'Kernel' and hasattr(thing, 'handles'):\n"
        "        type(thing).encode = lambda self, value: None\n"
        "        type(thing)._call = lambda self, request: None\n\n"
    )
    told = (
        "import gc\n\nseen = []\n\n\ndef heaviside(z):\n    seen.append(z)\n    raise ValueError\n\n\n"
        "for thing in gc.get_objects():\n"
        "    if type(thing).__name__ == 'Kernel' and hasattr(thing, 'handles'):\n"
        "        names = type(thing)._answer.__globals__\n"
        "        wire, raised = names['wire'], names['_raised']\n"
        "        names['_raised'] = lambda request, error: wire.Raised(request, 'ValueError', str(seen))\n"
    )
    nested = (
        "import gc\n\n\ndef heaviside(z):\n    return 0\n\n\n"
        "for thing in gc.get_objects():\n"
        "    if type(thing).__name__ == 'Kernel' and hasattr(thing, 'handles'):\n"
        "        wire = type(thing)._answer.__globals__['wire']\n"
        "        type(thing).encode = lambda self, value: wire.Array('<f8', [-1], b'')\n"
    )
    unread = (
        "    import gc\n"
        "    kernel = next(k for k in gc.get_objects() if type(k).__name__ == 'Kernel')\n"
        "    ask = type(kernel)._answer.__globals__['wire'].Invoke\n"
        "    while True:\n"
        "        kernel.channel.send(ask(1, 0, [kernel.encode(np.zeros(10_000))], {}))"
    )
    last = (
        "    import gc\n"
        "    kernel = next(k for k in gc.get_objects() if type(k).__name__ == 'Kernel')\n"
        "    return kernel._callback(-1)(np.dot(x, w) - b)"
    )
    for_ever = "    big = np.zeros(3_000_000)\n    while True:\n        heaviside(big)"
    uncounted = (
        "import os, ctypes\n"
        "try:\n    held = os.memfd_create('x')\nexcept OSError:\n    held = -1\n"
        "print('never' 'counted' * (held >= 0 or ctypes.CDLL(None).shmget(0, 4096, 0o600) >= 0))"
    )
    found += [
        Attack(
            "lent function for ever",
            "availability",
            "a function that the examiner lends is asked for more work than there is time",
            Entry(change=_perceptron(for_ever)),
            _first_lost,
            "plain",
            OWN,
        ),
        Attack(
            "asks and does not read",
            "availability",
            "the student's process asks the examiner again and again, and reads no answer",
            Entry(change=_perceptron(unread)),
            _first_lost,
            "plain",
            OWN,
        ),
        Attack(
            "function that was not lent",
            "integrity",
            "the student's process asks for the last of the examiner's functions, whatever it is",
            Entry(change=_perceptron(last)),
            lambda outcome: outcome.points.get("perceptron_hidden", 0) > 0,
            "plain",
            OWN,
        ),
        Attack(
            "uncounted memory",
            "availability",
            "memory is held in files and segments that belong to no process",
            Entry(before=(uncounted,)),
            _shows("nevercounted"),
            "shared memory",
        ),
        Attack(
            "terminal code",
            "availability",
            "a broken colour code is printed, which stops the making of the page",
            Entry(before=("print('\\x1b[38m')",)),
            _pageless,
            "prints",
        ),
        Attack(
            "missing attachment",
            "availability",
            "a text cell shows an attachment that is not there, which stops the making of the page",
            Entry(markdown="![x](attachment:x.png)"),
            _pageless,
            "html",
        ),
        Attack(
            "image behind a false name",
            "feedback",
            "a remote image has an alternative text that looks like an embedded image",
            Entry(markdown="![a\\](data:image/png;](https://example.org/hidden.png)"),
            _in_page('src="https://example.org/hidden.png"'),
            "html",
        ),
        Attack(
            "link in a formula",
            "feedback",
            "MathJax is given a link that runs a script",
            Entry(markdown="$\\href{javascript:evil()}{x}$"),
            _in_page("\\href{javascript"),
            "html",
        ),
        Attack(
            "link in a displayed formula",
            "feedback",
            "MathJax is given such a link by an output",
            Entry(
                before=(
                    "from IPython.display import Latex, display\n"
                    "display(Latex(r'$\\href' + r'{javascript:evil()}{x}$'))",
                )
            ),
            lambda outcome: "$\\href{javascript" in outcome.feedback,
            "html",
        ),
        Attack(
            "classes of the page",
            "feedback",
            "an output wears the page's own classes, and poses as a verdict or covers the page",
            Entry(
                before=(
                    "from IPython.display import HTML, display\n"
                    "display(HTML('<div class=\"verdict modal\">20/20</div>'))",
                )
            ),
            _in_page('<div class="verdict modal"'),
            "html",
        ),
    ]
    found += [
        Attack(
            "hidden input in a forged line",
            "confidentiality",
            "the student's process reports its input as the line that raised",
            Entry(answer=told),
            _shows(INPUT),
            "raises",
            OWN,
        ),
        Attack(
            "hidden input in a returned shape",
            "confidentiality",
            "the function returns an empty array whose shape is made of its input",
            Entry(answer="def heaviside(z):\n    return np.zeros((0, int(-np.min(z) * 10000)))"),
            _shows("38125"),
            "plain",
            OWN,
        ),
        Attack(
            "array that does not fit",
            "availability",
            "the student's process sends an array of negative size when its names are fetched",
            Entry(answer=nested),
            _unrecorded,
            "plain",
            OWN,
        ),
        Attack(
            "kernel patched",
            "integrity",
            "the student's process replaces the functions that answer the examiner",
            Entry(answer=patched + WRONG),
            _won,
            "plain",
            OWN,
        ),
        Attack(
            "script in a text cell",
            "feedback",
            "a script stands in a Markdown cell",
            Entry(markdown=_SCRIPT),
            _in_page(_SCRIPT),
            "html",
        ),
        Attack(
            "remote image in a text cell",
            "feedback",
            "a Markdown image is fetched from elsewhere",
            Entry(markdown="![track](https://example.org/pixel.png)"),
            _in_page('src="https://example.org/pixel.png"'),
            "html",
        ),
        Attack(
            "script in SVG",
            "feedback",
            "an SVG image with a script is displayed",
            Entry(
                after=(
                    "from IPython.display import SVG, display\n"
                    "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>evil()</script></svg>'))",
                )
            ),
            lambda outcome: (
                "<script>evil()" in outcome.feedback or "image/svg+xml;base64" in outcome.feedback
            ),
            "html",
        ),
        Attack(
            "JavaScript output",
            "feedback",
            "JavaScript is displayed as such",
            Entry(
                after=(
                    "from IPython.display import Javascript, display\ndisplay(Javascript('evil()'))",
                )
            ),
            lambda outcome: "evil()\n</script>" in outcome.feedback,
            "html",
        ),
    ]
    return found


ATTACKS = _attacks()
