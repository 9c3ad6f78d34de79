"""Parameters of a stage: JSON in which texts may be templates, rendered with the inputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from core.errors import InputError
from search.retrievers.template_filters import Budget, TemplateLimitError
from search.retrievers.templates import Expression, compile_template, is_template

DEEPEST = 50  # a filter tree of 16 levels has 32
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A part without templates."""

    value: Any


@dataclass(frozen=True, slots=True)
class Members:
    """An object with templates in it."""

    parts: Mapping[str, "Part"]


@dataclass(frozen=True, slots=True)
class Elements:
    """A list with templates in it."""

    parts: Sequence["Part"]


Part: TypeAlias = Constant | Members | Elements | Expression


def compile_part(data: Any, inputs: Mapping[str, object], path: Path = ()) -> Part:  # noqa: ANN401 - any JSON
    """Read parameters. Raises InputError, which names the template that is wrong."""
    at = ".".join(map(str, path))
    if len(path) > DEEPEST:
        raise InputError(at, f"is nested deeper than {DEEPEST}")
    if isinstance(data, str) and is_template(data):
        return compile_template(data, inputs, at)
    if isinstance(data, dict):
        members = {name: compile_part(one, inputs, (*path, name)) for name, one in data.items()}
        return Members(members) if _vary(members.values()) else Constant(data)
    if isinstance(data, list):
        elements = [compile_part(one, inputs, (*path, i)) for i, one in enumerate(data)]
        return Elements(elements) if _vary(elements) else Constant(data)
    return Constant(data)


def render_part(part: Part, values: Mapping[str, Any], budget: Budget) -> Any:  # noqa: ANN401 - any value
    """Render parameters. Raises InputError, whose field is the place in them."""
    match part:
        case Constant(value):
            return value
        case Expression():
            return part.render(values, budget)
        case Members(parts):
            return {name: _render(name, one, values, budget) for name, one in parts.items()}
        case Elements(parts):
            return [_render(str(i), one, values, budget) for i, one in enumerate(parts)]


def _render(name: str, part: Part, values: Mapping[str, Any], budget: Budget) -> Any:  # noqa: ANN401 - any value
    if isinstance(part, Expression) and part.is_input:  # most are
        return values.get(part.names[0])
    try:
        return render_part(part, values, budget)
    except InputError as error:
        raise InputError(f"{name}.{error.field}", error.message) from error
    except (ValueError, TemplateLimitError) as error:
        raise InputError(name, f"cannot be rendered: {error}") from error


def find_expression(part: Part, path: Path) -> tuple[Expression, Path] | None:
    """Find the template that gave what stands at a path, and the path below it."""
    for place, step in enumerate(path):
        match part:
            case Expression():
                return part, path[place:]
            case Members(parts) if step in parts:
                part = parts[str(step)]
            case Elements(parts) if isinstance(step, int) and step < len(parts):
                part = parts[step]
            case _:
                return None
    return (part, ()) if isinstance(part, Expression) else None


def input_names(part: Part) -> Iterator[str]:
    """Name the inputs that parameters read."""
    match part:
        case Expression():
            yield from part.names
        case Members(parts):
            for one in parts.values():
                yield from input_names(one)
        case Elements(parts):
            for one in parts:
                yield from input_names(one)


def _vary(parts: Any) -> bool:  # noqa: ANN401 - the values of a dict, or a list
    return any(not isinstance(part, Constant) for part in parts)
