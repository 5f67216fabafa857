"""`shop import`: what a person types, sees and is left with."""

import asyncio
import io
import json
import signal
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from adapters.inbound.cli import local
from adapters.inbound.cli.app import create
from adapters.inbound.cli.catalogue.importing import LINES_AT_ONCE, SHOWN_MAX, Progress
from adapters.inbound.cli.catalogue.meter import EVERY, Meter
from adapters.inbound.cli.ports import HOST
from adapters.inbound.cli.up import DEMO_PASSWORD
from tests.adapters.cli.import_shop import ADMIN, PASSWORD, ImportShop, listening
from tests.adapters.cli.running import STAND_IN, free_ports, running
from tests.adapters.cli.stand_ins import actions

CSV = "sku,name,category,price\nBOOT,Boot,Shoes,4900\nHAT,Hat,Hats,900\n"


def shop(*arguments: object, given: str | None = None, **environ: str | None) -> Result:
    nothing: dict[str, str | None] = dict.fromkeys(("SHOP_DATA", "SHOP_DEMO_PASSWORD", "CURRENCY"))
    env = {**nothing, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "SHOP_PASSWORD": PASSWORD, **environ}
    command = [str(argument) for argument in ("import", *arguments)]
    return CliRunner(env=env).invoke(create(actions()), command, prog_name="shop", input=given)


def written(path: Path, products: Iterable[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(product) + "\n" for product in products), encoding="utf-8")
    return path


def numbered(count: int, **more: str) -> list[dict[str, str]]:
    return [{"sku": f"SKU-{number}", **more} for number in range(count)]


def test_a_file_is_imported_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    it = ImportShop()
    with listening(it) as url:
        first = shop(tmp_path / "a.csv", "--url", url, "--currency", "EUR")
        second = shop(tmp_path / "a.csv", "--url", url)
    assert (first.exit_code, first.output) == (0, "created 2, updated 0, failed 0\n")
    assert (second.exit_code, second.output) == (0, "created 0, updated 2, failed 0\n")
    assert it.kept["BOOT"]["price"] == {"amount": 4900, "currency": "USD"}


def test_what_is_piped_in_is_ndjson_unless_told_otherwise() -> None:
    it = ImportShop()
    with listening(it) as url:
        assert shop("-", "--url", url, given='{"sku": "A"}\n').output == "created 1, updated 0, failed 0\n"
        told = shop("-", "--url", url, "--format", "csv", "--currency", "EUR", given=CSV)
    assert told.output == "created 2, updated 0, failed 0\n"
    assert it.kept["HAT"]["price"] == {"amount": 900, "currency": "EUR"}


def test_failed_lines_are_listed_and_the_status_says_so(tmp_path: Path) -> None:
    file = written(tmp_path / "a.ndjson", [*numbered(3), {"bad": "name: Field required"}])
    with listening(ImportShop()) as url:
        told = shop(file, "--url", url)
    assert (told.exit_code, told.output) == (1, "line 4: name: Field required\ncreated 3, updated 0, failed 1\n")


