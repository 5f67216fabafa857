"""Counts that a run tells at its end, since a count nobody can see is none."""

from typing import Protocol


class Figure(Protocol):
    """The fixture `figure`: call it with a sentence.

    `counts` are put into the sentence's places; those of equal sentences are summed up, whichever tests told them.
    """

    def __call__(self, sentence: str, **counts: int) -> None: ...
