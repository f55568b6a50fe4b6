"""SPSS syntax that reads the microdata: types, labels, missing values and measurement levels. Pure."""

from collections.abc import Iterator
from itertools import groupby

from app.results.microdata.variables import Variable

MOST_MISSING = 3  # codes of a variable
LONGEST_LABEL, LONGEST_VALUE = 200, 120  # bytes that SPSS keeps of a label (with some to spare) and of a value's


def written(data: str, variables: list[Variable]) -> str:
    """Return the syntax, to be run from the folder that holds the CSV file `data`."""
    labels = [f"  {one.name}\n    {_quoted(one.label, LONGEST_LABEL)}" for one in variables]
    values = ["\n".join(_values_of(one)) for one in variables if one.labels]
    missing = [f"  {one.name} ({_missing_of(one)})" for one in variables if one.missing]
    levels = [f"  {one.name} ({one.level})" for one in variables]
    parts = [
        _get(data, variables),
        _command("VARIABLE LABELS", labels, "\n"),
        _command("VALUE LABELS", values),
        _command("MISSING VALUES", missing),
        _command("VARIABLE LEVEL", levels),
    ]
    return "\ufeff" + "\n\n".join([*parts, *_sets(variables), "EXECUTE."]) + "\n"


def _get(data: str, variables: list[Variable]) -> str:
    lines = [
        "SET DECIMAL=DOT.",
        "GET DATA /TYPE=TXT",
        f"  /FILE={_quoted(data, LONGEST_LABEL)}",
        "  /ENCODING='UTF8' /ARRANGEMENT=DELIMITED /DELIMITERS=';' /QUALIFIER='\"' /FIRSTCASE=2",
        "  /VARIABLES=",
        *(f"    {one.name} {one.spss}" for one in variables),
    ]
    return "\n".join(lines) + "."


def _values_of(one: Variable) -> Iterator[str]:
    yield f"  {one.name}"
    for code, label in one.labels.items():
        yield f"    {code if isinstance(code, int) else _quoted(code, 8)} {_quoted(label, LONGEST_VALUE)}"


def _missing_of(one: Variable) -> str:
    """Return the codes: SPSS takes three at most, or a range of them and one more."""
    if len(one.missing) <= MOST_MISSING:
        return ", ".join(map(str, one.missing))
    first, *others = one.missing
    return f"{others[0]} THRU {others[-1]}, {first}"


def _sets(variables: list[Variable]) -> Iterator[str]:
    """Yield a set for each question with several answers, to be tabulated as one."""
    several = [one for one in variables if one.set_]
    for name, options in groupby(several, key=lambda one: one.set_):
        held = list(options)
        label = _quoted(held[0].label.partition(" – ")[0], LONGEST_LABEL)
        names = "\n    ".join(one.name for one in held)
        yield f"MRSETS /MDGROUP NAME=${name}\n  LABEL={label}\n  VARIABLES=\n    {names}\n  VALUE=1."


def _command(name: str, parts: list[str], between: str = "\n  /") -> str:
    return f"{name}\n{between.join(parts)}."


def _quoted(text: str, most: int) -> str:
    """Return text as a string of SPSS, cut to so many bytes, on one line."""
    plain = " ".join(text.split()).encode()[:most].decode(errors="ignore")
    return "'" + plain.replace("'", "''") + "'"