def test_of_many_failed_lines_twenty_are_shown_and_a_file_has_them_all(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", numbered(LINES_AT_ONCE + 30, bad="no"))
    with listening(ImportShop()) as url:
        told = shop(file, "--url", url)
        kept = shop(file, "--url", url, "--failures", tmp_path / "failed.txt")
    more = LINES_AT_ONCE + 30 - SHOWN_MAX
    assert told.stdout.splitlines()[SHOWN_MAX - 1 :] == [
        f"line {SHOWN_MAX}: no",
        f"... and {more} more; see --failures",
        f"created 0, updated 0, failed {LINES_AT_ONCE + 30}",
    ]
    assert f"... and {more} more, all in {tmp_path / 'failed.txt'}\n" in kept.stdout
    lines = (tmp_path / "failed.txt").read_text().splitlines()
    assert lines == [f"{number}\tSKU-{number - 1}\tno" for number in range(1, LINES_AT_ONCE + 31)]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.csv", None, "none.csv cannot be read: No such file or directory."),
        ("folder.csv", ..., "folder.csv cannot be read: Is a directory."),
        ("a.txt", "", "a.txt does not tell by its ending what it is: say --format csv or --format ndjson."),
        ("a.csv", "", "a.csv: this is empty; the first row of a CSV file names its columns."),
        ("a.csv", "sku;name", "a.csv: the columns seem to be separated by ';': save it with commas."),
        ("a.ndjson", "[{}]", "a.ndjson: this is one JSON array; NDJSON has a JSON object on each line."),
    ],
)
def test_a_bad_file_ends_in_one_line_and_nothing_is_sent(
    name: str, content: object, sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    if content is ...:
        file.mkdir()
    elif isinstance(content, str):
        file.write_text(content)
    it = ImportShop()
    with listening(it) as url:
        told = shop(file, "--url", url)
    assert (told.exit_code, told.stdout, it.asked) == (1, "", [])
    assert told.stderr.startswith(f"shop: {tmp_path}/{sentence}")
    assert len(told.stderr.splitlines()) == 1


def test_a_file_that_turns_bad_half_way_tells_how_far_it_came(tmp_path: Path) -> None:
    rows = "".join(f"SKU-{number},A,B,1\n" for number in range(LINES_AT_ONCE))
    (tmp_path / "a.csv").write_text("sku,name,category,price\n" + rows + 'X,"A,B,1\n')
    with listening(ImportShop()) as url:
        told = shop(tmp_path / "a.csv", "--url", url)
    assert told.exit_code == 1
    assert f"a.csv: line {LINES_AT_ONCE + 2} is no CSV" in told.stderr
    assert (
        f" missing. Up to line {LINES_AT_ONCE + 1}: created {LINES_AT_ONCE}, updated 0, failed 0. Mend that first, then"
        in told.stderr
    )
    assert len(told.stderr.splitlines()) == 1


def test_the_file_that_is_imported_is_not_overwritten_by_its_failures(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(CSV)
    it = ImportShop()
    with listening(it) as url:
        told = shop(file, "--url", url, "--failures", file)
    assert told.exit_code == 1
    assert told.output == f"shop: {file} is what is imported: name another file by --failures.\n"
    assert file.read_text() == CSV
    assert it.kept == {}


def test_a_file_for_failures_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    it = ImportShop()
    with listening(it) as url:
        told = shop("-", "--url", url, "--failures", tmp_path / "no" / "where", given="{}\n")
    assert told.stderr == f"shop: {tmp_path / 'no' / 'where'} cannot be written: No such file or directory.\n"
    assert it.asked == []


def test_a_shop_that_runs_here_is_entered_by_the_demo_password(tmp_path: Path) -> None:
    it = ImportShop()
    it.passwords = {ADMIN: DEMO_PASSWORD}
    options = ("--data", tmp_path, "--url")
    with listening(it) as url, local.claimed(tmp_path) as publish:
        publish({"STORE": "memory"})
        assert shop("-", *options, url, given='{"sku": "A"}\n', SHOP_PASSWORD=None).exit_code == 0
        it.passwords = {ADMIN: "another one"}
        chosen = shop("-", *options, url, given='{"sku": "A"}\n', SHOP_PASSWORD=None, SHOP_DEMO_PASSWORD="another one")
        assert chosen.exit_code == 0
        refused = shop("-", *options, url, given='{"sku": "A"}\n', SHOP_PASSWORD=None)
        stranger = shop("-", *options, url, "--email", "x@example.com", given="{}", SHOP_PASSWORD=None)
        elsewhere = shop("-", *options, "http://shop.test", given="{}", SHOP_PASSWORD=None)
    assert "does not let admin@example.com in by this password. Set SHOP_PASSWORD" in refused.stderr
    assert stranger.stderr == "shop: Set SHOP_PASSWORD to the password of x@example.com.\n"
    assert elsewhere.stderr == "shop: Set SHOP_PASSWORD to the password of admin@example.com.\n"


def test_without_a_shop_the_way_to_one_is_told() -> None:
    port, _ = free_ports()
    told = shop("-", "--url", f"http://{HOST}:{port}", given="{}")
    assert told.exit_code == 1
    assert told.stderr.startswith(f"shop: No shop that takes imports answers at http://{HOST}:{port} (")
    assert told.stderr.endswith("). Start one by `shop up`, or name it by --url.\n")


async def test_ctrl_c_says_what_is_done_and_the_next_run_goes_on(tmp_path: Path) -> None:
    it, under_way, go_on = ImportShop(), threading.Event(), threading.Event()
    file = written(tmp_path / "a.ndjson", numbered(5 * LINES_AT_ONCE))

    def wait_at_the_third() -> None:
        if len(it.deliveries) == 2:
            under_way.set()
            go_on.wait(60)

    it.before = wait_at_the_third
    with listening(it) as url:
        command = (*STAND_IN, "import", str(file), "--url", url)
        async with running(command, {"SHOP_PASSWORD": PASSWORD}) as process:
            assert await asyncio.to_thread(under_way.wait, 60)
            status = await process.ends(signal.SIGINT)
        go_on.set()
        told = f"Interrupted. Up to line {2 * LINES_AT_ONCE}: created {2 * LINES_AT_ONCE}, updated 0, failed 0. Import"
        assert (status, process.said[: len(told)]) == (130, told)
        assert len(process.said.splitlines()) == 1
        async with running(command, {"SHOP_PASSWORD": PASSWORD}) as process:
            assert await process.ends() == 0
    assert len(it.kept) == 5 * LINES_AT_ONCE
    created = 5 * LINES_AT_ONCE - int(process.said.partition("updated ")[2].partition(",")[0])
    assert process.said == f"created {created}, updated {5 * LINES_AT_ONCE - created}, failed 0\n"


# The meter


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def metered(*, size: int, seconds: float, terminal: bool = False) -> str:
    """What is shown of ten steps which take so long each."""
    shown, time, progress = io.StringIO(), Time(), Progress()
    console = Console(file=shown, width=120, force_terminal=terminal, color_system=None, legacy_windows=False)
    with Meter(console, progress, size=size, monotonic=time) as meter:
        for step in range(1, 11):
            time.now += seconds
            progress.line, progress.end, progress.created = 100 * step, 1_000 * step, 100 * step
            meter.moved()
        meter.say("The shop rests.")
    return shown.getvalue()


def test_without_a_terminal_a_line_every_few_seconds_tells_share_rate_and_time_left() -> None:
    lines = metered(size=20_000, seconds=EVERY / 2).splitlines()
    assert lines == [
        "10%, line 200, 200 products, 40/s, 0:00:45 left",
        "20%, line 400, 400 products, 40/s, 0:00:40 left",
        "30%, line 600, 600 products, 40/s, 0:00:35 left",
        "40%, line 800, 800 products, 40/s, 0:00:30 left",
        "50%, line 1000, 1,000 products, 40/s, 0:00:25 left",
        "The shop rests.",
    ]


def test_a_short_import_shows_nothing_but_what_is_said() -> None:
    assert metered(size=10_000, seconds=EVERY / 20) == "The shop rests.\n"


def test_of_what_is_piped_in_nobody_knows_how_much_is_left() -> None:
    assert metered(size=0, seconds=EVERY).splitlines()[0] == "line 100, 100 products, 20/s"


def test_on_a_terminal_a_bar_grows() -> None:
    shown = metered(size=10_000, seconds=1, terminal=True)
    assert "100% 1,000 products, 100/s, 0:00:00 left" in shown
    assert "The shop rests." in shown
    assert "\n" not in shown.partition("The shop rests.")[0].strip()


@pytest.mark.parametrize("command", ["import", "make-catalogue"])
def test_the_command_is_listed_and_teaches_by_example(command: str) -> None:
    runner = CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb"})
    assert command in runner.invoke(create(actions()), ["--help"], prog_name="shop").stdout
    told = runner.invoke(create(actions()), [command, "--help"], prog_name="shop").stdout
    assert f"shop {command}" in told.partition("For example")[2]


def test_help_tells_the_columns_and_the_password() -> None:
    told = shop("--help").stdout
    for word in ("sku, name", "attribute.NAME", "SHOP_PASSWORD", "Ctrl-C", "--failures", "--format"):
        assert word in told
    for word in ("TAB, sku", "changed or not", "later wins"):
        assert word in told
