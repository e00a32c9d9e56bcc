"""Combines the settings file and the environment, and explains every value it refuses.

Every setting may stand in ``proofup.toml`` or in a variable: ``smtp.password`` is
``PROOFUP_SMTP__PASSWORD``. The variable takes precedence. An unknown name stops the start, because
a mistyped limit would otherwise have no effect.
"""

import difflib
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import msgspec.inspect

from proofup.config.addresses import Listen, network, public_url
from proofup.config.checks import check
from proofup.config.errors import SettingsError
from proofup.config.examples import EXAMPLES
from proofup.config.file import FILE_NAME, read_file, refuse_readable_secrets
from proofup.config.settings import Settings
from proofup.values.secret import Secret
from proofup.values.shown_text import shown_text
from proofup.web.public_url import PublicUrl

T = TypeVar("T")

PREFIX = "PROOFUP_"
NOT_SETTINGS = frozenset(
    {"PROOFUP_FOLDER"}
)  # names the folder of the file; read before the settings
# What Kubernetes and Docker put into each container for a service called "proofup…".
INJECTED = re.compile(
    r"PROOFUP_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
    r"|PORT_[0-9]+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)"
)
INJECTED_PORT = re.compile(r"PROOFUP_([A-Z0-9_]+_)?PORT")
SCHEMES = ("tcp://", "udp://", "sctp://")
SHOWN_LETTERS = 60  # of a wrong value

READERS: Mapping[Any, Callable[[str], object]] = {
    PublicUrl: public_url,
    Listen: Listen.of,
    Path: Path,
    Secret: Secret,
    IPv4Network: network,
}

MAY_STAND_ALONE = frozenset({Listen})  # instead of a list of one


@dataclass(frozen=True, slots=True)
class Given:
    """A value with the name under which the operator gave it."""

    name: str
    value: Any

    @property
    def is_variable(self) -> bool:
        """Whether the value is text from the environment."""
        return self.name.startswith(PREFIX)


