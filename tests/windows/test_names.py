"""Nothing in dipay's code that Windows lacks is reached there: told from the code, also of what no test runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

import dipay
from tests.windows.missing import MISSING_MODULES, MISSING_NAMES

ROOT: Final = Path(dipay.__file__).parent
_POSIX: Final = {("!=", "win32"), ("!=", "nt"), ("==", "linux"), ("==", "darwin"), ("==", "posix")}
_WINDOWS: Final = {("==", "win32"), ("==", "nt"), ("!=", "linux"), ("!=", "posix")}
_SYSTEM: Final = {"sys.platform", "os.name"}
#: `%-d` is a day without its zero on Linux, and an error on Windows; so is what the others stand for.
_STRFTIME: Final = re.compile(r"%[-_^#]?[A-Za-z]")
_EVERYWHERE: Final = frozenset(f"%{letter}" for letter in "aAbBcdfHIjmMpSUwWxXyYzZGuV")


def unguarded(source: str, *, helpers: bool = False) -> list[str]:
    """What Windows lacks and may be reached there, with its line. `helpers`: only this module calls its functions."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = {node: name for node in ast.walk(tree) for name in _missing(node)}
    functions = {each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    marks = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    safe = {name for name, each in functions.items() if any(_skips(mark, marks) for mark in each.decorator_list)}
    # A function of the module is never called on Windows where each mention of it is guarded, or in one such.
    while more := {
        name
        for name, function in functions.items()
        if (helpers or name.startswith("_")) and name not in safe and _mentions(tree, name)
        and all(_is_guarded(each, parents, safe) for each in _mentions(tree, name))
    }:  # fmt: skip
        safe |= more
    return [
        f"{getattr(node, 'lineno', 0)}: {name}" for node, name in found.items() if not _is_guarded(node, parents, safe)
    ]


def _skips(mark: ast.expr, marks: Mapping[str, ast.expr]) -> bool:
    """Whether a test so marked is skipped on Windows."""
    if isinstance(mark, ast.Name):
        return mark.id in marks and _skips(marks[mark.id], marks)
    return isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.skipif" and _is_windows(mark.args[0])


def _missing(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name in MISSING_NAMES.get(module, ()):
            yield f"{module}.{name}"
        case ast.ImportFrom(module=str(module), names=names):
            yield from (f"{module}.{each.name}" for each in names if each.name in MISSING_NAMES.get(module, ()))
            yield from [module] if module in MISSING_MODULES else []
        case ast.Import(names=names):
            yield from (each.name for each in names if each.name in MISSING_MODULES)


def _mentions(tree: ast.AST, name: str) -> list[ast.AST]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.Name) and each.id == name]


def _is_guarded(node: ast.AST, parents: Mapping[ast.AST, ast.AST], safe: set[str]) -> bool:
    inner, outer = node, parents.get(node)
    while outer is not None:
        match outer:
            case ast.If(test=test, body=body, orelse=other):
                if (inner in body and _is_posix(test)) or (inner in other and _is_windows(test)):
                    return True
            case ast.IfExp(test=test, body=body, orelse=other):
                if (inner is body and _is_posix(test)) or (inner is other and _is_windows(test)):
                    return True
            case ast.BoolOp(op=ast.And(), values=values):
                if any(_is_posix(each) for each in values[: values.index(inner)]):  # type: ignore[arg-type]
                    return True
            case ast.BoolOp(op=ast.Or(), values=values):
                if any(_is_windows(each) for each in values[: values.index(inner)]):  # type: ignore[arg-type]
                    return True
            case ast.FunctionDef(name=name) if name in safe:
                return True
        before = getattr(outer, "body", None)
        if isinstance(before, list) and inner in before:
            before = before[: before.index(inner)]
            if any(map(_leaves_windows, before)):
                return True
        inner, outer = outer, parents.get(outer)
    return False


def _leaves_windows(statement: ast.stmt) -> bool:
    """Whether what follows is never reached on Windows."""
    return (
        isinstance(statement, ast.If)
        and _is_windows(statement.test)
        and isinstance(statement.body[-1], ast.Return | ast.Raise | ast.Continue)
    )


