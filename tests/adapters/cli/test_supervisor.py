"""Processes side by side: started in stages, watched, started again, and never left behind."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from adapters.inbound.cli.errors import CommandFailed, Died
from adapters.inbound.cli.process import Program
from adapters.inbound.cli.supervisor import Limits, Restarts, Supervisor
from tests.adapters.cli.programs import LIMITS, OBEDIENT, READY, STAY, STUBBORN, News, line, program

RESTARTS = Restarts(most=2, quick=60, pause=0.01)
DIE_ONCE = """
import os
if not os.path.exists(FOLDER + "/died"):
    open(FOLDER + "/died", "w").close()
    os.kill(os.getpid(), 9)
"""
NOTE_END = """
import signal, sys
def end(*_):
    with open(FOLDER + "/ended", "a") as file: file.write(NAME + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
"""


def supervisor(folder: Path, news: News, **options: object) -> Supervisor:
    return Supervisor(folder / "logs", news=news, **{"limits": LIMITS, **options})  # type: ignore[arg-type]


async def keep_open(supervised: Supervisor, *programs: Program) -> None:
    """Starts the programs one after the other and waits for what ends them."""
    async with supervised as running:
        for each in programs:
            await running.start(each)
        await running.during(asyncio.Event().wait())


async def test_a_stage_has_started_once_each_of_its_programs_is_ready(tmp_path: Path) -> None:
    news = News()
    async with supervisor(tmp_path, news) as running:
        await running.start(*(program(tmp_path, name, OBEDIENT, READY, STAY) for name in ("cart", "order")))
        assert sorted(name for name, message in news.heard if message.startswith("ready")) == ["cart", "order"]


async def test_programs_end_in_the_reverse_order_of_their_stages(tmp_path: Path) -> None:
    async with supervisor(tmp_path, News()) as running:
        for name in ("database", "product", "gateway"):
            await running.start(program(tmp_path, name, NOTE_END, READY, STAY))
    assert (tmp_path / "ended").read_text().split() == ["gateway", "product", "database"]


async def test_none_is_left_when_the_context_ends(tmp_path: Path) -> None:
    async with line() as held:
        async with supervisor(tmp_path, News()) as running:
            await running.start(program(tmp_path, "order", held.code, OBEDIENT, READY, STAY))
            await held.taken.wait()
        async with asyncio.timeout(5):
            await held.ended.wait()


async def test_one_that_will_not_end_is_killed_and_named(tmp_path: Path) -> None:
    news = News()
    async with line() as held:
        async with supervisor(tmp_path, news, limits=Limits(grace=0.1, look=0.01)) as running:
            await running.start(program(tmp_path, "order", held.code, STUBBORN, READY, STAY))
        async with asyncio.timeout(5):
            await held.ended.wait()
    assert news.of("order")[-1] == "did not end when asked; killed"


async def test_in_a_hurry_nobody_is_waited_for(tmp_path: Path) -> None:
    async with asyncio.timeout(20), supervisor(tmp_path, News(), limits=Limits(grace=600, look=0.01)) as running:
        await running.start(program(tmp_path, "order", STUBBORN, READY, STAY))
        running.hurry()


async def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    fork = "import os\nif os.fork() == 0:\n    " + STUBBORN
    async with line() as held:
        async with supervisor(tmp_path, News()) as running:
            child = fork + "    " + held.code + "    " + STAY
            await running.start(program(tmp_path, "order", child, OBEDIENT, READY, STAY))
            await held.taken.wait()
        async with asyncio.timeout(5):
            await held.ended.wait()


async def test_a_death_names_the_program_its_status_and_its_last_lines(tmp_path: Path) -> None:
    last = "import sys\nfor n in range(100): print('line', n, flush=True)\nsys.exit('out of luck')\n"
    cart = program(tmp_path, "cart", OBEDIENT, READY, STAY)
    with pytest.raises(Died) as death:
        await keep_open(supervisor(tmp_path, News()), cart, program(tmp_path, "order", last))
    assert (death.value.name, death.value.how) == ("order", "exit status 1")
    assert death.value.last_lines == (*(f"line {n}" for n in range(89, 100)), "out of luck")
    assert str(death.value) == "order ended by itself (exit status 1)."


async def test_a_kill_is_told_by_its_signal_and_ends_the_rest(tmp_path: Path) -> None:
    async with line() as held:
        cart = program(tmp_path, "cart", held.code, OBEDIENT, READY, STAY)
        order = program(tmp_path, "order", READY, "import os; os.kill(os.getpid(), 9)")
        with pytest.raises(Died, match=r"order ended by itself \(signal SIGKILL\)"):
            await keep_open(supervisor(tmp_path, News()), cart, order)
        async with asyncio.timeout(5):
            await held.ended.wait()


async def test_work_goes_on_while_all_is_well_and_gives_its_result(tmp_path: Path) -> None:
    async with supervisor(tmp_path, News()) as running:
        await running.start(program(tmp_path, "order", OBEDIENT, READY, STAY))
        assert await running.during(asyncio.sleep(0, "done")) == "done"


async def test_one_that_is_never_ready_is_told_with_its_log(tmp_path: Path) -> None:
    impatient = supervisor(tmp_path, News(), limits=Limits(ready=0.1, look=0.01))
    with pytest.raises(CommandFailed, match=r"order was not ready within 0.1 s; its output is in .*order\.log"):
        await keep_open(impatient, program(tmp_path, "order", STAY))


async def test_a_command_that_does_not_exist_is_told(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    missing = Program(name="order", command=("/does/not/exist",), environment={}, ready=never)
    with pytest.raises(CommandFailed, match="Cannot start order: /does/not/exist: No such file"):
        await keep_open(supervisor(tmp_path, News()), missing)


async def test_one_that_died_is_started_again(tmp_path: Path) -> None:
    news = News()
    async with supervisor(tmp_path, news, restarts=RESTARTS) as running:
        await running.start(program(tmp_path, "order", OBEDIENT, DIE_ONCE, STAY, ready_at_once=True))
        await running.during(news.until("ready", times=2))
    assert "ended by itself (signal SIGKILL); starting it again in 0.01 s" in news.of("order")


async def test_one_that_dies_again_and_again_is_given_up_after_pauses_that_double(tmp_path: Path) -> None:
    news = News()
    order = program(tmp_path, "order", "import sys; sys.exit(4)", ready_at_once=True)
    with pytest.raises(Died, match=r"order ended by itself \(exit status 4\), 3 times in quick succession"):
        await keep_open(supervisor(tmp_path, news, restarts=RESTARTS), order)
    assert [message.rpartition(" again ")[2] for message in news.of("order") if "again" in message] == [
        "in 0.01 s",
        "in 0.02 s",
    ]


async def test_one_that_dies_before_it_was_ever_ready_is_not_started_again(tmp_path: Path) -> None:
    news = News()
    with pytest.raises(Died, match="exit status 5"):
        await keep_open(
            supervisor(tmp_path, news, restarts=RESTARTS), program(tmp_path, "order", "import sys; sys.exit(5)")
        )
    assert news.heard == []


async def test_output_is_told_by_the_line_to_the_last_and_kept_in_a_log(tmp_path: Path) -> None:
    output = News()
    async with supervisor(tmp_path, News(), output=output) as running:
        speak = "print('hello', flush=True); print('no line end', end='', flush=True)\n"
        await running.start(program(tmp_path, "order", OBEDIENT, speak, READY, STAY))
        await output.until("hello")
        assert output.of("order") == ["hello"]
    assert output.of("order") == ["hello", "no line end"]
    assert (tmp_path / "logs" / "order.log").read_text() == "hello\nno line end"


async def test_a_log_holds_one_start_of_the_shop_and_the_one_before_stays(tmp_path: Path) -> None:
    for word in ("first", "second", "third"):
        async with supervisor(tmp_path, News()) as running:
            await running.start(program(tmp_path, "order", OBEDIENT, f"print({word!r}, flush=True)\n", READY, STAY))
        (tmp_path / "order.ready").unlink()
    logs = tmp_path / "logs"
    assert ((logs / "order.log").read_text(), (logs / "order.log.1").read_text()) == ("third\n", "second\n")


PARENT = """
import asyncio, pathlib, sys
from adapters.inbound.cli.supervisor import Supervisor
from tests.adapters.cli.programs import OBEDIENT, READY, STAY, News, program

async def main(folder, code):
    async with Supervisor(folder / "logs", news=News()) as running:
        await running.start(program(folder, "order", code, OBEDIENT, READY, STAY))
        print("started", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
"""


async def test_programs_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    async with line() as held:
        parent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PARENT, str(tmp_path), held.code),
            cwd=Path(__file__).parents[3],
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(20):
            await held.taken.wait()
            assert parent.stdout is not None
            assert await parent.stdout.readline() == b"started\n"
            os.kill(parent.pid, signal.SIGKILL)
            await parent.wait()
            await held.ended.wait()
