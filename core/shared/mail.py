"""What is written to people."""

from dataclasses import dataclass, field

from core.shared.text import is_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A plain-text mail to one address. `text` may hold a secret that only its reader is to see."""

    to: str
    subject: str
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raises: ValueError for a line break in what becomes a header, where it would begin another one."""
        if not is_plain(self.to + self.subject):
            raise ValueError("The address and the subject of a mail are one line each.")
