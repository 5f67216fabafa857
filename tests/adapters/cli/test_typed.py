"""What is shown to be typed is what started the command, as short as it can be."""

from pathlib import Path

from adapters.inbound.cli.typed import typed


def program(folder: Path) -> Path:
    folder.mkdir(parents=True)
    file = folder / "shop"
    file.touch(mode=0o755)
    return file


def test_a_program_on_the_path_is_its_name(tmp_path: Path) -> None:
    file = program(tmp_path / "bin")
    assert typed(str(file), folder=tmp_path, path=str(tmp_path / "bin")) == "shop"


def test_another_one_on_the_path_is_not_taken_for_it(tmp_path: Path) -> None:
    file = program(tmp_path / ".venv" / "bin")
    assert typed(str(file), folder=tmp_path, path=str(program(tmp_path / "bin").parent)) == ".venv/bin/shop"


def test_a_program_below_the_folder_is_named_from_there_and_any_other_in_full(tmp_path: Path) -> None:
    file = program(tmp_path / ".venv" / "bin")
    assert typed(str(file), folder=tmp_path, path="") == ".venv/bin/shop"
    assert typed(str(file), folder=tmp_path / "elsewhere", path="") == str(file)


def test_a_module_is_no_program() -> None:
    assert typed(__file__, folder=Path.cwd()) is None
    assert typed("-c", folder=Path.cwd()) is None
