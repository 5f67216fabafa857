"""What a person types to run this command once more."""

import shutil
from pathlib import Path


def typed(started: str, *, folder: Path, path: str | None = None) -> str | None:
    """The program for someone who stands in `folder`, by the name it was `started` by, `sys.argv[0]`.

    Its bare name where `path`, or else PATH, leads to the same file. `None` if it was started as a module.
    """
    program = Path(started)
    if program.suffix == ".py" or not program.exists():
        return None
    found = shutil.which(program.name, path=path)
    if found is not None and program.samefile(found):
        return program.name
    program = folder / program
    return str(program.relative_to(folder) if program.is_relative_to(folder) else program)