def _is_posix(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(_is_posix, test.values))
    asked = isinstance(test, ast.Call) and ast.unparse(test.func) == "hasattr"
    return asked or _compared(test) in _POSIX


def _is_windows(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(map(_is_windows, test.values))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _is_posix(test.operand)
    return _compared(test) in _WINDOWS


def _compared(test: ast.expr) -> tuple[str, str] | None:
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=str(value))]):
            if ast.unparse(left) in _SYSTEM:
                return ("==" if isinstance(op, ast.Eq) else "!=", value)
    return None


MODULES: Final = sorted(ROOT.rglob("*.py"))


#: Tests that are no function with a mark: what lies in `odd_files` is made by tests that are skipped there.
ELSEWHERE: Final = {"odd_files.py", "windows/played.py"}


def test_no_test_reaches_there_what_windows_lacks() -> None:
    root = Path(__file__).parents[1]
    paths = {str(path.relative_to(root).as_posix()): path for path in root.rglob("*.py")}
    found = {name: unguarded(paths[name].read_text("utf-8"), helpers=True) for name in paths.keys() - ELSEWHERE}
    assert {name: each for name, each in found.items() if each} == {}


def test_nothing_that_windows_lacks_is_reached_there() -> None:
    found = {str(path.relative_to(ROOT)): unguarded(path.read_text("utf-8")) for path in MODULES}
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import os\nos.getuid()", ["2: os.getuid"]),
        ("import pwd", ["1: pwd"]),
        ("from fcntl import flock", ["1: fcntl"]),
        ("from os import mkfifo, open", ["1: os.mkfifo"]),
        ("if sys.platform == 'win32':\n    os.fork()", ["2: os.fork"]),
        ("if sys.platform == 'win32':\n    pass\nelse:\n    os.fork()", []),
        ("if sys.platform != 'win32':\n    os.fork()", []),
        ("found = os.name == 'posix' and os.getuid()", []),
        ("found = os.getuid() if os.name == 'nt' else 0", ["1: os.getuid"]),
        ("if hasattr(signal, 'SIGKILL'):\n    kill(signal.SIGKILL)", []),
        ("def f():\n    if os.name == 'nt':\n        return\n    os.fork()", []),
        ("def f():\n    if os.name == 'nt':\n        print()\n    os.fork()", ["4: os.fork"]),
        ("def _f():\n    os.fork()\nif sys.platform == 'linux':\n    _f()", []),
        ("def _f():\n    os.fork()\n_f()", ["2: os.fork"]),
        ("def _f():\n    os.fork()\ndef _g():\n    _f()\nif sys.platform == 'linux':\n    _g()", []),
        ("def f():\n    os.fork()\nif sys.platform == 'linux':\n    f()", ["2: os.fork"]),
        ("found = os.name == 'nt' or os.getuid()", []),
        ("found = not hasattr(os, 'getuid') or os.getuid()", []),
        ("@pytest.mark.skipif(sys.platform == 'win32', reason='')\ndef test():\n    os.fork()", []),
        ("@pytest.mark.skipif(sys.platform == 'linux', reason='')\ndef test():\n    os.fork()", ["3: os.fork"]),
        ("posix = pytest.mark.skipif(os.name != 'posix', reason='')\n@posix\ndef test():\n    os.fork()", []),
        ("@others\ndef test():\n    os.fork()", ["3: os.fork"]),
    ],
)
def test_a_guard_is_known_by_the_code(source: str, told: list[str]) -> None:
    assert unguarded(dedent(source)) == told


def test_days_and_times_are_written_by_what_every_system_has() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for form in _forms(node):
                assert set(_STRFTIME.findall(form)) <= _EVERYWHERE, f"{path.name}: {form}"


def _forms(node: ast.AST) -> Iterator[str]:
    """The forms that a moment is written by: of `strftime`, and of a value in an f-string."""
    looked_at: ast.AST | None = None
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("strftime"):
        looked_at = node
    elif isinstance(node, ast.FormattedValue):
        looked_at = node.format_spec
    for each in ast.walk(looked_at) if looked_at is not None else ():
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
