"""The suites of what the user service keeps: accounts and sessions."""

from collections.abc import Sequence

from core.user.ports import Sessions, Users
from tests.adapters.contracts import sessions, users
from tests.adapters.stores import on_stores_of
from tests.adapters.suites.suite import Suite, broken
from tests.adapters.twins import sessions as broken_sessions
from tests.adapters.twins import user_lists as broken_lists
from tests.adapters.twins import users as broken_users
from tests.adapters.twins.every import every_twin

SUITES: Sequence[Suite] = (
    Suite(
        port=Users,
        contracts=(users,),
        adapters=on_stores_of("user", lambda store: store.users),
        twins=broken(*every_twin(broken_users, broken_lists)),
    ),
    Suite(
        port=Sessions,
        contracts=(sessions,),
        adapters=on_stores_of("user", lambda store: store.sessions),
        twins=broken(*every_twin(broken_sessions)),
    ),
)
