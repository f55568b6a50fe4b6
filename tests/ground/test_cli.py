"""What all commands share."""

import datetime as dt
import json

import click
import pytest
from click.testing import CliRunner

from app import cli


@click.command()
@cli.json_option
@click.option("--out", type=cli.OutFile())
@click.option("--on", type=cli.date_option_type)
def command(as_json: bool, out, on) -> None:
    if on:
        raise cli.Unusable("that day will not do")
    cli.emit({"day": dt.date(2026, 1, 2), "school": "Curaçao", "inner": {"a": 1}}, as_json)


def run(*arguments: str):
    return CliRunner().invoke(command, arguments)


def test_json_is_one_object_and_nothing_else():
    result = run("--json")
    assert json.loads(result.stdout) == {"day": "2026-01-02", "school": "Curaçao", "inner": {"a": 1}}
    assert result.stderr == ""


def test_without_json_there_is_a_line_per_key():
    assert run().stdout.splitlines() == ["day     2026-01-02", "school  Curaçao", "inner", "  a  1"]


def test_unusable_input_exits_with_two_and_says_why_on_standard_error():
    result = run("--json", "--on", "2026-01-01")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "that day will not do" in result.stderr


@pytest.mark.parametrize("day", ["2026-02-31", "tomorrow"])
def test_a_day_that_is_none_exits_with_two(day):
    result = run("--on", day)
    assert result.exit_code == 2
    assert day in result.stderr


def test_a_file_that_cannot_be_written_is_said_before_the_work_begins(tmp_path):
    result = run("--out", str(tmp_path / "nowhere" / "out.csv"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be written" in result.stderr
