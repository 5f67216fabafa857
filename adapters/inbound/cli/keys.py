"""`shop keys`: the keys by which customers' tokens are signed, and those by which the services know each other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from adapters.inbound.cli.errors import CommandFailed
from adapters.inbound.cli.key_files import SIGNING, KeyWork, read, replace, service_keys, write_new
from adapters.inbound.cli.parameters import Data, shop_folder

_MEANS = {
    "signs": "signs now",
    "next": "signs after the next rotation; published already",
    "retired": "signed before the last rotation; published until the next one",
}

Bundle = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        envvar="SIGNING_KEYS_FILE",
        dir_okay=False,
        show_default="that of the shop on this machine",
        help="A bundle of signing keys.",
    ),
]


def add_keys_commands(app: typer.Typer, work: KeyWork) -> None:
    keys = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="""Make the keys of a shop, and change them while it runs.

        **Signing keys** sign customers' access tokens. They lie in one file, a bundle, which the user service alone has
        (SIGNING_KEYS_FILE) and reads again when it changes. The first key of it signs; the second is published and will
        sign after the next rotation; the third signed before, and stays published while its tokens are good. So a
        rotation needs no restart, and nobody is signed out. Rotate every few months, and when somebody leaves who could
        read the file. Should a key be stolen, make a new bundle in its place: then everyone signs in again.

        **Service keys** prove to a service which other one calls. Each has its own (SERVICE_KEY), and all know the
        public halves (PEER_KEYS), so a stolen key speaks for one service alone.

        For example:

        - `shop keys rotate` - in the shop that `shop up` runs here

        - `shop keys new signing.pem` - for a shop elsewhere; then `shop keys rotate signing.pem`, months later

        - `shop keys service keys/` - for a shop elsewhere, once
        """,
    )
    app.add_typer(keys, name="keys", rich_help_panel="For those who look after a shop")
    _add_signing_commands(keys, work)
    _add_service_command(keys, work)


def _add_signing_commands(keys: typer.Typer, work: KeyWork) -> None:
    @keys.command()
    def new(
        file: Annotated[
            Path | None,
            typer.Argument(metavar="FILE", dir_okay=False, help="Where to, if not here; it must not be there yet."),
        ] = None,
    ) -> None:
        """Make a bundle of signing keys: one that signs now, and the next.

        It is a secret of the user service alone, as the file that SIGNING_KEYS_FILE names or as the value of
        SIGNING_KEYS. Nobody else needs it: the other services ask the user service for the public halves.

        For example:

        - `shop keys new signing.pem`

        - `shop keys new | kubectl create secret generic signing-keys --from-file=signing.pem=/dev/stdin`
        """
        bundle = work.new_bundle()
        if file is None:
            typer.echo(bundle, nl=False)
            return
        write_new(file, bundle)
        typer.echo(f"{file} holds two new keys. Set SIGNING_KEYS_FILE to it for the user service.")

    @keys.command()
    def rotate(
        file: Bundle = None,
        data: Data = None,
        force: Annotated[
            bool,
            typer.Option(
                "--force", help="Even if the last change was a moment ago: for some seconds, new tokens may be refused."
            ),
        ] = False,
    ) -> None:
        """Let the next key sign, put a new one next to come, and retire the one that signed.

        The file is written in one step; a user service that has it as SIGNING_KEYS_FILE follows within seconds, and no
        request fails. In a bundle of one key nothing changes but that a next one is published; rotate again then.
        Within 20 minutes of the last change it is refused, because tokens of the key that would be dropped may still be
        good.

        For example:

        - `shop keys rotate` - in the shop that `shop up` runs here

        - `shop keys rotate signing.pem`
        """
        path = _bundle(file, data)
        bundle = work.rotate(read(path), force)
        replace(path, bundle)
        _tell(path, work.roles(bundle))

    @keys.command()
    def public(file: Bundle = None, data: Data = None) -> None:
        """Tell the public halves of the keys in a bundle: what a function needs to check tokens, as its PUBLIC_KEYS.

        They are no secret, and are those that the user service publishes at /.well-known/jwks.json. The next key is
        among them: give them to the functions again after each rotation, and before the one that follows.

        For example: `shop keys public signing.pem > public-keys.json`
        """
        typer.echo(work.public_set(read(_bundle(file, data))))

    @keys.command()
    def show(file: Bundle = None, data: Data = None) -> None:
        """Show the names of the keys in a bundle (their `kid`) and what each does; nothing that is secret.

        For example: `shop keys show signing.pem`
        """
        path = _bundle(file, data)
        _tell(path, work.roles(read(path)))


def _add_service_command(keys: typer.Typer, work: KeyWork) -> None:
    @keys.command()
    def service(
        folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Made if it is not there.")],
    ) -> None:
        """Make a key for each service and for `shop audit`, each in a file of its own, and tell the value of PEER_KEYS.

        A key that is there already stays. A service gets the content of its own file as SERVICE_KEY, and nobody
        else does. PEER_KEYS is the same for all of them, and no secret.

        To change a key: move its file away and run this again; add the new line of PEER_KEYS *beside* the old one,
        everywhere; give the service its new key; then take the old line out.

        For example:

        - `shop keys service keys/`

        - `shop keys service keys/ > peer-keys.txt`
        """
        found = service_keys(folder, work)
        for path in found.made:
            typer.echo(f"{path} is new: the SERVICE_KEY of {path.stem}.", err=True)
        typer.echo("PEER_KEYS, for every service:", err=True)
        typer.echo(found.peers)


def _bundle(file: Path | None, data: Path | None) -> Path:
    """Raises: CommandFailed if none is named and there is no shop on this machine."""
    if file is not None:
        return file
    path = shop_folder(data) / "keys" / SIGNING
    if not path.exists():
        raise CommandFailed(
            f"There is no {path}: no shop was started there. Name the file, or a shop's folder by --data."
        )
    return path


def _tell(path: Path, roles: Sequence[tuple[str, str]]) -> None:
    typer.echo(f"{path}:")
    for kid, role in roles:
        typer.echo(f"  {kid}  {_MEANS[role]}")
