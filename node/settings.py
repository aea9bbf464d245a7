"""Settings: one class per concern, every field with its help text.

Read from ``skagerrak.toml`` in the node's folder, overridden by environment variables named
``SKAGERRAK_<GROUP>_<FIELD>``. An unknown or mistyped setting stops the program with its name,
its place and the remedy. pydantic checks the values; the merging is ours, since we tell for
each value where it came from.
"""

import difflib
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import ValidationError, model_validator

from node.errors import SettingsError
from node.setting_groups import (
    ClusterSettings,
    DatabaseSettings,
    DeskSettings,
    FederationSettings,
    Group,
    HttpSettings,
    ImportSettings,
    InterestSettings,
    NodeSettings,
    PageSettings,
    SparqlSettings,
)

FILE_NAME = "skagerrak.toml"
PREFIX = "SKAGERRAK_"
#: Variables of this prefix that are no settings.
OTHER_VARIABLES = frozenset({"SKAGERRAK_NODE", "SKAGERRAK_SUITES"})

#: A link that lies about for longer than this many minutes belongs on nobody's server.
LONGEST_LINK = 60
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

LISTED = "“skagerrak settings” lists all, with their help."


class Settings(Group):
    """All settings of a node."""

    node: NodeSettings = NodeSettings()
    cluster: ClusterSettings = ClusterSettings()
    http: HttpSettings = HttpSettings()
    database: DatabaseSettings = DatabaseSettings()
    federation: FederationSettings = FederationSettings()
    interests: InterestSettings = InterestSettings()
    sparql: SparqlSettings = SparqlSettings()
    importing: ImportSettings = ImportSettings()
    pages: PageSettings = PageSettings()
    desk: DeskSettings = DeskSettings()

    @model_validator(mode="after")
    def _development_stays_at_home(self) -> Self:
        host = urlsplit(self.node.base_url).hostname
        if self.federation.development_peers and host not in LOOPBACK_HOSTS:
            raise ValueError(
                "federation.development_peers: allowed only where node.base_url is on loopback "
                f"(it is {self.node.base_url}); remove one of the two"
            )
        if self.desk.link_minutes > LONGEST_LINK and host not in LOOPBACK_HOSTS:
            raise ValueError(
                f"desk.link_minutes: more than {LONGEST_LINK} only where node.base_url is on "
                f"loopback (it is {self.node.base_url}); shorten it, and make links when needed"
            )
        return self


class SettingRow(NamedTuple):
    """One setting as ``skagerrak settings`` prints it."""

    name: str
    value: Any
    origin: str
    help: str


class LoadedSettings(NamedTuple):
    """Settings with the place each came from; names are ``group.field``."""

    settings: Settings
    origins: Mapping[str, str]

    def rows(self) -> Iterator[SettingRow]:
        """Yield every setting with its value, origin and help."""
        for name, help_text in described_settings():
            group, field = name.split(".")
            value = getattr(getattr(self.settings, group), field)
            yield SettingRow(name, value, self.origins.get(name, "default"), help_text)


def described_settings() -> Iterator[tuple[str, str]]:
    """Yield the name and the help of every setting there is."""
    for group, info in Settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Group):
            for field, detail in kind.model_fields.items():
                yield f"{group}.{field}", detail.description or ""


def check_node(folder: Path) -> None:
    """Raise SettingsError where no node is in *folder*."""
    if not (folder / FILE_NAME).is_file():
        raise SettingsError(
            f"There is no node in {folder.resolve()}: {FILE_NAME} is missing.",
            remedy="Make one with “skagerrak init DIR”, or name its folder with --node DIR.",
        )


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> LoadedSettings:
    """Read the settings of the node in *folder*.

    Raises SettingsError naming the setting, the place and the remedy.
    """
    path = folder / FILE_NAME
    values, origins = _from_file(path)
    for name, value in _from_environment(os.environ if environment is None else environment):
        group, field = name.split(".")
        values.setdefault(group, {})[field] = value
        origins[name] = _variable(name)
    try:
        return LoadedSettings(Settings.model_validate(values), origins)
    except ValidationError as error:
        raise SettingsError(_explain(error, origins, path)) from error


def _variable(name: str) -> str:
    return PREFIX + name.replace(".", "_").upper()


def _from_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    if not path.exists():
        return {}, {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}.") from error
    known = dict(described_settings())
    for group, fields in values.items():
        if not isinstance(fields, dict):
            raise SettingsError(f"{path}: {_unknown(group, known)}")
        for field in fields:
            if f"{group}.{field}" not in known:
                raise SettingsError(f"{path}, [{group}]: {_unknown(f'{group}.{field}', known)}")
    origins = {f"{group}.{field}": str(path) for group in values for field in values[group]}
    return values, origins


def _unknown(name: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return f"there is no setting “{name}”.{hint} {LISTED}"


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    names = {_variable(name): name for name, _ in described_settings()}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        if variable not in names:
            near = difflib.get_close_matches(variable, names, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(f"Environment: there is no setting {variable}.{hint} {LISTED}")
        yield names[variable], _parsed(names[variable], text)


def _parsed(name: str, text: str) -> Any:
    """Lists and tables in variables are JSON; a plain text is a list of one or more by commas."""
    group, field = name.split(".")
    default = getattr(getattr(Settings(), group), field)
    if not isinstance(default, tuple | dict):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        if text.lstrip()[:1] in ("[", "{") or isinstance(default, dict):
            raise SettingsError(
                f"{_variable(name)} is not readable as JSON: {error}.",
                remedy='Write a list as ["nb", "en"] or nb,en, and texts as {"nb": "…"}.',
            ) from error
        return [part.strip() for part in text.split(",") if part.strip()]


def _explain(error: ValidationError, origins: Mapping[str, str], path: Path) -> str:
    lines = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"][:2])
        message = problem["msg"].removeprefix("Value error, ")
        if not name:
            lines.append(message)
            continue
        place = origins.get(name, str(path))
        lines.append(f"{name} (from {place}) is {problem['input']!r}: {message}")
    return "\n".join(lines)