def read_settings(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of the service whose data lie in ``folder``. Raises SettingsError."""
    file = folder.absolute() / FILE_NAME
    table = read_file(file)
    refuse_readable_secrets(file, table)
    return settings_of(folder, table, environment)


def settings_of(folder: Path, table: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Return the settings in ``table``, which a file in ``folder`` holds. Raises SettingsError."""
    folder = folder.absolute()
    given = {
        "database": Given("database", f"sqlite:///{folder / 'proofup.db'}"),
        "key_file": Given("key_file", "key"),
        **_from_file(table),
        **_from_environment(environment),
        "folder": Given("folder", str(folder)),
    }
    settings = _section(Settings, given, "")
    check(settings)
    name = shown_text(settings.organisation.name)
    return replace(
        settings,
        key_file=folder / settings.key_file,
        organisation=replace(settings.organisation, name=name),
    )


def flattened(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the values of ``table`` and the tables in it, by their dotted names."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict) and value:
            found |= flattened(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def _from_file(table: Mapping[str, Any]) -> dict[str, Given]:
    if "folder" in table:
        raise SettingsError("folder", "is no setting of the file.", "Say it with `--folder`.")
    return {name: Given(name, value) for name, value in flattened(table).items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Given]:
    given: dict[str, Given] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        if not _is_injected(variable, value):
            name = variable.removeprefix(PREFIX).lower().replace("__", ".")
            # A value out of a file often has the line break at the end of that file.
            given[name] = Given(variable, value.rstrip("\r\n"))
    return given


def _is_injected(variable: str, value: str) -> bool:
    """Tell whether the variable is of a container platform, and no setting that is mistyped."""
    if INJECTED.fullmatch(variable):
        return True
    return bool(INJECTED_PORT.fullmatch(variable)) and value.startswith(SCHEMES)


def _section(section: type[T], given: Mapping[str, Given], prefix: str) -> T:
    """Return ``section`` built from what was given under ``prefix``."""
    hints = typing.get_type_hints(section, include_extras=True)
    _refuse_unknown(hints, given, prefix)
    values: dict[str, Any] = {}
    for field in fields(typing.cast("Any", section)):
        name = f"{prefix}{field.name}"
        inner = _section_of(hints[field.name])
        is_required = field.default is MISSING and field.default_factory is MISSING
        if inner is not None:
            if is_required or any(other.startswith(f"{name}.") for other in given):
                values[field.name] = _section(inner, given, f"{name}.")
        elif name in given:
            values[field.name] = _value(hints[field.name], given[name], name)
        elif is_required:
            raise SettingsError(name, "is missing.", _example(name))
    return section(**values)


def _refuse_unknown(hints: Mapping[str, Any], given: Mapping[str, Given], prefix: str) -> None:
    for name, found in given.items():
        if not name.startswith(prefix):
            continue
        head, dot, _ = name.removeprefix(prefix).partition(".")
        if head not in hints:
            raise _unknown(found)
        is_section = _section_of(hints[head]) is not None
        if is_section and not dot:
            raise SettingsError(found.name, "is a section and has no value.", "Name its settings.")
        if dot and not is_section:
            raise _unknown(found)


def _section_of(hint: Any) -> type[Any] | None:
    """Return the section that ``hint`` stands for, if it is one."""
    plain = _without_none(hint)
    is_section = isinstance(plain, type) and is_dataclass(plain) and plain not in READERS
    return plain if is_section else None


def _without_none(hint: Any) -> Any:
    """Return ``X`` of ``X | None``; of any other union, its first type."""
    is_union = typing.get_origin(hint) in {types.UnionType, typing.Union}
    return typing.get_args(hint)[0] if is_union else hint


def _value(hint: Any, given: Given, name: str) -> Any:
    if given.value == "":
        raise SettingsError(given.name, "is empty.", "Give it a value or leave it out.")
    plain = _without_none(hint)
    origin = typing.get_origin(plain) or plain
    if origin in {tuple, frozenset}:
        return _many(origin, _without_none(typing.get_args(plain)[0]), given, name)
    return _one(plain, given, given.value, name)


def _many(container: Callable[[list[Any]], Any], hint: Any, given: Given, name: str) -> Any:
    values = given.value
    if given.is_variable:
        values = [part.strip() for part in values.split(",") if part.strip()]
    elif hint in MAY_STAND_ALONE and not isinstance(values, list):
        values = [values]
    if not isinstance(values, list):
        raise SettingsError(given.name, "is no list.", _example(name))
    return container([_one(hint, given, value, name) for value in values])


def _one(hint: Any, given: Given, value: Any, name: str) -> Any:
    """Return one value converted to the type ``hint``."""
    reader = READERS.get(typing.get_origin(hint) or hint)
    shown = "" if reader is Secret else f"{str(value)[:SHOWN_LETTERS]!r} "
    try:
        if reader is None:
            return msgspec.convert(value, hint, strict=not given.is_variable)
        return reader(msgspec.convert(value, str))
    except msgspec.ValidationError as error:
        problem = _misfit(hint)
        raise SettingsError(given.name, f"{shown}{problem}", _example(name)) from error
    except ValueError as error:
        raise SettingsError(given.name, f"{shown}{error}", _example(name)) from error


def _misfit(hint: Any) -> str:
    """Return what a value of ``hint`` must be, as the end of a sentence."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"is none of {', '.join(hint)}."
    if typing.get_origin(hint) is typing.Literal:
        return f"is none of {', '.join(typing.get_args(hint))}."
    found = msgspec.inspect.type_info(hint)
    match found:
        case msgspec.inspect.BoolType():
            return "must be true or false."
        case msgspec.inspect.IntType(ge=least, le=greatest):
            return f"must be a whole number{_bounds(least, greatest)}."
        case msgspec.inspect.FloatType(ge=least, le=greatest):
            return f"must be a number{_bounds(least, greatest)}."
        case _:
            return "must be text that is not empty."


def _bounds(least: float | None, greatest: float | None) -> str:
    if least is None:
        return ""
    return f" from {least:g}" + ("" if greatest is None else f" to {greatest:.0f}")


def _example(name: str) -> str:
    return f"For example: {EXAMPLES[name]}"


def _unknown(given: Given) -> SettingsError:
    """Return the error for an unknown name, with the most similar known one."""
    typed = given.name.removeprefix(PREFIX).lower().replace("__", ".")
    near = difflib.get_close_matches(typed, EXAMPLES, n=1, cutoff=0.5)
    if not near:
        return SettingsError(given.name, "is no setting.", "Remove it.")
    wanted = PREFIX + near[0].upper().replace(".", "__") if given.is_variable else near[0]
    return SettingsError(given.name, "is no setting.", f"Did you mean {wanted}?")
