"""Rules for every SQL statement, checked by parsing the package."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofup.storage import schema, statements
from proofup.storage.statements import (
    Statement,
    Steps,
    for_postgresql,
    for_sqlite,
    rows_of_many,
    touched_by_many,
)
from proofup.storage.store import Store

PACKAGE = Path(statements.__file__).parent
RUNNERS = {"row", "rows", "touched", "_must_touch", "_mark", "Statement"}
RUNNERS |= {"rows_of_many", "touched_by_many", "rows_among", "rows_in_parts"}
BY_SQL = re.compile(r"^(SELECT|INSERT|UPDATE|DELETE) ")
# Settings of the engine and of the driver, which do not use ``statements``.
WITHOUT_KEY = {"SELECT 1"}
# Asked of PostgreSQL before a store is opened, of its own catalogue.
APART = {schema.MARKED}
# Tables of a few rows, read whole when a store is opened.
SMALL = {"data_keys", "key_wraps", "audit_head", "alembic_version", "signing_keys", "k"}
# One batch of people, found by key, which is grouped.
SMALL |= {"counted"}
# The applications with a tile, in order, up to as many as a page shows.
SMALL |= {"tile"}
# The roles that an organisation makes for itself, which are few.
SMALL |= {"custom_roles"}
# Counted as a whole, for ``$count``.
SMALL |= {"security_groups"}


def constants(module: Path) -> dict[str, str]:
    """Return the string constants of ``module``."""
    namespace = __import__(f"proofup.storage.{module.stem}", fromlist=["*"])
    found = vars(namespace)
    tables = {name: value for name, value in found.items() if isinstance(value, dict)}
    return {
        **{name: value for name, value in found.items() if isinstance(value, str)},
        **{
            name: next(iter(value.values()))
            for name, value in tables.items()
            if value and all(isinstance(one, str) for one in value.values())
        },
    }


def all_statements() -> list[str]:
    found = {
        text.replace("{marks}", "?, ?").replace("{rows}", "(?, ?, ?, ?, ?, ?)")
        for module in PACKAGE.glob("*.py")
        for text in constants(module).values()
        if BY_SQL.match(text)
    }
    return sorted(found - APART)


def test_there_are_statements() -> None:
    assert len(all_statements()) > 40


def calls(node: ast.AST, handed: frozenset[str]) -> Iterator[tuple[ast.Call, frozenset[str]]]:
    """Yield every call below ``node`` with the arguments of its enclosing functions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        handed |= {word.arg for word in node.args.args}
    if isinstance(node, ast.Call):
        yield node, handed
    for below in ast.iter_child_nodes(node):
        yield from calls(below, handed)


@pytest.mark.parametrize("module", sorted(PACKAGE.glob("*.py")), ids=lambda path: f"{path.stem}.py")
def test_sql_is_constant(module: Path) -> None:
    """Every statement is a module constant, or was passed as ``sql``."""
    known = constants(module)
    for call, handed in calls(ast.parse(module.read_text()), frozenset()):
        name = getattr(call.func, "id", getattr(call.func, "attr", None))
        if name in RUNNERS and call.args:
            first = call.args[0]
            if isinstance(first, ast.Call) and getattr(first.func, "id", None) in {
                "_for",
                "repeated",
            }:
                first = first.args[0]  # a template that is filled with question marks only
            if getattr(first, "attr", None) == "sql":
                continue  # of a statement that was made by such a call
            if isinstance(first, ast.Subscript):
                first = first.value  # one of several constants
            literal = isinstance(first, ast.Constant) and first.value in WITHOUT_KEY
            named = isinstance(first, ast.Name) and first.id in {*known, "sql"} & {*known, *handed}
            assert literal or named, ast.unparse(call)


def values_for(sql: str) -> tuple[None, ...]:
    return (None,) * sql.count("?")


@pytest.mark.anyio
@pytest.mark.engine("sqlite")
async def test_no_statement_reads_a_whole_table(store: Store) -> None:
    scans = []
    for sql in all_statements():
        plan = await store.engine.rows(f"EXPLAIN QUERY PLAN {for_sqlite(sql)}", *values_for(sql))
        scans += [(sql, step[3]) for step in plan if step[3].startswith("SCAN")]
    assert [(sql, step) for sql, step in scans if step.split()[1] not in SMALL] == []


@pytest.mark.anyio
@pytest.mark.engine("postgresql")
async def test_every_statement_is_one_that_postgresql_can_run_by_index(
    store_url: str,
) -> None:
    import psycopg

    from proofup.storage.postgresql_pools import SETTINGS

    with psycopg.connect(store_url) as connection:
        for setting in SETTINGS:  # against sequential scans, which are cheapest for empty tables
            connection.execute(setting)
        connection.execute("SET plan_cache_mode = force_generic_plan")  # for any values
        for number, sql in enumerate(all_statements()):
            connection.execute(f"PREPARE s{number} AS ".encode() + for_postgresql(sql))
            nulls = ", ".join(["NULL"] * sql.count("?"))
            call = f"s{number}({nulls})" if nulls else f"s{number}"
            plan = connection.execute(f"EXPLAIN EXECUTE {call}".encode()).fetchall()
            scans = [
                line
                for (line,) in plan
                if "Seq Scan" in line and not SMALL & set(line.replace("(", " ").split())
            ]
            assert not scans, (sql, scans)


def test_each_engine_is_given_its_own_dialect() -> None:
    sql = "SELECT a FROM t WHERE b = ? AND c IN (SELECT d FROM e FOR UPDATE SKIP LOCKED)"
    assert for_sqlite(sql) == "SELECT a FROM t WHERE b = ? AND c IN (SELECT d FROM e)"
    assert for_sqlite("SELECT 1 FROM t FOR NO KEY UPDATE") == "SELECT 1 FROM t"
    assert for_postgresql("SELECT a FROM t WHERE b = ? AND c LIKE ?") == (
        b"SELECT a FROM t WHERE b = $1 AND c LIKE $2"
    )


def test_one_statement_is_made_for_many_values() -> None:
    def sent(steps: Steps[object]) -> Statement:
        return next(steps)

    picked = sent(rows_of_many("SELECT a FROM t WHERE b IN (?) LIMIT 9", [("x",), ("y",)]))
    assert picked == Statement("SELECT a FROM t WHERE b IN (?, ?) LIMIT 9", ("x", "y"))
    stored = sent(touched_by_many("INSERT INTO t (a, b) VALUES (?, ?) ON …", [(1, 2), (3, 4)]))
    assert stored == Statement("INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON …", (1, 2, 3, 4))
    assert sent(rows_of_many("SELECT a FROM t WHERE b IN (?)", [("x",)])).sql.endswith("IN (?)")
